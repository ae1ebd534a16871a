package node

import (
	"database/sql"
	"io"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/signin"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/domain/protection"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
)

// TestDoesNotStartWithWhatCannotBeDone: a second pair of eyes for an act that
// cannot be parked, and a case type whose need no policy meets.
func TestDoesNotStartWithWhatCannotBeDone(t *testing.T) {
	c := newCourse(t, t.TempDir(), dbtest.SQLite(t))
	if err := c.check(); err != nil {
		t.Fatal(err)
	}
	replays := c.Ground.Replays
	c.Ground.Replays = map[policy.Verb]act.Replay{protection.Close: replays[protection.Close]}
	if err := c.check(); !fault.Is(err, fault.Invalid) {
		t.Errorf("it would start with an act that cannot be parked: %v", err)
	}
	c.Ground.Replays = replays
	c.Ground.Policy = &policy.Engine{} // no policy asks for anybody
	if err := c.check(); err == nil || !strings.Contains(err.Error(), "protection.close_unseen needs a second pair of eyes") {
		t.Errorf("it would start with a need that nobody meets: %v", err)
	}
}

func TestZone(t *testing.T) {
	for _, zone := range []string{"Europe/Wien", "Local", "CET+1", "../../etc/passwd", strings.Repeat("x", 10_000)} {
		cfg := courseConfig(t.TempDir(), dbtest.SQLite(t))
		cfg.Zone = zone
		if err := Init(cfg, "course.lodestar.invalid"); err != nil {
			t.Fatal(err)
		}
		n, err := Open(t.Context(), cfg, clock.At(courseStart), slog.New(slog.NewTextHandler(io.Discard, nil)))
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("the zone %.20q was taken: %v", zone, err)
		}
		if n != nil {
			n.Close()
		}
	}
	for zone, want := range map[string]Health{"": Warn, "Europe/Vienna": Well} {
		cfg := courseConfig(t.TempDir(), dbtest.SQLite(t))
		cfg.Zone = zone
		if err := Init(cfg, "course.lodestar.invalid"); err != nil {
			t.Fatal(err)
		}
		n := openCourse(t, cfg)
		checks := n.Doctor(t.Context())
		i := slices.IndexFunc(checks, func(c Check) bool { return c.Name == "zone" })
		if i < 0 || checks[i].State != want || n.Ground.Zone == nil {
			t.Errorf("%q: %+v", zone, checks)
		}
	}
}

// TestSecondPairOfEyesOnPages: what the two people see, without script.
func TestSecondPairOfEyesOnPages(t *testing.T) {
	c, log, enter := served(t)
	mona := c.lena
	mona.User, mona.Name, mona.Roles = id.Derived[id.User]("course", "Mona"), "Mona", []string{"caseworker"}
	err := c.Ground.DB.InTx(t.Context(), func(tx *sql.Tx) error {
		return signin.AddUser(t.Context(), tx, signin.User{ID: mona.User.String(), Name: mona.Name, Organisation: mona.Organisation.String(), Roles: mona.Roles, Language: "en", Active: true})
	})
	if err != nil {
		t.Fatal(err)
	}
	done := c.screen(t, canary, canaryPhone)
	at := "/cases/" + done.Case.ID.String()
	first, second := enter(c.lena), enter(mona)
	want := func(page string, words ...string) {
		t.Helper()
		for _, w := range words {
			if text, absent := strings.CutPrefix(w, "-"); strings.Contains(page, text) == absent {
				t.Errorf("%q on the page:\n%.6000s", w, page)
			}
		}
	}
	const waits, reason = "Waits for a second person: End the case without being able to ask the person", "Reason: Not seen any more"
	first.post(at+"/close", 422, "version", "2", "reason", "<script>")
	want(first.post(at+"/close", 200, "version", "2", "reason", "not_seen"), waits, reason, "Take the proposal back", "-Agree: it is done now")
	want(first.get("/work", 200), "Waiting for a second person", "Proposed by you")
	want(second.get("/work", 200), "Waiting for a second person", "-Proposed by you")
	want(second.get(at, 200), waits, reason, "Agree: it is done now", "-Take the proposal back")
	decline := mustLink(t, second, regexp.MustCompile(`^/proposals/pro_[^/]+/decline$`))
	approve := strings.Replace(decline, "decline", "approve", 1)
	want(second.post(decline, 422, "case", done.Case.ID.String()), "Choose why it is not to be done", waits)
	first.post(approve, 403, "case", done.Case.ID.String())
	second.post(approve, 404, "case", canary)
	want(second.post(approve, 200, "case", done.Case.ID.String()), "-"+waits, "Reopen the case")
	want(second.get(at+"/who", 200), "Mona (", " · Lena (")
	second.post(approve, 409, "case", done.Case.ID.String())

	// A case that stands still.
	next := c.screen(t, "Somebody", "+447700900988")
	c.hand.Move(31 * 24 * time.Hour)
	first, second = enter(c.lena), enter(mona) // sessions have ended meanwhile
	c.drain(t)
	want(second.get("/work", 200), "Look at these again", "31 days without a move")
	want(second.get("/cases/"+next.Case.ID.String(), 200), "This case has stood still for 31 days")
	want(second.post("/cases/"+next.Case.ID.String()+"/review", 200, "version", "2"), "-stood still", "Looked at, nothing changes")
	want(second.get("/work", 200), "-Look at these again")
	if namesCanary(log.String() + c.log.String()) {
		t.Error("the log names her")
	}
}
