package node

import (
	"database/sql"
	"io/fs"
	"strings"
	"testing"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/typology"
)

// unit makes an investigator to whom, like to Lena, leads of telephones are brought.
func (c *course) unit(t *testing.T) policy.Actor {
	t.Helper()
	rafa := c.person(t, "Rafa", id.Derived[id.Organisation]("course", "unit"), "investigator")
	err := c.Ground.DB.InTx(t.Context(), func(tx *sql.Tx) error {
		if err := typology.Route(t.Context(), tx, "shared_phone", c.lena.Organisation); err != nil {
			return err
		}
		return typology.Route(t.Context(), tx, "shared_phone", rafa.Organisation)
	})
	if err != nil {
		t.Fatal(err)
	}
	return rafa
}

// ofPhone is the one lead of a telephone in a list.
func (c *course) ofPhone(t *testing.T, by policy.Actor, state typology.LeadState) (found []typology.Lead) {
	t.Helper()
	list, err := c.Leads.List(t.Context(), by, consent.Identification, state, typology.After{}, 50)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range list {
		if l.Rule == "shared_phone" {
			found = append(found, l)
		}
	}
	return found
}

// TestSetAsideByOne: what one recipient sets aside stays with the others, each
// list and page says how it stands there, and the others are told why.
func TestSetAsideByOne(t *testing.T) {
	c, _, enter := served(t)
	rafa := c.unit(t)
	c.record(t, 1, 2, 3)
	l := c.ofPhone(t, c.lena, typology.LeadOpen)[0]
	page, unit := enter(c.lena), enter(rafa)
	const told = "has set it aside: “They are not the same”"
	if text := page.get("/leads/"+l.ID.String(), 200); strings.Contains(text, "has set it aside") {
		t.Errorf("nobody set it aside, and:\n%s", text)
	}
	if _, err := c.Leads.Dismiss(t.Context(), rafa, l.ID, "not_the_same"); err != nil {
		t.Fatal(err)
	}
	c.drain(t)
	if _, err := c.Leads.Dismiss(t.Context(), rafa, l.ID, "not_the_same"); !fault.Is(err, fault.Conflict) {
		t.Errorf("set aside twice: %v", err)
	}
	if mine, theirs := c.ofPhone(t, c.lena, typology.LeadOpen), c.ofPhone(t, rafa, typology.LeadDismissed); len(mine) != 1 || mine[0].State != typology.LeadOpen || len(theirs) != 1 || theirs[0].State != typology.LeadDismissed {
		t.Errorf("the lists: %+v, %+v", mine, theirs)
	}
	if text := page.get("/leads/"+l.ID.String(), 200); !strings.Contains(text, told) || !strings.Contains(text, "Set this lead aside") {
		t.Errorf("the shelter is shown:\n%s", text)
	}
	if text := unit.get("/leads/"+l.ID.String(), 200); strings.Contains(text, told) || strings.Contains(text, "Set this lead aside") {
		t.Errorf("the unit is shown:\n%s", text)
	}
	c.sound(t)
}

// TestAnOlderDatabaseGivesLeadsBack: where one recipient's word had taken a lead
// from all, the migration leaves it set aside with that one, as a rebuild would.
func TestAnOlderDatabaseGivesLeadsBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, source string) {
		c := newCourse(t, t.TempDir(), source)
		rafa := c.unit(t)
		c.record(t, 1, 2, 3)
		l := c.ofPhone(t, c.lena, typology.LeadOpen)[0]
		verdict, err := c.Leads.Dismiss(t.Context(), rafa, l.ID, "other")
		if err != nil {
			t.Fatal(err)
		}
		c.drain(t)
		up, err := fs.ReadFile(typology.Migrations().Files, "0003_dismissal.sql")
		if err != nil {
			t.Fatal(err)
		}
		for _, do := range []string{`DROP TABLE typology_dismissal`, `UPDATE typology_recipient SET state = 'dismissed' WHERE lead = '` + l.ID.String() + `'`,
			`UPDATE typology_lead SET state = 'dismissed', verdict = '` + verdict.String() + `' WHERE id = '` + l.ID.String() + `'`, string(up)} {
			if _, err := c.Ground.DB.Pool().ExecContext(t.Context(), do); err != nil {
				t.Fatal(err)
			}
		}
		if mine, theirs := c.ofPhone(t, c.lena, typology.LeadOpen), c.ofPhone(t, rafa, typology.LeadOpen); len(mine) != 1 || len(theirs) != 0 {
			t.Errorf("the lists: %+v, %+v", mine, theirs)
		}
		c.sound(t)
		in := incoming(4)
		in.Mentions[0].Age = string(evidence.Child)
		if _, err := c.Evidence.Record(t.Context(), c.lena, in); err != nil {
			t.Fatal(err)
		}
		c.drain(t)
		if n := len(c.ofPhone(t, rafa, typology.LeadOpen)); n != 1 {
			t.Errorf("with more behind it: %d", n)
		}
		c.sound(t)
	})
}
