package catalog

import "embed"

// Models are the weights of resolution with which a new node begins:
// models/resolution.json.
//
//go:embed models/*.json
var Models embed.FS
