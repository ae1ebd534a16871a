package node

import (
	"html"
	"strings"
	"testing"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/rest"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/domain/child"
	"lodestar/internal/domain/protection"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/id"
)

// young opens child protection for somebody of unknown age.
func (c *course) young(t *testing.T) (help, kid casework.Case) {
	t.Helper()
	done, err := c.Protection.Screen(t.Context(), c.lena, protection.Intake{Danger: "no", Language: "en"})
	if err != nil {
		t.Fatal(err)
	}
	if kid, err = c.Child.Open(t.Context(), c.lena, child.On{Case: done.Case.ID, Version: done.Case.Version}); err != nil {
		t.Fatal(err)
	}
	return done.Case, kid
}

// TestEveryFormOfAChildSaysItsVersion: every form of the desk that changes a case is
// refused without the version that was read, with an old one, and with nonsense, and
// changes nothing then. A new route without a line here fails.
func TestEveryFormOfAChildSaysItsVersion(t *testing.T) {
	c, _, enter := served(t)
	lena := enter(c.lena)
	help, kid := c.young(t)
	hearing := []string{"heard", "talk", "wishes", "x", "reasons", "x"}
	walked := 0
	for _, m := range c.modules {
		for _, r := range m.Routes {
			if !versioned(r.Method, r.Path) || !ofChild(r.Path) || strings.Contains(r.Path, "{referral}") {
				continue
			}
			t.Run(r.Path, func(t *testing.T) {
				walked++
				fields, known := map[string][]string{
					"/child/{case}": {}, "/children/{case}/review": {}, "/children/{case}/notify": {}, "/children/{case}/guardian/request": {},
					"/children/{case}/care/end": {}, "/children/{case}/missing/report": {}, "/children/{case}/missing/found": {},
					"/children/{case}/determinations/sit": {"determination", "1"},
					"/children/{case}/age":                {"kind", "disputed", "source", "worker"}, "/children/{case}/reopen": {"kind", "disputed", "source", "worker"},
					"/children/{case}/birth":                  {"month", "3", "year", "2012"},
					"/children/{case}/guardian/appoint":       {"guardian", c.lena.User.String(), "custody", "no", "related", "no"},
					"/children/{case}/guardian/end":           {"reason", "other"},
					"/children/{case}/assess":                 append([]string{"action", "school", "in_interest", "yes"}, hearing...),
					"/children/{case}/determinations":         {"question", "care"},
					"/children/{case}/determinations/collect": {"determination", "1", "note", "x"},
					"/children/{case}/determinations/decide":  append([]string{"determination", "1", "outcome", "stay", "options", "x"}, hearing...),
					"/children/{case}/care": {"kind", "foster", "provider", c.doctor.Organisation.String(), "from-day", "1", "from-month", "12", "from-year", "2026",
						"review-day", "1", "review-month", "2", "review-year", "2027"},
					"/children/{case}/trace":        {"assessment", "1"},
					"/children/{case}/missing":      {"last_seen-day", "24", "last_seen-month", "11", "last_seen-year", "2026", "time", "20:00"},
					"/children/{case}/missing/talk": {"talk", "x"},
					"/children/{case}/life":         {"status", "enrolled"},
					"/children/{case}/reconsent":    {},
					"/children/{case}/close":        {"reason", "death"},
				}[r.Path]
				if !known {
					t.Fatal("say here what a good form of this route holds, or why it needs no version")
				}
				of := kid.ID.String()
				if strings.HasPrefix(r.Path, "/child/") {
					of = help.ID.String()
				}
				path := strings.Replace(r.Path, "{case}", of, 1)
				for what, version := range map[string][]string{"none": nil, "empty": {"version", ""}, "zero": {"version", "0"}, "negative": {"version", "-1"},
					"of another moment": {"version", "99"}, "nonsense": {"version", "один"}} {
					text := html.UnescapeString(lena.post(path, 412, append(version, fields...)...))
					if version == nil && !strings.Contains(text, "Reload the page") {
						t.Errorf("%s: it is not said what to do: %.2000s", what, text)
					}
				}
				v, err := c.Child.See(t.Context(), c.lena, kid.ID)
				if err != nil || v.Case.Version != kid.Version {
					t.Errorf("a refused form has changed something: %+v, %v", v.Case, err)
				}
			})
		}
	}
	if walked < 20 {
		t.Errorf("only %d routes were walked", walked)
	}
	lena.post("/children/"+kid.ID.String()+"/review", 200, "version", "1")
}

