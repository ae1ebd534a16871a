package catalog

import "embed"

// States holds what the law of each State says about time, states/*.json.
//
//go:embed states/*.json
var States embed.FS
