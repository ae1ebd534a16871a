package node

import (
	"context"
	"database/sql"
	"sync/atomic"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/signin"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/typology"
	"lodestar/internal/node/demo"
)

// seeding puts the invented population into a node, as its responders would.
type seeding struct {
	node  *Node
	pop   *demo.Population
	done  atomic.Int64
	total atomic.Int64
}

// batch bounds the signals that one act records while seeding.
const batch = 50

func newSeeding(n *Node, seed uint64) (*seeding, error) {
	pop, err := demo.Generate(seed)
	if err != nil {
		return nil, fault.Wrap("node.newSeeding", err)
	}
	s := &seeding{node: n, pop: pop}
	s.total.Store(int64(len(pop.Referrals)))
	return s, nil
}

func orgOf(code string) id.Organisation { return id.Derived[id.Organisation]("demo", code) }
func userOf(code string) id.User        { return id.Derived[id.User]("demo", code) }

// people puts the directory, the services and the personas in: all that is
// needed before somebody can look around.
func (s *seeding) people(ctx context.Context) error {
	return s.node.administer(ctx, func(a *act.Act) error {
		for _, o := range s.pop.Organisations {
			if err := casework.PutOrganisation(a.Ctx(), a.Tx(), casework.Organisation{ID: orgOf(o.Code), Name: o.Name, Kind: o.Kind}); err != nil {
				return err
			}
		}
		for _, v := range demo.Services() {
			service := casework.Service{ID: id.Derived[id.Service]("demo", v.Code), Organisation: orgOf(v.Organisation), Name: v.Name,
				Need: v.Kind, Languages: v.Languages, Takes: takes(v.Takes), Places: v.Free}
			if err := casework.PutService(a.Ctx(), a.Tx(), service); err != nil {
				return err
			}
		}
		for _, p := range demo.Personas() {
			u := signin.User{ID: userOf(p.Code).String(), Name: p.Name, Organisation: orgOf(p.Organisation).String(), Roles: p.Roles, Language: p.Language, Active: true}
			if err := signin.AddUser(a.Ctx(), a.Tx(), u); err != nil {
				return err
			}
		}
		return s.routes(a.Ctx(), a.Tx())
	})
}

// routes bring network leads to those who investigate and to the coordinator,
// and leads about people to offer help to the shelter.
func (s *seeding) routes(ctx context.Context, tx *sql.Tx) error {
	for _, r := range s.node.Network {
		for _, to := range []string{demo.Coordinator, "greater-manchester-police"} {
			if err := typology.Route(ctx, tx, r.Name, orgOf(to)); err != nil {
				return err
			}
		}
	}
	if err := typology.Route(ctx, tx, typology.RuleProtect, orgOf(demo.NorthShelter)); err != nil {
		return err
	}
	return typology.Route(ctx, tx, typology.RuleIndicators, orgOf(demo.NorthShelter))
}

func takes(groups []demo.Group) string {
	child, adult := false, false
	for _, g := range groups {
		child, adult = child || g == demo.Children, adult || g != demo.Children
	}
	switch {
	case child && adult:
		return "any"
	case child:
		return "child"
	}
	return "adult"
}

// signals records the referrals in the order of their dates, each act the
// referrals of one responder that follow one another.
func (s *seeding) signals(ctx context.Context) error {
	for _, in := range demo.Directory() {
		if err := s.take(ctx, demo.Coordinator, []evidence.Incoming{in}, "responder", "analyst"); err != nil {
			return err
		}
	}
	for from := 0; from < len(s.pop.Referrals); {
		day := s.pop.Referrals[from : from+min(20*batch, len(s.pop.Referrals)-from)]
		for _, group := range byOrganisation(day) {
			if err := s.take(ctx, group.code, group.signals, "responder"); err != nil {
				return err
			}
		}
		from += len(day)
	}
	return nil
}

type group struct {
	code    string
	signals []evidence.Incoming
}

// byOrganisation groups referrals by responder into acts of at most batch, in
// the order in which each responder first comes.
func byOrganisation(list []demo.Referral) []group {
	var out []group
	at := map[string]int{}
	for _, r := range list {
		i, ok := at[r.Organisation]
		if !ok || len(out[i].signals) == batch {
			i = len(out)
			at[r.Organisation] = i
			out = append(out, group{code: r.Organisation})
		}
		out[i].signals = append(out[i].signals, r.Signal)
	}
	return out
}

func (s *seeding) take(ctx context.Context, code string, signals []evidence.Incoming, roles ...string) error {
	by := policy.Actor{User: userOf("import-" + code), Organisation: orgOf(code), Roles: roles}
	taken, err := s.node.Evidence.Take(ctx, by, id.Import{}, evidence.RowsOf(signals...))
	if err != nil {
		return err
	}
	for _, t := range taken {
		if t.Fault != nil {
			return t.Fault
		}
	}
	s.done.Add(int64(len(signals)))
	return nil
}
