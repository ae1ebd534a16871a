package node

import "github.com/spf13/cobra"

func (p *program) importCommand() *cobra.Command { return &cobra.Command{Use: "import"} }
func (p *program) backup() *cobra.Command        { return &cobra.Command{Use: "backup"} }
func (p *program) restore() *cobra.Command       { return &cobra.Command{Use: "restore"} }
