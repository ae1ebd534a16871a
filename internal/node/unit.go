package node

import (
	_ "embed"

	"lodestar/internal/base/clock"
)

//go:embed lodestar.service
var unit string

// system is the clock of the commands.
var system = clock.System()
