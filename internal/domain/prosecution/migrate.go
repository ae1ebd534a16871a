package prosecution

import (
	"embed"

	"lodestar/internal/base/sqldb"
)

//go:embed migrate/*.sql
var files embed.FS

// Migrations are the tables of this desk.
func Migrations() sqldb.Migrations { return sqldb.MigrationsIn("prosecution", files) }
