package node

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/signin"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/id"
)

func (p *program) userToken() *cobra.Command {
	var until string
	var roles []string
	var revoke bool
	c := &cobra.Command{
		Use: "token USER", Short: "Print a new token with which a system acts as the user", Args: cobra.ExactArgs(1),
		RunE: p.withNode(func(c *cobra.Command, n *Node, args []string) error {
			if revoke && until != "" {
				return usageError{fault.New(fault.Invalid, "command", "command.revoke_or_until")}
			}
			if _, err := id.Parse[id.User](args[0]); err != nil {
				return err
			}
			if revoke {
				return p.revokeTokens(c, n, args[0])
			}
			end, err := time.Parse(time.DateOnly, until)
			if err != nil || !end.After(n.Ground.Clock.Now()) {
				return usageError{fault.New(fault.Invalid, "command", "command.until")}
			}
			var token string
			err = n.administer(c.Context(), func(a *act.Act) (err error) {
				token, err = makeToken(a, args[0], roles, end)
				return err
			})
			if err != nil {
				return err
			}
			out := map[string]string{"token": token, "until": until, "api": n.Config.origin() + "/api"}
			return p.print(c, out, func(w io.Writer) {
				fmt.Fprintf(w, "%s\n  %s\n%s\n", p.tell("command.token", "until", end), token, p.tell("command.token_use", "address", out["api"]))
			})
		}),
	}
	c.Flags().StringVar(&until, "until", "", "day on which the token ends, YYYY-MM-DD")
	c.Flags().StringSliceVar(&roles, "role", nil, "roles of the user that the token has, separated by commas; all if absent")
	c.Flags().BoolVar(&revoke, "revoke", false, "end all tokens of the user instead")
	return c
}

func makeToken(a *act.Act, user string, roles []string, until time.Time) (string, error) {
	if len(roles) == 0 {
		u, err := signin.FindUser(a.Ctx(), a.Tx(), user)
		if err != nil {
			return "", err
		}
		roles = u.Roles
	}
	return signin.MakeToken(a.Ctx(), a.Tx(), user, roles, until)
}

func (p *program) revokeTokens(c *cobra.Command, n *Node, user string) error {
	var ended int64
	err := n.administer(c.Context(), func(a *act.Act) (err error) {
		ended, err = signin.RevokeTokens(a.Ctx(), a.Tx(), user)
		return err
	})
	if err != nil {
		return err
	}
	return p.print(c, map[string]int64{"ended": ended}, func(w io.Writer) { fmt.Fprintln(w, p.tell("command.tokens_ended", "count", ended)) })
}
