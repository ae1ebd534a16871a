package catalog

import "embed"

// Codes are the fields of a signal that may be counted, and what each may hold.
//
//go:embed codes/codes.json
var Codes embed.FS
