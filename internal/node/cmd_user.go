package node

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/signin"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
)

// Roles are the roles that policies know.
var Roles = []string{"responder", "caseworker", "provider", "decider", "guardian", "lawyer", "prosecutor", "analyst", "investigator", "administrator", "oversight"}

// Kinds are the kinds of organisations.
var Kinds = []string{"police", "government_agency", "local_authority", "ngo", "shelter", "legal_aid", "clinic", "hostel", "coordinator", "rapporteur", "child_protection", "guardianship", casework.CompetentAuthority}

// operator is whoever runs commands on the node's own machine.
var operator = policy.Actor{User: id.Derived[id.User]("operator"), Organisation: Self.Organisation, Roles: []string{"administrator"}, Name: "operator"}

func (n *Node) administer(ctx context.Context, fn func(*act.Act) error) error {
	ask := policy.Ask{Actor: operator, Verb: Administer, On: ledger.Ref{Kind: "node"}, Purpose: consent.Administration}
	_, err := act.Do(ctx, n.Ground, ask, func(a *act.Act) (struct{}, error) { return struct{}{}, fn(a) })
	return err
}

// user finds a user, for the commands.
func (n *Node) user(ctx context.Context, userID string) (u signin.User, err error) {
	if _, err := id.Parse[id.User](userID); err != nil {
		return u, err
	}
	err = n.administer(ctx, func(a *act.Act) error {
		u, err = signin.FindUser(a.Ctx(), a.Tx(), userID)
		return err
	})
	return u, err
}

func (p *program) user() *cobra.Command {
	c := &cobra.Command{Use: "user", Short: "Who may sign in"}
	c.AddCommand(p.userAdd(), p.userList(), p.userBlock(), p.userToken())
	return c
}

func (p *program) userAdd() *cobra.Command {
	var organisation, kind string
	var roles []string
	c := &cobra.Command{
		Use: "add NAME", Short: "Add a user and print the invitation", Args: cobra.ExactArgs(1),
		Long: "The invitation is shown once and holds for three days; with it the user registers a passkey.\n\n" +
			"Roles: " + strings.Join(Roles, ", ") + ".\nKinds of organisations: " + strings.Join(Kinds, ", ") + ".",
		Example: `  lodestar user add "A. Petrova" --organisation "North Shelter" --kind shelter --role caseworker,responder`,
		RunE: p.withNode(func(c *cobra.Command, n *Node, args []string) error {
			for _, r := range roles {
				if !slices.Contains(Roles, r) {
					return usageError{fault.New(fault.Invalid, "command", "command.no_role", "role", r, "roles", strings.Join(Roles, ", "))}
				}
			}
			if !slices.Contains(Kinds, kind) {
				return usageError{fault.New(fault.Invalid, "command", "command.no_kind", "kind", kind, "kinds", strings.Join(Kinds, ", "))}
			}
			u := signin.User{ID: id.New[id.User]().String(), Name: args[0], Roles: roles, Language: "en", Active: true}
			var code string
			err := n.administer(c.Context(), func(a *act.Act) (err error) {
				if u.Organisation, err = organisationNamed(a, organisation, kind); err != nil {
					return err
				}
				if err := alone(a, u); err != nil {
					return err
				}
				if err := signin.AddUser(a.Ctx(), a.Tx(), u); err != nil {
					return err
				}
				code, err = signin.Invite(a.Ctx(), a.Tx(), u.ID, a.Now().Add(72*time.Hour))
				return err
			})
			if err != nil {
				return err
			}
			out := map[string]string{"user": u.ID, "organisation": u.Organisation, "invitation": code, "register": n.Config.origin() + "/register"}
			return p.print(c, out, func(w io.Writer) {
				fmt.Fprintf(w, "%s\n%s\n  %s\n%s\n", p.tell("command.user_added", "user", u.ID), p.tell("command.invitation"), code, p.tell("command.register", "address", out["register"]))
			})
		}),
	}
	c.Flags().StringVar(&organisation, "organisation", "", "name of the organisation; made if it is not there")
	c.Flags().StringVar(&kind, "kind", "ngo", "kind of a new organisation, see above")
	c.Flags().StringSliceVar(&roles, "role", nil, "roles, separated by commas, see above")
	c.MarkFlagRequired("organisation")
	c.MarkFlagRequired("role")
	return c
}

// alone refuses a second user of one name in one organisation: whoever reads the
// ledger could not tell them apart.
func alone(a *act.Act, u signin.User) error {
	list, err := signin.Users(a.Ctx(), a.Tx())
	if err != nil {
		return err
	}
	for _, other := range list {
		if other.Organisation == u.Organisation && sameName(other.Name, u.Name) {
			return fault.New(fault.Conflict, "node.userAdd", "command.user_there", "user", other.ID)
		}
	}
	return nil
}

func sameName(a, b string) bool {
	return strings.EqualFold(strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " "))
}

func organisationNamed(a *act.Act, name, kind string) (string, error) {
	list, err := casework.Organisations(a.Ctx(), a.Tx())
	if err != nil {
		return "", err
	}
	for _, o := range list {
		if o.Name == name {
			return o.ID.String(), nil
		}
	}
	o := casework.Organisation{ID: id.New[id.Organisation](), Name: name, Kind: kind}
	return o.ID.String(), casework.PutOrganisation(a.Ctx(), a.Tx(), o)
}

func (p *program) userList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the users", Args: cobra.NoArgs,
		RunE: p.withNode(func(c *cobra.Command, n *Node, _ []string) error {
			var list []signin.User
			err := n.administer(c.Context(), func(a *act.Act) (err error) {
				list, err = signin.Users(a.Ctx(), a.Tx())
				return err
			})
			if err != nil {
				return err
			}
			return p.print(c, list, func(w io.Writer) {
				t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
				for _, u := range list {
					active := p.tell("answer.no")
					if u.Active {
						active = p.tell("answer.yes")
					}
					fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", u.ID, u.Name, strings.Join(u.Roles, " "), p.tell("command.active", "active", active))
				}
				t.Flush()
			})
		}),
	}
}

func (p *program) userBlock() *cobra.Command {
	return &cobra.Command{
		Use: "block USER", Short: "End a user's sessions and let nobody in under that name", Args: cobra.ExactArgs(1),
		RunE: p.withNode(func(c *cobra.Command, n *Node, args []string) error {
			if _, err := id.Parse[id.User](args[0]); err != nil {
				return err
			}
			err := n.administer(c.Context(), func(a *act.Act) error {
				u, err := signin.FindUser(a.Ctx(), a.Tx(), args[0])
				if fault.Is(err, fault.NotFound) {
					return fault.New(fault.NotFound, "node.userBlock", "signin.no_such_user")
				}
				if err != nil {
					return err
				}
				u.Active = false
				if err := signin.ChangeUser(a.Ctx(), a.Tx(), u); err != nil {
					return err
				}
				_, err = signin.Revoke(a.Ctx(), a.Tx(), u.ID)
				return err
			})
			if err != nil {
				return err
			}
			return p.print(c, map[string]string{"blocked": args[0]}, func(w io.Writer) { fmt.Fprintln(w, p.tell("command.blocked", "user", args[0])) })
		}),
	}
}

func (p *program) eval() *cobra.Command {
	c := &cobra.Command{Use: "eval", Short: "Measure resolution on labelled data of your own"}
	c.AddCommand(evalNames(), evalLinkage())
	return c
}
