package node

import (
	"database/sql"
	"net/http"
	"testing"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/rest"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph"
	"lodestar/internal/kernel/id"
)

// TestNoPurposeOpensHer: an investigator reads nothing of somebody whom the law
// protects, whatever purpose he gives, and of a signal that a woman is in reads no
// code of what she lived through.
func TestNoPurposeOpensHer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		a := newAPI(t, source)
		done := a.screen(t, canary, canaryPhone)
		a.drain(t)
		signal, err := a.Evidence.See(t.Context(), a.lena, consent.Identification, done.Signal)
		if err != nil || signal.Shut || len(signal.Signal.Coded) == 0 {
			t.Fatalf("who was told reads %+v, %v", signal.Signal.Coded, err)
		}
		for _, m := range signal.Mentions {
			if !m.Role.Protected() {
				continue
			}
			var her id.Entity
			err := a.Ground.DB.InRead(t.Context(), func(tx *sql.Tx) (err error) { her, err = graph.EntityOf(t.Context(), tx, m.ID); return err })
			if err != nil {
				t.Fatal(err)
			}
			for _, purpose := range []consent.Purpose{consent.Assistance, consent.Identification, consent.Investigation, consent.Oversight} {
				for _, who := range []string{"rafa", "jonas", "curious"} {
					refusedWith(t, who+" for "+string(purpose), a.ask(who, "GET "+v1+"/entities/"+her.String(), nil, rest.PurposeHeader, string(purpose)), fault.NotFound)
				}
			}
		}
		type answer struct {
			Coded map[string]string `json:"coded"`
			Shut  bool              `json:"shut"`
		}
		if got := answered[answer](t, a.ask("rafa", "GET "+v1+"/signals/"+done.Signal.String(), nil), http.StatusOK); !got.Shut || len(got.Coded) > 0 {
			t.Errorf("who was not told reads %+v", got)
		}
	})
}

// TestReportedAsAChild: who was reported as a child stays one until her age is
// known; nobody's word alone makes her an adult (CETS 197, Article 10(3)).
func TestReportedAsAChild(t *testing.T) {
	for stated, want := range map[evidence.AgeClass]evidence.AgeClass{evidence.Child: evidence.AgeUnknown, evidence.Adult: evidence.Adult, evidence.AgeUnknown: evidence.Adult} {
		t.Run("reported as "+string(stated), func(t *testing.T) {
			c := newCourse(t, t.TempDir(), dbtest.SQLite(t))
			in := raid()
			in.Mentions[2].Age = string(stated)
			if _, err := c.Evidence.Record(t.Context(), c.lena, in); err != nil {
				t.Fatal(err)
			}
			c.drain(t)
			v, err := c.Protection.See(t.Context(), c.lena, c.openLead(t, evidence.Person))
			if err != nil || v.Person.Age != want {
				t.Errorf("said to be an adult, she is %q, want %q, %v", v.Person.Age, want, err)
			}
		})
	}
}
