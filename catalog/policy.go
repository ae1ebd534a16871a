package catalog

import "embed"

// Policies are the Cedar policies, policy/*.cedar.
//
//go:embed policy/*.cedar
var Policies embed.FS
