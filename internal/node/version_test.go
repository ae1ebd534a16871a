package node

import (
	"html"
	"net/http"
	"slices"
	"strings"
	"testing"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/rest"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/domain/protection"
	"lodestar/internal/kernel/casework"
)

// herWord are the changes that no version can hold up: what a person says of her
// own data holds at once, whatever somebody else has changed meanwhile (Regulation
// (EU) 2016/679, Articles 7(3) and 17).
var herWord = []string{
	"/cases/{case}/consent", "/cases/{case}/consents/{consent}/narrow", "/cases/{case}/consents/{consent}/withdraw", "/cases/{case}/forget", "/nrm/{case}/word", "/api/v1/cases/{case}/nrm-words",
	"/children/{case}/consents", "/children/{case}/consents/{consent}/withdraw", "/children/{case}/forget",
	"/api/v1/children/{case}/consents", "/api/v1/children/{case}/consents/{consent}/withdraw",
	"/rights/{case}/consent", "/rights/{case}/withdraw", "/rights/{case}/forget",
	"/api/v1/rights/{case}/consents", "/api/v1/rights/{case}/consents/{consent}/withdraw",
	"/api/v1/cases/{case}/consents", "/api/v1/cases/{case}/consents/{consent}/narrow", "/api/v1/cases/{case}/consents/{consent}/withdraw",
}

// added are the changes that overwrite nothing: a row beside those that are there, or
// a word that is taken once and refused the second time; and a preview, which changes
// nothing at all.
var added = []string{
	"/screenings/{case}/{family}/{pass}", "/api/v1/cases/{case}/interviews",
	"/receipts/{case}", "/receipts/{case}/{n}",
	"/disclosures/{case}", "/disclosures/{case}/{referral}/review", "/disclosures/{case}/{referral}/tell",
	"/api/v1/cases/{case}/disclosures/{referral}/review", "/api/v1/cases/{case}/disclosures/{referral}/told",
	"/api/v1/cases/{case}/rights", // opens a case, and changes none
}

// ofChild tells whether a route is of the desk of child protection, which has a walk
// of its own: version_child_test.go.
func ofChild(path string) bool {
	path = strings.TrimPrefix(path, v1)
	return strings.HasPrefix(path, "/child") || strings.HasSuffix(path, "}/child")
}

// versioned tells whether a route changes a record that has versions.
func versioned(method, path string) bool {
	if ofAuthority(path) { // they have a test of their own
		return false
	}
	return method != http.MethodGet && (strings.Contains(path, "{case}") || strings.Contains(path, "{referral}")) && !slices.Contains(herWord, path) && !slices.Contains(added, path)
}

// TestEveryFormSaysItsVersion walks the table of routes: every form that changes a
// case or a referral is refused without the version that was read, with an old
// one, and with nonsense, and taken with the right one. A new route without a line
// here fails.
func TestEveryFormSaysItsVersion(t *testing.T) {
	c, _, enter := served(t)
	lena, doctor := enter(c.lena), enter(c.doctor)
	c.Ground.Law = northland(t)
	elsewhere := c.elsewhere(t)
	walked := 0
	for _, m := range c.modules {
		for _, r := range m.Routes {
			if !versioned(r.Method, r.Path) || m.Name == "rights" || m.Name == "prosecution" || ofChild(r.Path) {
				continue // TestEveryFormOfRightsSaysItsVersion and that of children walk theirs
			}
			t.Run(r.Path, func(t *testing.T) {
				walked++
				done := c.screen(t, "Anna Weber", "")
				help := c.seen(t, done).Consents[0].ID
				yes, no := c.authority(t), c.authority(t)
				word := c.asked(t, done.Case.ID, yes, true)
				c.asked(t, done.Case.ID, no, false)
				v := c.seen(t, done)
				fields := map[string][]string{
					"/cases/{case}/plan":         {"goals", "doctor", "risk", "low", "due-day", "24", "due-month", "12", "due-year", "2026"},
					"/cases/{case}/tasks/{task}": {"done", "yes"},
					"/cases/{case}/refer":        {"service", c.clinic.String(), "word", help.String()},
					"/cases/{case}/close":        {"reason", protection.ClosureReasons[0]},
					"/cases/{case}/reopen":       {"reopen", "yes"},
					"/cases/{case}/review":       {},
					"/referrals/{referral}":      {"to", "accepted"},
					"/nrm/{case}/refer":          {"word", word.String()},
					"/nrm/{case}/notify":         {"authority", no.String(), "form", "unknown"},
					"/disclosures/{case}/send":   {"recipient", elsewhere.String(), "classes", "identity", "reason", "he is on his way"},
				}[r.Path]
				if fields == nil {
					t.Fatal("say here what a good form of this route holds, or why it needs no version")
				}
				by := lena
				if strings.HasPrefix(r.Path, "/referrals/") {
					by = doctor
				}
				if r.Path == "/cases/{case}/reopen" {
					if _, err := c.Protection.Close(t.Context(), c.lena, protection.CloseIn{Case: v.Case.ID, Version: v.Case.Version, Reason: protection.ClosureReasons[0]}); err != nil {
						t.Fatal(err)
					}
					v = c.seen(t, done)
				}
				path := strings.NewReplacer("{case}", v.Case.ID.String(), "{task}", v.Tasks[0].ID.String(), "{referral}", v.Referrals[0].ID.String()).Replace(r.Path)
				for what, version := range map[string][]string{"none": nil, "empty": {"version", ""}, "zero": {"version", "0"}, "negative": {"version", "-1"},
					"of another moment": {"version", "99"}, "nonsense": {"version", "один"}, "too large": {"version", "99999999999999999999"}} {
					text := html.UnescapeString(by.post(path, http.StatusPreconditionFailed, append(version, fields...)...))
					if version == nil && !strings.Contains(text, "Reload the page") {
						t.Errorf("%s: it is not said what to do: %.2000s", what, text)
					}
				}
				if now := c.seen(t, done); now.Case.Version != v.Case.Version || now.Case.State != v.Case.State || len(now.Referrals) != len(v.Referrals) || now.Tasks[0].Done || now.Referrals[0].State != casework.Sent {
					t.Errorf("a refused form has changed something: %+v", now.Case)
				}
				version := v.Case.Version
				if by == doctor {
					version = v.Referrals[0].Version
				}
				by.post(path, http.StatusOK, append([]string{"version", string(rune('0' + version))}, fields...)...)
			})
		}
	}
	if walked < 6 {
		t.Errorf("only %d routes were walked", walked)
	}
}

