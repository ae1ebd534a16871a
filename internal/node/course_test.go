package node

import (
	"bytes"
	"database/sql"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/domain/protection"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
)

// canary is a person whose name and number may be found nowhere in the clear.
const (
	canary      = "Canary Ptaszyńska"
	canaryPhone = "+447700900987"
)

// course is a node with a shelter and a clinic, for the tests of this package.
type course struct {
	*Node
	hand   *clock.Hand
	log    *bytes.Buffer
	lena   policy.Actor // takes people in at the shelter
	doctor policy.Actor // is asked for help at the clinic
	clinic id.Service
}

var courseStart = time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)

func courseConfig(dir, source string) Config {
	cfg := Defaults()
	cfg.State, cfg.Dir, cfg.Database = "GB", dir, source
	return cfg
}

// newCourse makes the node in dir, with its database in source.
func newCourse(t *testing.T, dir, source string) *course {
	t.Helper()
	cfg := courseConfig(dir, source)
	if err := Init(cfg, "course.lodestar.invalid"); err != nil {
		t.Fatal(err)
	}
	c := openCourse(t, cfg)
	err := c.Ground.DB.InTx(t.Context(), func(tx *sql.Tx) error { return c.settle(t, tx) })
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// courseActors are the people, without a node.
func courseActors() *course {
	who := func(name, org string, roles ...string) policy.Actor {
		return policy.Actor{User: id.Derived[id.User]("course", name), Organisation: id.Derived[id.Organisation]("course", org), Roles: roles, Name: name}
	}
	return &course{hand: clock.At(courseStart), log: &bytes.Buffer{}, lena: who("Lena", "shelter", "responder", "caseworker", "analyst"),
		doctor: who("Jonas", "clinic", "provider"), clinic: id.Derived[id.Service]("course", "clinic")}
}

func openCourse(t *testing.T, cfg Config) *course {
	t.Helper()
	c := courseActors()
	var err error
	if c.Node, err = Open(t.Context(), cfg, c.hand, slog.New(slog.NewJSONHandler(c.log, nil))); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func (c *course) settle(t *testing.T, tx *sql.Tx) error {
	for _, o := range []casework.Organisation{{ID: c.lena.Organisation, Name: "shelter", Kind: "ngo"}, {ID: c.doctor.Organisation, Name: "clinic", Kind: "health"}} {
		if err := casework.PutOrganisation(t.Context(), tx, o); err != nil {
			return err
		}
	}
	return casework.PutService(t.Context(), tx, casework.Service{ID: c.clinic, Organisation: c.doctor.Organisation, Name: "clinic",
		Need: "doctor", Languages: []string{"en"}, Takes: "any", Places: 9})
}

// intake is a first contact with somebody who agrees to be referred.
func (c *course) intake(name, phone string) protection.Intake {
	return protection.Intake{Danger: "no", Age: "adult", Language: "en", Alias: name, Name: name, Phone: phone, Safety: casework.Safe,
		Recruiter: "Viktor Somebody", RecPhone: "+447700900111", Note: "She says her name is " + name, Needs: []string{"doctor"}, SpokenBy: consent.Self,
		Share: []protection.Share{{Service: c.clinic, Agreed: true}}}
}

func (c *course) screen(t *testing.T, name, phone string) protection.Screened {
	t.Helper()
	done, err := c.Protection.Screen(t.Context(), c.lena, c.intake(name, phone))
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func (c *course) drain(t *testing.T) {
	t.Helper()
	if err := c.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// incoming is the nth signal of a source; ten of them, from ten people, name the
// same recruiter and his number.
func incoming(n int) evidence.Incoming {
	person := evidence.Details{Names: []string{fmt.Sprintf("Person %c%c", 'A'+n%26, 'a'+n/26%26)}}
	return evidence.Incoming{Ref: fmt.Sprint("s-", n), Kind: "referral", Observed: "2026-11-20", Grade: "B2", Handling: evidence.Handling{Code: "H1"},
		Narrative: "What was said.", Mentions: []evidence.IncomingMention{
			{Kind: "person", Role: "presumed_victim", Age: "adult", Details: person},
			{Kind: "person", Role: "recruiter", Age: "adult", Details: evidence.Details{Names: []string{recruiter(n / 10)}}},
			{Kind: "phone", Of: 2, Details: evidence.Details{Value: fmt.Sprintf("+4479111%05d", n/10)}},
		}, Relations: []evidence.IncomingLink{{From: 1, To: 2, Kind: string(evidence.RecruitedBy)}}}
}

// recruiter is an invented name, another for each n.
func recruiter(n int) string {
	syllables := []string{"ba", "do", "ki", "lu", "me", "no", "pa", "ri", "su", "te"}
	name := "Viktor V"
	for ; n > 0; n /= 10 {
		name += syllables[n%10]
	}
	return name + "v"
}

// sound fails the test unless the ledger verifies and what is derived follows
// from the evidence.
func (c *course) sound(t *testing.T) {
	t.Helper()
	keys, err := ledger.ParseKeys(c.Key.LogKey(), c.Key.WitnessKey())
	if err != nil {
		t.Fatal(err)
	}
	r, err := ledger.Verify(t.Context(), c.Ground.DB, keys, nil)
	if err != nil || !r.Sound() {
		t.Errorf("ledger: %v %+v", err, r.Findings)
	}
	b, err := c.Graph.Rebuild(t.Context(), true)
	if err != nil || !b.Same() {
		t.Errorf("rebuild: %v %v", err, b)
	}
}

// namesCanary tells whether a text holds a part of the canary's name, or the number.
func namesCanary(text string) bool {
	for _, word := range append(strings.Fields(canary), canaryPhone, strings.TrimPrefix(canaryPhone, "+44"), "%C5%84ska") {
		if strings.Contains(strings.ToLower(text), strings.ToLower(word)) {
			return true
		}
	}
	return false
}

func scratch(t *testing.T, name string) string { return filepath.Join(t.TempDir(), name) }
