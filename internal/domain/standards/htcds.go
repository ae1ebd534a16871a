package standards

import (
	"io/fs"

	"lodestar/internal/domain/standards/internal/htcds"
	"lodestar/internal/kernel/evidence/intake"
)

// Spreadsheet reads tables in the vocabulary of the Human Trafficking Case Data
// Standard 2.0; files are those of catalog/htcds.
func Spreadsheet(files fs.FS) (intake.Reader, error) { return htcds.Reader(files) }