// seen is the case of a screening as it stands.
func (c *course) seen(t *testing.T, done protection.Screened) protection.CaseView {
	t.Helper()
	v, err := c.Protection.See(t.Context(), c.lena, done.Case.ID)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestEveryCallSaysItsVersion walks the operations of the API in the same way.
func TestEveryCallSaysItsVersion(t *testing.T) {
	a := newAPI(t, dbtest.SQLite(t))
	done := a.screen(t, "Anna Weber", "")
	v := a.seen(t, done)
	a.course.Ground.Law = northland(t)
	elsewhere := a.course.elsewhere(t)
	walked := 0
	var ops []rest.Operation
	for _, m := range a.course.modules {
		if m.Name != "rights" && m.Name != "prosecution" { // TestEveryCallOfRightsSaysItsVersion walks theirs
			ops = append(ops, m.Operations...)
		}
	}
	for _, op := range ops {
		path := v1 + op.Path
		if !versioned(op.Method, path) || ofChild(path) {
			continue
		}
		walked++
		body := map[string]any{
			"refer":                 map[string]any{"service": a.clinic, "consent": v.Consents[0].ID},
			"answer-referral":       map[string]any{"to": "accepted"},
			"close-case":            map[string]any{"reason": protection.ClosureReasons[0]},
			"review-case":           map[string]any{},
			"refer-to-authority":    map[string]any{"authority": elsewhere},
			"notify-authority":      map[string]any{"authority": elsewhere},
			"disclose-in-emergency": map[string]any{"recipient": elsewhere, "classes": []string{"identity"}, "reason": "he is on his way"},
		}[op.ID]
		if body == nil {
			t.Fatalf("say here what a good call of %s holds, or why it needs no version", op.ID)
		}
		who := "lena"
		if strings.Contains(path, "{referral}") {
			who = "jonas"
		}
		call := op.Method + " " + strings.NewReplacer("{case}", v.Case.ID.String(), "{referral}", v.Referrals[0].ID.String()).Replace(path)
		for _, match := range []string{"-", "", "0", `"0"`, `"-1"`, `W/"1"`, `*`, `"99"`} {
			refusedWith(t, op.ID+" with "+match, a.ask(who, call, body, "If-Match", match), fault.Stale)
		}
	}
	if walked < 2 {
		t.Errorf("only %d operations were walked", walked)
	}
}

// TestVerbsNeedAVersion: what pages and programs must say, the verbs ask for.
func TestVerbsNeedAVersion(t *testing.T) {
	c := newCourse(t, t.TempDir(), dbtest.SQLite(t))
	done := c.screen(t, "Anna Weber", "")
	v := c.seen(t, done)
	her, by, ctx := v.Case.ID, c.lena, t.Context()
	for name, do := range map[string]func() error{
		"plan": func() error {
			_, err := c.Protection.Plan(ctx, by, protection.PlanIn{Case: her, Risk: casework.RiskLow, Goals: []string{"doctor"}, Due: courseStart.AddDate(0, 0, 9)})
			return err
		},
		"finish": func() error { return c.Protection.Finish(ctx, by, her, 0, v.Tasks[0].ID, true) },
		"refer": func() error {
			_, err := c.Protection.Refer(ctx, by, protection.ReferIn{Case: her, Service: c.clinic, Consent: v.Consents[0].ID})
			return err
		},
		"close": func() error {
			_, err := c.Protection.Close(ctx, by, protection.CloseIn{Case: her, Reason: protection.ClosureReasons[0]})
			return err
		},
		"review": func() error { _, err := c.Protection.Review(ctx, by, her, 0); return err },
		"reopen": func() error { _, err := c.Protection.Reopen(ctx, by, her, 0); return err },
		"answer": func() error {
			_, err := c.Protection.Answer(ctx, c.doctor, protection.AnswerIn{Referral: v.Referrals[0].ID, To: casework.Accepted})
			return err
		},
	} {
		if err := do(); !fault.Is(err, fault.Stale) {
			t.Errorf("%s without a version: %v", name, err)
		}
	}
	// Her word needs none.
	if _, err := c.Protection.Withdraw(ctx, by, her, v.Consents[0].ID); err != nil {
		t.Error(err)
	}
	if err := c.Protection.Forget(ctx, by, her); err != nil {
		t.Error(err)
	}
}
