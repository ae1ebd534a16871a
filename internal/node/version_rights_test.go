package node

import (
	"database/sql"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/base/web"
	"lodestar/internal/domain/prosecution"
	"lodestar/internal/domain/protection"
	"lodestar/internal/domain/rights"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
)

// prosecutor is somebody who charges, at an office of his own.
var prosecutor = policy.Actor{User: id.Derived[id.User]("course", "Severin"), Organisation: id.Derived[id.Organisation]("course", "prosecution"), Roles: []string{"prosecutor"}, Name: "Severin"}

// rights is the case of somebody's rights beside her case of help, with one of
// everything: a request that was refused and one that was told, a claim, a measure that
// did not hold, a return, and a charge of somebody else.
func (c *course) rights(t *testing.T, beside id.Case) (rights.CaseView, id.Referral) {
	t.Helper()
	ctx, by := t.Context(), c.lena
	k, err := c.Rights.Begin(ctx, by, beside)
	if err != nil {
		t.Fatal(err)
	}
	her := k.ID
	word := func(p consent.Purpose) id.Consent {
		w, err := c.Rights.Consent(ctx, by, rights.ConsentIn{Case: her, Recipient: prosecutor.Organisation, Purpose: p, Agreed: true, Classes: []string{"identity"},
			Until: courseStart.AddDate(0, 3, 0), SpokenBy: consent.Self})
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	justice, back := word(consent.Justice), word(consent.Return)
	var told id.Referral
	submit := func(v, n int64) error {
		r, err := c.Rights.Submit(ctx, by, rights.SubmitIn{Case: her, Version: v, Request: n, Recipient: prosecutor.Organisation, Word: justice, Text: canary})
		told = r.ID
		return err
	}
	for _, do := range []func(v int64) error{
		func(v int64) error {
			_, err := c.Rights.Represent(ctx, by, rights.RepresentIn{Case: her, Version: v, Scope: []string{"compensation"}, Since: courseStart})
			return err
		},
		func(v int64) error {
			_, err := c.Rights.Compelled(ctx, by, rights.CompelledIn{Case: her, Version: v, Offence: "theft", Custody: "free", Link: canary})
			return err
		},
		func(v int64) error { return submit(v, 1) },
		func(v int64) error {
			_, err := c.Rights.Advance(ctx, by, rights.AdvanceIn{Case: her, Version: v, Request: 1, To: rights.Refused, Reasons: canary})
			return err
		},
		func(v int64) error {
			_, err := c.Rights.Compelled(ctx, by, rights.CompelledIn{Case: her, Version: v, Offence: "fraud", Custody: "free"})
			return err
		},
		func(v int64) error {
			_, err := c.Rights.Advise(ctx, by, rights.AdviseIn{Case: her, Version: v, Route: "wage_claim", Event: courseStart})
			return err
		},
		func(v int64) error {
			_, err := c.Rights.Protect(ctx, by, rights.ProtectIn{Case: her, Version: v, Code: "contact_ban", Since: courseStart})
			return err
		},
		func(v int64) error {
			_, err := c.Rights.Breach(ctx, by, rights.BreachIn{Case: her, Version: v, Measure: 1, Done: canary})
			return err
		},
		func(v int64) error {
			_, err := c.Rights.Return(ctx, by, rights.ReturnIn{Case: her, Version: v, Word: back, Assessment: canary, Pending: "no", FollowUp: courseStart.AddDate(0, 1, 0)})
			return err
		},
	} {
		v, err := c.Rights.See(ctx, by, her)
		if err == nil {
			err = do(v.Case.Version)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.Prosecution.Charge(ctx, prosecutor, prosecution.ChargeIn{Name: canary, Offence: "theft", Custody: "free"}); err != nil {
		t.Fatal(err)
	}
	v, err := c.Rights.See(ctx, by, her)
	if err != nil {
		t.Fatal(err)
	}
	return v, told
}

// routesOf are the routes of some desks.
func (c *course) routesOf(names ...string) (out []web.Route) {
	for _, m := range c.modules {
		if slices.Contains(names, m.Name) {
			out = append(out, m.Routes...)
		}
	}
	return out
}

// wrongVersions are what is no version of anything, or of another moment.
var wrongVersions = [][]string{nil, {"version", ""}, {"version", "0"}, {"version", "-1"}, {"version", "99"}, {"version", "один"}}

// TestEveryFormOfRightsSaysItsVersion walks the forms of the desks of rights and of the
// prosecution as TestEveryFormSaysItsVersion does those of the others.
func TestEveryFormOfRightsSaysItsVersion(t *testing.T) {
	c, _, enter := served(t)
	lena := enter(c.lena)
	severin := enter(c.person(t, "Severin", prosecutor.Organisation, "prosecutor"))
	walked := 0
	for _, r := range c.routesOf("rights", "prosecution") {
		if !versioned(r.Method, r.Path) || r.Path == "/referrals/{referral}/rights" { // see TestTakeNeedsAVersion
			continue
		}
		walked++
		t.Run(r.Path, func(t *testing.T) {
			v, told := c.rights(t, c.screen(t, "Anna Weber", "").Case.ID)
			words := map[consent.Purpose]string{}
			for _, w := range v.Consents {
				words[w.Purpose] = w.ID.String()
			}
			day := func(name string) []string {
				return []string{name + "-day", "24", name + "-month", "12", name + "-year", "2026"}
			}
			fields := map[string][]string{
				"/rights/{case}/mandate":      append(day("since"), "scope", "compensation"),
				"/rights/{case}/mandate/end":  {"end", "yes"},
				"/rights/{case}/tasks/{task}": {"done", "yes"},
				"/rights/{case}/review":       {"looked", "yes"},
				"/rights/{case}/close":        {"reason", "finished"},
				"/rights/{case}/reopen":       {"reopen", "yes"},
				"/rights/{case}/compelled":    {"offence", "theft", "custody", "free"},
				"/rights/{case}/custody":      {"act", "1", "custody_now", "detained"},
				"/rights/{case}/submit":       {"request", "2", "recipient", prosecutor.Organisation.String(), "word", words[consent.Justice], "text", "why"},
				"/rights/{case}/advance":      {"moved", "1", "to", "reviewed", "outcome", "upheld"},
				"/rights/{case}/advise":       append(day("event"), "route", "state_fund"),
				"/rights/{case}/pursue":       {"claim", "1", "to", "prepared", "amount", "5.00", "currency", "EUR"},
				"/rights/{case}/pay":          {"paid_claim", "1", "paid", "5.00", "paid_currency", "EUR"},
				"/rights/{case}/return":       append(day("follow_up"), "word", words[consent.Return], "assessment", "what awaits her", "pending", "no"),
				"/rights/{case}/protect":      append(day("since"), "code", "relocation"),
				"/rights/{case}/breach":       {"measure", "1", "done", "what was done"},
				"/told/{referral}":            {"read", "yes"},
			}[r.Path]
			if fields == nil {
				t.Fatal("say here what a good form of this route holds, or why it needs no version")
			}
			version, by := c.ready(t, v, r.Path), lena
			if strings.HasPrefix(r.Path, "/told/") {
				version, by = 1, severin
				if _, err := c.Prosecution.Receive(t.Context(), prosecutor, told); err != nil {
					t.Fatal(err)
				}
			}
			path := strings.NewReplacer("{case}", v.Case.ID.String(), "{task}", v.Tasks[0].ID.String(), "{referral}", told.String()).Replace(r.Path)
			for _, wrong := range wrongVersions {
				by.post(path, http.StatusPreconditionFailed, append(wrong[:len(wrong):len(wrong)], fields...)...)
			}
			if now, err := c.Rights.See(t.Context(), c.lena, v.Case.ID); err != nil || by == lena && now.Case.Version != version {
				t.Errorf("a refused form has changed something: %v %v", now.Case.Version, err)
			}
			by.post(path, http.StatusOK, append([]string{"version", strconv.FormatInt(version, 10)}, fields...)...)
		})
	}
	if walked < 16 {
		t.Errorf("only %d routes were walked", walked)
	}
}

// ready brings a case to where a form can be sent, and gives its version there.
func (c *course) ready(t *testing.T, v rights.CaseView, path string) int64 {
	t.Helper()
	ctx, her := t.Context(), v.Case
	pursue := func(to rights.ClaimState, minor int64) {
		t.Helper()
		now, err := c.Rights.Pursue(ctx, c.lena, rights.PursueIn{Case: her.ID, Version: her.Version, Claim: 1, To: to, Amount: rights.Amount{Currency: "EUR", Minor: minor}})
		if her = now; err != nil {
			t.Fatal(err)
		}
	}
	var err error
	switch path {
	case "/rights/{case}/mandate":
		her, err = c.Rights.EndMandate(ctx, c.lena, her.ID, her.Version)
	case "/rights/{case}/reopen":
		her, err = c.Rights.Close(ctx, c.lena, her.ID, her.Version, "finished")
	case "/rights/{case}/pay":
		pursue(rights.Prepared, 900)
		pursue(rights.Filed, 0)
		pursue(rights.Awarded, 800)
	}
	if err != nil {
		t.Fatal(err)
	}
	return her.Version
}

// TestTakeNeedsAVersion: whoever takes on has read what is taken on.
func TestTakeNeedsAVersion(t *testing.T) {
	c, _, enter := served(t)
	by := c.person(t, "Elodie", id.Derived[id.Organisation]("course", "law"), "lawyer")
	law := id.Derived[id.Service]("course", "law")
	err := c.Ground.DB.InTx(t.Context(), func(tx *sql.Tx) error {
		if err := casework.PutOrganisation(t.Context(), tx, casework.Organisation{ID: by.Organisation, Name: "law", Kind: "legal_aid"}); err != nil {
			return err
		}
		return casework.PutService(t.Context(), tx, casework.Service{ID: law, Organisation: by.Organisation, Name: "law", Need: "lawyer", Languages: []string{"en"}, Takes: "any", Places: 9})
	})
	if err != nil {
		t.Fatal(err)
	}
	in := c.intake("Anna Weber", "")
	in.Needs, in.Share = []string{"lawyer"}, []protection.Share{{Service: law, Agreed: true}}
	done, err := c.Protection.Screen(t.Context(), c.lena, in)
	if err != nil {
		t.Fatal(err)
	}
	elodie, path := enter(by), "/referrals/"+done.Referrals[0].ID.String()+"/rights"
	for _, wrong := range wrongVersions {
		elodie.post(path, http.StatusPreconditionFailed, wrong...)
	}
	if page := elodie.post(path, http.StatusOK, "version", "1"); !strings.Contains(page, "Anna Weber") {
		t.Errorf("the lawyer does not see whom she took on:\n%s", page)
	}
}

// TestEveryCallOfRightsSaysItsVersion walks the operations in the same way.
func TestEveryCallOfRightsSaysItsVersion(t *testing.T) {
	a := newAPI(t, dbtest.SQLite(t))
	v, _ := a.course.rights(t, a.screen(t, "Anna Weber", "").Case.ID)
	bodies := map[string]map[string]any{
		"represent":            {"scope": []string{"return"}, "since": courseStart},
		"record-compelled-act": {"offence": "theft", "custody": "free"},
		"set-custody":          {"act": 1, "custody": "free"},
		"submit-request":       {"request": 2, "recipient": prosecutor.Organisation, "consent": v.Consents[0].ID, "text": "why"},
		"advance-request":      {"request": 1, "to": "reviewed", "outcome": "upheld"},
		"advise-claim":         {"route": "state_fund", "event": courseStart},
		"pursue-claim":         {"claim": 1, "to": "prepared", "amount": 500, "currency": "EUR"},
		"record-payment":       {"claim": 1, "amount": 500, "currency": "EUR"},
		"plan-return":          {"consent": v.Consents[1].ID, "assessment": "x", "pending": "no", "follow_up": courseStart.AddDate(0, 2, 0)},
		"record-measure":       {"code": "relocation", "since": courseStart},
		"record-breach":        {"measure": 1, "done": "x"},
		"close-rights":         {"reason": "finished"},
	}
	walked := 0
	for _, m := range a.course.modules {
		if m.Name != "rights" && m.Name != "prosecution" {
			continue
		}
		for _, op := range m.Operations {
			path := v1 + op.Path
			if !versioned(op.Method, path) || op.ID == "take-on-rights" {
				continue
			}
			walked++
			body := bodies[op.ID]
			if body == nil {
				t.Fatalf("say here what a good call of %s holds, or why it needs no version", op.ID)
			}
			call := op.Method + " " + strings.Replace(path, "{case}", v.Case.ID.String(), 1)
			for _, match := range []string{"-", "", "0", `"0"`, `"-1"`, `W/"1"`, `*`, `"99"`} {
				refusedWith(t, op.ID+" with "+match, a.ask("lena", call, body, "If-Match", match), fault.Stale)
			}
		}
	}
	if walked < 12 {
		t.Errorf("only %d operations were walked", walked)
	}
}
