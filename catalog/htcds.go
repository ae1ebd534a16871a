package catalog

import "embed"

// HTCDS is the vocabulary of the Human Trafficking Case Data Standard 2.0 of the
// International Organization for Migration, CC BY 4.0: see htcds/NOTICE.md.
//
//go:embed htcds/*.csv htcds/*.json htcds/NOTICE.md
var HTCDS embed.FS
