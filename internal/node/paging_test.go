package node

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/domain/protection"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/evidence/intake"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
)

// many is how many rows of one moment the lists have.
const many = 200

// TestPagesLoseNoRow: two hundred people are taken in at one moment, by the clock
// of the node. In pages of fifty, each list shows each row once.
func TestPagesLoseNoRow(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, source string) {
		a := newAPI(t, source)
		for n := range many {
			a.screen(t, recruiter(n), fmt.Sprintf("+4479333%05d", n))
		}
		seen := once{}
		var after sqldb.After
		for range 10 {
			list, err := a.Protection.List(t.Context(), a.lena, protection.Page{After: after, Limit: 50})
			if err != nil {
				t.Fatal(err)
			}
			if len(list) == 0 {
				break
			}
			for _, c := range list {
				seen.row(t, c.ID.String())
				after = sqldb.After{At: c.Moved, ID: c.ID.String()}
			}
		}
		seen.all(t, "cases", many)
		a.workPages(t)
		seen = once{}
		for next := v1 + "/cases?limit=50"; next != ""; {
			w := a.ask("lena", "GET "+next, nil)
			for _, c := range answered[struct{ Items []struct{ ID string } }](t, w, 200).Items {
				seen.row(t, c.ID)
			}
			next = strings.TrimSuffix(strings.TrimPrefix(w.Header().Get("Link"), "<"), `>; rel="next"`)
		}
		seen.all(t, "cases of the API", many)
	})
}

// TestImportsOfOneMomentAreAllListed: imports begun at one moment, by one click of
// a clock, are each on one page, with what became of each.
func TestImportsOfOneMomentAreAllListed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, source string) {
		c := newCourse(t, t.TempDir(), source)
		const imports = 30
		mara := c.person(t, "Mara", c.lena.Organisation, "responder")
		for n := range imports {
			imp, err := c.Imports.Hold(t.Context(), mara, []byte(importedTable), intake.Mapping{})
			if err == nil && n == 7 {
				if err = c.Evidence.Order(t.Context(), mara, imp); err == nil {
					c.drain(t)
				}
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		seen, recorded, after := once{}, 0, sqldb.After{}
		for range imports {
			list, err := c.Evidence.Imports(t.Context(), c.lena, after, 7)
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range list {
				seen.row(t, i.ID.String())
				recorded += i.Recorded
				after = sqldb.After{At: i.Started, ID: i.ID.String()}
			}
		}
		seen.all(t, "imports", imports)
		if recorded != 2 {
			t.Errorf("%d rows are said to be recorded", recorded)
		}
		if list, err := c.Evidence.Imports(t.Context(), c.doctor, sqldb.After{}, 7); !fault.Is(err, fault.Withheld) {
			t.Errorf("a service sees %d imports: %v", len(list), err)
		}
	})
}

// workPages walks each list of My work to its end. A link carries the place of one
// list; the others begin anew.
func (a *api) workPages(t *testing.T) {
	t.Helper()
	walk := func(by policy.Actor, rows func(protection.WorkView) []string, next func(protection.WorkPage) protection.WorkPage) once {
		t.Helper()
		seen := once{}
		for from, page := (protection.WorkPage{}), 0; page == 0 || from != (protection.WorkPage{}); page++ {
			v, err := a.Protection.Work(t.Context(), by, from)
			if err != nil || page > 20 {
				t.Fatalf("page %d: %v", page, err)
			}
			for _, r := range rows(v) {
				seen.row(t, r)
			}
			from = next(v.Next)
		}
		return seen
	}
	n, err := a.Ground.DB.Scalar(t.Context(), `SELECT count(*) FROM casework_task WHERE state = 'open'`)
	if err != nil || n < many {
		t.Fatalf("%d tasks, %v", n, err)
	}
	walk(a.lena, func(v protection.WorkView) (ids []string) {
		for _, x := range slices.Concat(v.Overdue, v.Today, v.Later) {
			ids = append(ids, x.ID.String())
		}
		return ids
	}, func(p protection.WorkPage) protection.WorkPage { return protection.WorkPage{Tasks: linked(t, p.Tasks)} }).all(t, "tasks", int(n))
	walk(a.lena, func(v protection.WorkView) []string { return asked(t, v, v.Outbox) },
		func(p protection.WorkPage) protection.WorkPage {
			return protection.WorkPage{Outbox: linked(t, p.Outbox)}
		}).all(t, "asked of others", many)
	walk(a.doctor, func(v protection.WorkView) []string { return asked(t, v, v.Inbox) },
		func(p protection.WorkPage) protection.WorkPage { return protection.WorkPage{Inbox: linked(t, p.Inbox)} }).all(t, "asked of us", many)
}

// asked are referrals that name who is asked and for what.
func asked(t *testing.T, v protection.WorkView, list []casework.Referral) (ids []string) {
	t.Helper()
	for _, r := range list {
		if v.Names[r.Organisation] != "shelter" || v.Names[r.Recipient] != "clinic" || v.Services[r.Service].Name != "clinic" {
			t.Fatalf("from %q to %q, %q", v.Names[r.Organisation], v.Names[r.Recipient], v.Services[r.Service].Name)
		}
		ids = append(ids, r.ID.String())
	}
	return ids
}

// linked is a place as a link carries it.
func linked(t *testing.T, p sqldb.After) (out sqldb.After) {
	t.Helper()
	text, err := p.MarshalText()
	if err != nil || url.QueryEscape(string(text)) != string(text) {
		t.Fatalf("a place as %q, %v", text, err)
	}
	if err := out.UnmarshalText(text); err != nil {
		t.Fatal(err)
	}
	return out
}

// once is what a list showed.
type once map[string]bool

func (o once) row(t *testing.T, key string) {
	t.Helper()
	if o[key] {
		t.Fatalf("%s is shown twice", key)
	}
	o[key] = true
}

func (o once) all(t *testing.T, what string, want int) {
	t.Helper()
	if len(o) != want {
		t.Errorf("the pages show %d %s of %d", len(o), what, want)
	}
}

// TestPlacesInAListAreRead: what is no place is refused, and none is taken for the
// beginning.
func TestPlacesInAListAreRead(t *testing.T) {
	for _, text := range []string{"x", "1", ".", "1.", "1." + strings.Repeat("a", 61), "99999999999999999999.cas_x", "Ж.cas_x"} {
		var p sqldb.After
		if err := p.UnmarshalText([]byte(text)); !fault.Is(err, fault.Invalid) || p != (sqldb.After{}) {
			t.Errorf("%q: %+v, %v", text, p, err)
		}
	}
	want := sqldb.After{At: courseStart, ID: id.New[id.Case]().String()}
	text, err := want.MarshalText()
	var got sqldb.After
	if err != nil || got.UnmarshalText(text) != nil || !got.At.Equal(want.At) || got.ID != want.ID {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
}
