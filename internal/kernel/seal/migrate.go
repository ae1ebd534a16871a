package seal

import (
	"embed"

	"lodestar/internal/base/sqldb"
)

//go:embed migrate/*.sql
var files embed.FS

// Migrations are the tables of the key store.
func Migrations() sqldb.Migrations { return sqldb.MigrationsIn("seal", files) }
