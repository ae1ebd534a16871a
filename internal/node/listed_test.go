package node

import (
	"fmt"
	"io/fs"
	"testing"

	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph"
	"lodestar/internal/kernel/id"
)

// directory takes an import that lists a shelter at an address, and gives it.
func (c *course) directory(t *testing.T, ref, line string) (id.Import, id.Signal) {
	t.Helper()
	imp := c.begin(t)
	done, err := c.Evidence.Take(t.Context(), c.lena, imp, evidence.RowsOf(evidence.Incoming{Ref: ref, Kind: evidence.KindDirectory, Observed: "2026-11-20",
		Mentions: []evidence.IncomingMention{
			{Kind: "organisation", Details: evidence.Details{Names: []string{"Haven " + ref}}},
			{Kind: "place", Details: evidence.Details{Line: line, Town: "Leeds"}}},
		Relations: []evidence.IncomingLink{{From: 1, To: 2, Kind: string(evidence.HeldAt)}}}))
	if err != nil || done[0].Fault != nil {
		t.Fatal(err, done)
	}
	c.drain(t)
	return imp, done[0].ID
}

// heldAt records that the nth person was held at an address.
func (c *course) heldAt(t *testing.T, n int, line string) id.Signal {
	t.Helper()
	done, err := c.Evidence.Record(t.Context(), c.lena, evidence.Incoming{Ref: fmt.Sprint("held-", n), Kind: "referral", Observed: "2026-11-20",
		Mentions: []evidence.IncomingMention{
			{Kind: "person", Role: "presumed_victim", Age: "adult", Details: evidence.Details{Names: []string{"Person " + recruiter(n+100)}, Born: fmt.Sprintf("19%02d-03-0%d", 60+n, 1+n)}},
			{Kind: "place", Details: evidence.Details{Line: line, Town: "Leeds"}}},
		Relations: []evidence.IncomingLink{{From: 1, To: 2, Kind: string(evidence.HeldAt)}}})
	if err != nil {
		t.Fatal(err)
	}
	c.drain(t)
	return done.ID
}

// raised fails the test unless so many leads of addresses stand, and a rebuild
// gives the same.
func (c *course) raised(t *testing.T, when string, want int64) {
	t.Helper()
	if n := c.scalar(t, `SELECT count(*) FROM typology_lead WHERE rule = 'shared_address'`); n != want {
		t.Errorf("%s: %d leads, want %d", when, n, want)
	}
	c.sound(t)
}

// TestTheShelterStaysKnown: many people are held at a shelter's address. A
// directory lists it under another spelling, and somebody says that both are one:
// that is no network then either. Taken back, the address is as unknown as before.
func TestTheShelterStaysKnown(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, source string) {
		c := newCourse(t, t.TempDir(), source)
		first := c.heldAt(t, 0, "12 Mill Lane")
		_, listed := c.directory(t, "one", "Old Rectory Court")
		verdict, err := c.Graph.Merge(t.Context(), c.lena, c.entityIn(t, first, 2), c.entityIn(t, listed, 2), "same_house")
		if err != nil {
			t.Fatal(err)
		}
		for n := range 4 {
			c.heldAt(t, n+1, "12 Mill Lane")
		}
		if c.entityIn(t, first, 2) != c.entityIn(t, listed, 2) {
			t.Fatal("the two spellings are not one")
		}
		c.raised(t, "merged with what the directory lists", 0)
		if _, err := c.Graph.TakeBack(t.Context(), c.lena, verdict, "mistaken"); err != nil {
			t.Fatal(err)
		}
		c.drain(t)
		c.raised(t, "the verdict was taken back", 1)
	})
}

// TestListedByTwo: what two directories list stays known when one of them is
// taken back, whichever came first, and no longer when both are.
func TestListedByTwo(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, source string) {
		c := newCourse(t, t.TempDir(), source)
		one, _ := c.directory(t, "one", "12 Mill Lane")
		two, _ := c.directory(t, "two", "12 Mill Lane")
		for n := range 5 {
			c.heldAt(t, n, "12 Mill Lane")
		}
		for _, imp := range []id.Import{one, two} {
			c.raised(t, "one lists it", 0)
			if _, err := c.Evidence.Undo(t.Context(), c.lena, imp); err != nil {
				t.Fatal(err)
			}
			c.drain(t)
		}
		c.raised(t, "none lists it", 1)
	})
}

// TestAnOlderDatabaseKnowsItsDirectory: what a directory listed before that was
// noted in the graph is noted by the migration as a rebuild would.
func TestAnOlderDatabaseKnowsItsDirectory(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, source string) {
		c := newCourse(t, t.TempDir(), source)
		c.heldAt(t, 0, "12 Mill Lane")
		c.directory(t, "one", "12 Mill Lane")
		c.directory(t, "two", "Old Rectory Court")
		up, err := fs.ReadFile(graph.Migrations().Files, "0005_aid.sql")
		if err != nil {
			t.Fatal(err)
		}
		for _, do := range []string{`UPDATE graph_mention SET role = trim(replace(role, 'aid', ''))`, `UPDATE graph_entity SET roles = trim(replace(roles, 'aid', ''))`, string(up)} {
			if _, err := c.Ground.DB.Pool().ExecContext(t.Context(), do); err != nil {
				t.Fatal(err)
			}
		}
		if n := c.scalar(t, `SELECT count(*) FROM graph_entity WHERE roles LIKE 'aid%'`); n != 4 {
			t.Errorf("%d entities are known, want two places and two organisations", n)
		}
		for n := range 4 {
			c.heldAt(t, n+1, "12 Mill Lane")
		}
		c.raised(t, "after the migration", 0)
	})
}
