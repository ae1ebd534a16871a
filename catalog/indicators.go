package catalog

import "embed"

// Indicators are the screening instruments, one JSON file per list and age:
// indicators, strengths, decision rule and classes, each with its source.
//
//go:embed indicators/*.json
var Indicators embed.FS
