// Package catalog holds the reviewed data of Lodestar: texts, code lists,
// indicators, policies and the like. It has no logic.
package catalog

import "embed"

// Messages are the interface texts of the six official languages, one flat file
// per area and language: messages/<area>.<language>.json.
//
//go:embed messages/*.json
var Messages embed.FS

// Packs are further languages, each a partial catalogue that falls back to
// English. A node loads the ones its State has reviewed.
//
//go:embed packs/*.json
var Packs embed.FS
