package rights

import (
	"embed"
	"io/fs"

	"lodestar/internal/base/sqldb"
)

//go:embed migrate/*.sql
var files embed.FS

// Migrations are the tables of this desk.
func Migrations() sqldb.Migrations {
	sub, err := fs.Sub(files, "migrate")
	if err != nil {
		panic(err) // the directory is embedded above
	}
	return sqldb.Migrations{Name: "rights", Files: sub}
}
