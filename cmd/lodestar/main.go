// Command lodestar is one node: see README.md.
package main

import (
	"os"

	"lodestar/internal/node"
)

func main() { os.Exit(node.Main(os.Args[1:], os.Stdout, os.Stderr)) }
