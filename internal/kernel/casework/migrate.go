package casework

import (
	"embed"

	"lodestar/internal/base/sqldb"
)

//go:embed migrate/*.sql
var files embed.FS

// Migrations are the tables of this package.
func Migrations() sqldb.Migrations { return sqldb.MigrationsIn("casework", files) }