// TestEveryCallAboutAChildSaysItsVersion walks the operations of the API in the same
// way.
func TestEveryCallAboutAChildSaysItsVersion(t *testing.T) {
	a := newAPI(t, dbtest.SQLite(t))
	help, kid := a.young(t)
	hearing := func(body map[string]any) map[string]any {
		body["heard"], body["wishes"], body["reasons"] = "talk", "x", "x"
		return body
	}
	walked := 0
	var ops []rest.Operation
	for _, m := range a.course.modules {
		ops = append(ops, m.Operations...)
	}
	for _, op := range ops {
		path := v1 + op.Path
		if !versioned(op.Method, path) || !ofChild(path) || strings.Contains(path, "{referral}") {
			continue
		}
		walked++
		body, known := map[string]map[string]any{
			"open-child": {}, "notify-child-authority": {}, "request-guardian": {}, "end-care": {}, "report-missing": {}, "note-found": {}, "review-child": {},
			"note-age": {"kind": "disputed", "source": "worker"}, "reopen-child": {"kind": "disputed", "source": "worker"},
			"note-birth":                {"year": 2012, "month": 3},
			"appoint-guardian":          {"guardian": a.lena.User, "custody": "no", "related": "no"},
			"end-guardian":              {"reason": "other"},
			"assess-interests":          hearing(map[string]any{"action": "school", "in_interest": "yes"}),
			"trigger-determination":     {"question": "care"},
			"collect-for-determination": {"determination": 1, "note": "x"},
			"sit-on-panel":              {"determination": 1},
			"decide-determination":      hearing(map[string]any{"determination": 1, "outcome": "stay", "options": "x"}),
			"arrange-care":              {"kind": "foster", "provider": a.doctor.Organisation, "from": "2026-12-01T00:00:00Z", "review": "2027-02-01T00:00:00Z"},
			"trace-family":              {"assessment": 1},
			"note-missing":              {"last_seen": "2026-11-24T20:00:00Z"},
			"note-return-talk":          {"talk": "x"},
			"note-life":                 {"area": "school", "status": "enrolled"},
			"reconsent-child":           {"keep": []string{}},
			"close-child":               {"reason": "death"},
		}[op.ID]
		if !known {
			t.Fatalf("say here what a good call of %s holds, or why it needs no version", op.ID)
		}
		of := kid.ID.String()
		if op.ID == "open-child" {
			of = help.ID.String()
		}
		call := op.Method + " " + strings.Replace(path, "{case}", of, 1)
		for _, match := range []string{"-", "", "0", `"0"`, `"-1"`, `W/"1"`, `*`, `"99"`} {
			refusedWith(t, op.ID+" with "+match, a.ask("lena", call, body, "If-Match", match), fault.Stale)
		}
	}
	if walked < 20 {
		t.Errorf("only %d operations were walked", walked)
	}
}

// childSealed fills every sealed column of the desk of child protection.
func (c *course) childSealed(t *testing.T) {
	t.Helper()
	_, kid := c.young(t)
	d, by, hearing := c.Child, c.lena, child.Hearing{Heard: "talk", Wishes: canary}
	other := c.lena
	other.User = c.doctor.User
	third := c.lena
	third.User = id.Derived[id.User]("course", "third")
	for _, step := range []func(child.On) (casework.Case, error){
		func(on child.On) (casework.Case, error) {
			return d.NoteAge(t.Context(), by, on, child.AgeIn{Kind: child.Disputed, Source: child.ByWorker, Note: canary})
		},
		func(on child.On) (casework.Case, error) {
			return d.NoteBirth(t.Context(), by, on, child.BirthIn{Year: 2012, Month: 3})
		},
		func(on child.On) (casework.Case, error) {
			return d.NoteLife(t.Context(), by, on, child.EntryIn{Area: "health", Status: "seen", Note: canary})
		},
		func(on child.On) (casework.Case, error) {
			return d.Assess(t.Context(), by, on, child.InterestIn{Action: "health", InInterest: "yes", Reasons: canary, Hearing: hearing})
		},
		func(on child.On) (casework.Case, error) {
			return d.Trigger(t.Context(), by, on, child.TriggerIn{Question: "care"})
		},
		func(on child.On) (casework.Case, error) {
			return d.Collect(t.Context(), by, on, child.CollectIn{N: 1, Note: canary})
		},
		func(on child.On) (casework.Case, error) { return d.Sit(t.Context(), other, on, child.SitIn{N: 1}) },
		func(on child.On) (casework.Case, error) { return d.Sit(t.Context(), third, on, child.SitIn{N: 1}) },
		func(on child.On) (casework.Case, error) {
			return d.Decide(t.Context(), third, on, child.BestInterestsIn{N: 1, Outcome: "stay", Options: canary, Reasons: canary, Hearing: hearing})
		},
		func(on child.On) (casework.Case, error) {
			return d.ReportMissing(t.Context(), by, on, child.MissingIn{LastSeen: c.Ground.Clock.Now(), Note: canary})
		},
		func(on child.On) (casework.Case, error) { return d.Found(t.Context(), by, on) },
		func(on child.On) (casework.Case, error) {
			return d.Talk(t.Context(), by, on, child.TalkIn{Talk: canary})
		},
	} {
		var err error
		if kid, err = step(child.On{Case: kid.ID, Version: kid.Version}); err != nil {
			t.Fatal(err)
		}
	}
}
