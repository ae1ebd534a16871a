package node

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/names"
	"lodestar/internal/base/signin"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/graph"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
)

func (p *program) trace() *cobra.Command {
	return &cobra.Command{
		Use: "trace SIGNAL", Short: "Print the whole course of one signal", Args: cobra.ExactArgs(1),
		RunE: p.looking(func(c *cobra.Command, n *Node, args []string) error {
			signal, err := id.Parse[id.Signal](args[0])
			if err != nil {
				return err
			}
			course, err := n.TraceSignal(c.Context(), signal)
			if err != nil {
				return err
			}
			return p.print(c, course, func(w io.Writer) { p.printCourse(w, course) })
		}),
	}
}

func (p *program) explain() *cobra.Command {
	var purpose string
	c := &cobra.Command{
		Use: "explain USER VERB RECORD", Short: "Say why somebody may or may not do something, and see which fields",
		Long: "USER is a user's id, VERB a verb such as protection.see, RECORD kind/id such as case/cas_…, or a kind for all its records.",
		Args: cobra.ExactArgs(3),
		RunE: p.looking(func(c *cobra.Command, n *Node, args []string) error {
			if err := n.knownVerb(args[1]); err != nil {
				return err
			}
			u, err := n.user(c.Context(), args[0])
			if err != nil {
				return err
			}
			ask := policy.Ask{Actor: actorOf(u), Verb: policy.Verb(args[1]), On: parseRef(args[2]), Purpose: policy.Purpose(purpose)}
			if err := n.knownRecord(ask); err != nil {
				return err
			}
			verdicts, err := act.Explain(c.Context(), n.Ground, ask)
			if err != nil {
				return err
			}
			said := p.verdicts(verdicts)
			return p.print(c, said, func(w io.Writer) {
				for _, v := range said {
					word := p.tell("answer.no")
					if v.Allowed {
						word = p.tell("answer.yes")
					}
					fmt.Fprintf(w, "%-5s  %s\n", word, v.Action)
					for _, by := range v.By {
						fmt.Fprintf(w, "       %s: %s\n       %s\n", p.tell("policy.effect."+by.Effect), by.Sentence, by.Source)
					}
					if len(v.By) == 0 {
						fmt.Fprintln(w, "       "+p.tell("command.no_policy"))
					}
				}
			})
		}),
	}
	c.Flags().StringVar(&purpose, "purpose", "assistance", "purpose of the question")
	return c
}

// knownVerb refuses a verb that there is not, and names those that look like it.
func (n *Node) knownVerb(verb string) error {
	var verbs []string
	for _, m := range n.modules {
		for v := range m.Verbs {
			verbs = append(verbs, string(v))
		}
	}
	if slices.Contains(verbs, verb) {
		return nil
	}
	far := map[string]int{}
	for _, v := range verbs {
		_, last, _ := strings.Cut(v, ".")
		far[v] = min(names.OSA(verb, v), names.OSA(verb, last))
	}
	slices.SortFunc(verbs, func(a, b string) int { return cmp.Or(cmp.Compare(far[a], far[b]), strings.Compare(a, b)) })
	return fault.New(fault.Invalid, "explain", "node.no_such_verb", "near", strings.Join(verbs[:min(3, len(verbs))], ", "))
}

// knownRecord refuses a kind of record and a purpose that there are not: what
// nobody can ask for must not look like a refusal.
func (n *Node) knownRecord(ask policy.Ask) error {
	var kinds []string
	for _, m := range n.modules {
		for _, kind := range m.Verbs {
			if !slices.Contains(kinds, kind) {
				kinds = append(kinds, kind)
			}
		}
	}
	slices.Sort(kinds)
	if !slices.Contains(kinds, ask.On.Kind) {
		return fault.New(fault.Invalid, "explain", "node.no_such_kind", "kinds", strings.Join(kinds, ", "))
	}
	if slices.Contains(consent.Purposes, ask.Purpose) {
		return nil
	}
	var purposes []string
	for _, p := range consent.Purposes {
		purposes = append(purposes, string(p))
	}
	return fault.New(fault.Invalid, "explain", "node.no_such_purpose", "purposes", strings.Join(purposes, ", "))
}

func parseRef(s string) ledger.Ref {
	for i := range s {
		if s[i] == '/' {
			return ledger.Ref{Kind: s[:i], ID: s[i+1:]}
		}
	}
	return ledger.Ref{Kind: s}
}

func actorOf(u signin.User) policy.Actor {
	return policy.Actor{User: id.Trusted[id.User](u.ID), Organisation: id.Trusted[id.Organisation](u.Organisation), Roles: u.Roles, Name: u.Name}
}

func (p *program) learn() *cobra.Command {
	return &cobra.Command{
		Use: "learn", Short: "Learn from this node's own records how to tell people apart, and connect by it from now on",
		Long: "The new weights are recorded like everything else and hold from then on; each score names the weights that gave it.\nA node that serves learns by itself once enough people are recorded, and each time their number has doubled.",
		Args: cobra.NoArgs,
		RunE: p.withNode(func(c *cobra.Command, n *Node, _ []string) error {
			if err := n.Graph.Resolve(c.Context()); err != nil {
				return err
			}
			l, err := n.Graph.Learn(c.Context())
			if err != nil {
				return err
			}
			if err := n.Drain(c.Context()); err != nil {
				return err
			}
			return p.print(c, l, func(w io.Writer) {
				fmt.Fprintln(w, p.tell("command.learned", "persons", l.Persons, "words", l.Words))
				fmt.Fprintln(w, p.tell("command.weights", "signal", l.Signal.String()))
			})
		}),
	}
}

func (p *program) rebuild() *cobra.Command {
	var check bool
	c := &cobra.Command{
		Use: "rebuild", Short: "Derive entities, links and leads anew from the evidence", Args: cobra.NoArgs,
		RunE: p.withNode(func(c *cobra.Command, n *Node, _ []string) error {
			r, err := n.Graph.Rebuild(c.Context(), check)
			if err != nil {
				return err
			}
			if err := p.print(c, r, func(w io.Writer) { fmt.Fprintln(w, p.rebuilt(r)) }); err != nil {
				return err
			}
			if !r.Same() {
				return errDegraded
			}
			return nil
		}),
	}
	c.Flags().BoolVar(&check, "check", false, "only compare: change nothing")
	return c
}

func (p *program) rebuilt(r graph.Rebuilt) string {
	if r.Same() {
		return p.tell("command.rebuilt_same", "signals", r.Signals, "digest", r.After)
	}
	return p.tell("command.rebuilt_other", "signals", r.Signals, "table", r.Table, "row", r.Row)
}
