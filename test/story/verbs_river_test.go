package story

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/typology"
)

func signal(ts *testscript.TestScript, s *teller, a []string) error {
	for line := range strings.SplitSeq(strings.TrimSpace(ts.ReadFile(a[0])), "\n") {
		in, err := evidence.ReadIncoming(strings.NewReader(line))
		if err != nil {
			return err
		}
		done, err := s.node.Evidence.Record(ctx(ts), s.by, in)
		if err != nil {
			return err
		}
		s.signal[in.Ref] = done.ID
	}
	return nil
}

func (s *teller) leads(ts *testscript.TestScript, rule string) ([]typology.Lead, error) {
	list, err := s.node.Leads.List(ctx(ts), s.by, consent.Identification, typology.LeadOpen, typology.After{}, 100)
	var out []typology.Lead
	for _, l := range list {
		if l.Rule == rule {
			out = append(out, l)
		}
	}
	return out, err
}

func lead(ts *testscript.TestScript, s *teller, a []string) error {
	list, err := s.leads(ts, a[0])
	if err != nil {
		return err
	}
	for _, l := range list {
		if strconv.Itoa(l.Persons) == a[1] {
			return nil
		}
	}
	ts.Fatalf("no lead %s with %s persons among %+v", a[0], a[1], list)
	return nil
}

// network draws what hangs together with a number or a name, and who stands behind
// it. Of each further word it must say something; of one after a dash, nothing.
func network(ts *testscript.TestScript, s *teller, a []string) error {
	purpose := consent.Identification
	if s.by.Has("investigator") {
		purpose = consent.Investigation
	}
	hits, err := s.node.Graph.Search(ctx(ts), s.by, purpose, a[0], 1)
	if err != nil || len(hits) == 0 {
		return errors.Join(err, fault.New(fault.NotFound, "story", "graph.not_found"))
	}
	hub := hits[0].ID
	in := graph.ChartIn{Seeds: []id.Entity{hub}, Expanded: []graph.Expansion{{Entity: hub, Kind: evidence.Person}}}
	chart, err := s.node.Graph.Chart(ctx(ts), s.by, purpose, in)
	if err != nil {
		return err
	}
	for _, n := range chart.Nodes[1:] { // whoever is next to it, and whom they are next to
		in.Expanded = append(in.Expanded, graph.Expansion{Entity: n.ID, Kind: evidence.Person})
	}
	if chart, err = s.node.Graph.Chart(ctx(ts), s.by, purpose, in); err != nil {
		return err
	}
	persons, sources, text := 0, map[id.Organisation]bool{}, ""
	for _, n := range chart.Nodes {
		text += " | " + n.Label.Value
		if n.Kind == evidence.Person && n.Protected {
			persons++
		}
	}
	for _, e := range chart.Edges {
		for _, from := range e.Sources {
			sources[from.Organisation] = true
		}
	}
	page, err := s.node.Graph.See(ctx(ts), s.by, purpose, hub)
	if err != nil {
		return err
	}
	for _, f := range page.Fields {
		for _, v := range f.Values {
			text += " | " + v.Value
		}
	}
	text += fmt.Sprintf(" | persons:%d | sources:%d", persons, len(sources))
	for _, w := range a[1:] {
		word, absent := strings.CutPrefix(w, "-")
		if strings.Contains(text, word) == absent {
			ts.Fatalf("the network is %q: %q", text, w)
		}
	}
	return nil
}

func noLead(ts *testscript.TestScript, s *teller, a []string) error {
	list, err := s.leads(ts, a[0])
	if len(list) > 0 {
		ts.Fatalf("there is a lead %s: %+v", a[0], list)
	}
	return err
}

func dismiss(ts *testscript.TestScript, s *teller, a []string) error {
	list, err := s.leads(ts, a[0])
	if err != nil || len(list) == 0 {
		return fmt.Errorf("no lead %s: %v", a[0], err)
	}
	_, err = s.node.Leads.Dismiss(ctx(ts), s.by, list[0].ID, a[1])
	return err
}

func ledgerHas(ts *testscript.TestScript, s *teller, a []string) error {
	var list []ledger.Entry
	err := s.node.Ground.DB.InRead(ctx(ts), func(tx *sqlTx) (err error) {
		list, err = ledger.Recent(ctx(ts), tx, ledger.Filter{Verb: a[0], Outcome: ledger.Outcome(a[1])}, ledger.Newest, 1)
		return err
	})
	if err == nil && len(list) == 0 {
		ts.Fatalf("the ledger has no line %s %s", a[0], a[1])
	}
	return err
}

func rebuild(ts *testscript.TestScript, s *teller, _ []string) error {
	r, err := s.node.Graph.Rebuild(ctx(ts), true)
	if err == nil && !r.Same() {
		ts.Fatalf("what is derived is not what the evidence gives: %v", r)
	}
	return err
}

func sound(ts *testscript.TestScript, s *teller, _ []string) error {
	if _, err := s.node.Checkpoint(ctx(ts)); err != nil {
		return err
	}
	keys, err := ledger.ParseKeys(s.node.Key.LogKey(), s.node.Key.WitnessKey())
	if err != nil {
		return err
	}
	r, err := ledger.Verify(ctx(ts), s.node.Ground.DB, keys, nil)
	if err == nil && !r.Sound() {
		ts.Fatalf("the ledger is not sound: %+v", r.Findings)
	}
	return err
}

func route(ts *testscript.TestScript, s *teller, a []string) error {
	return s.node.Ground.DB.InTx(ctx(ts), func(tx *sqlTx) error { return typology.Route(ctx(ts), tx, a[0], orgOf(a[1])) })
}
