package catalog

import "embed"

// Typology holds the parameters of the network rules, typology/*.json.
//
//go:embed typology/*.json
var Typology embed.FS
