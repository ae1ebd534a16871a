package node

import (
	"database/sql"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"lodestar/internal/base/fault"
	"lodestar/internal/domain/identification"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
)

// authority is a competent authority of the directory.
func (c *course) authority(t *testing.T) (out id.Organisation) {
	t.Helper()
	out = id.New[id.Organisation]()
	err := c.Ground.DB.InTx(t.Context(), func(tx *sql.Tx) error {
		return casework.PutOrganisation(t.Context(), tx, casework.Organisation{ID: out, Name: "Authority", Kind: casework.CompetentAuthority})
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// asked is what she said when asked whether an authority may decide about her.
func (c *course) asked(t *testing.T, her id.Case, to id.Organisation, agreed bool) id.Consent {
	t.Helper()
	word, err := c.Identification.Ask(t.Context(), c.lena, identification.AskIn{Case: her, Authority: to, Agreed: agreed, Classes: []string{"identity"}, Until: c.hand.Now().AddDate(0, 1, 0)})
	if err != nil {
		t.Fatal(err)
	}
	return word
}

// sentTo refers somebody to an authority.
func (c *course) sentTo(t *testing.T, her id.Case, to id.Organisation) casework.Referral {
	t.Helper()
	word := c.asked(t, her, to, true)
	v, err1 := c.Identification.Prepare(t.Context(), c.lena, her)
	r, err2 := c.Identification.Refer(t.Context(), c.lena, identification.ReferIn{Case: her, Version: v.Case.Version, Word: word})
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return r
}

// determined refers somebody to an authority, which decides and extends her
// protected period.
func (c *course) determined(t *testing.T, her id.Case) error {
	t.Helper()
	to := c.authority(t)
	dana := policy.Actor{User: id.New[id.User](), Organisation: to, Roles: []string{"decider"}}
	d, r := c.Identification, c.sentTo(t, her, to)
	k, err1 := d.Accept(t.Context(), dana, r.ID, r.Version)
	k2, err2 := d.Confirm(t.Context(), dana, identification.DecideIn{Case: k.ID, Version: k.Version, Reasons: canary})
	err3 := d.Extend(t.Context(), dana, identification.PeriodIn{Case: k.ID, Version: k2.Version, Until: c.hand.Now().AddDate(1, 0, 0), Reasons: canary, Source: "Act"})
	return errors.Join(err1, err2, err3)
}

// ofAuthority are the routes and operations of the competent authority.
func ofAuthority(path string) bool {
	return strings.HasPrefix(strings.TrimPrefix(path, v1), "/determinations/") || strings.HasSuffix(path, "/referrals/{referral}/accept")
}

// TestEveryDeterminationFormSaysItsVersion: every form of the authority is refused
// without the version that was read, with another, and with nonsense, and taken with
// the right one. A new route without a line here fails.
func TestEveryDeterminationFormSaysItsVersion(t *testing.T) {
	c, _, enter := served(t)
	c.Ground.Law = northland(t)
	to := c.authority(t)
	dana, devi := c.person(t, "Dana", to, "decider"), c.person(t, "Devi", to, "decider")
	asDana, asDevi := enter(dana), enter(devi)
	reasons := []string{"reasons", "because"}
	day := []string{"until-day", "24", "until-month", "12", "until-year", "2027"}
	before := map[string]string{ // what happens before a form can be sent
		"extend": "confirm", "end": "confirm", "residence": "confirm confirm", "flag": "withdraw", "{task}": "withdraw", "forget": "withdraw", "inform": "inquire", "resume": "suspend",
		"reconsider": "reject", "reopen": "reject reconsider", "uphold": "reject reconsider",
	}
	fields := map[string][]string{
		"confirm": reasons, "reject": reasons, "reopen": reasons, "uphold": reasons, "end": append([]string{"end", "public_order", "source", "Act"}, reasons...),
		"extend": append(append([]string{"source", "Act"}, day...), reasons...), "residence": append([]string{"ground", "cooperation"}, day...), "flag": {"kind", "removal"},
		"forget": {}, "inquire": {}, "inform": {}, "suspend": {}, "resume": {}, "reconsider": {}, "withdraw": {}, "review": {}, "accept": {}, "{task}": {},
	}
	for _, m := range c.modules {
		for _, route := range m.Routes {
			if !ofAuthority(route.Path) || route.Method == http.MethodGet || strings.Contains(route.Path, "{proposal}") {
				continue // a proposal is answered once
			}
			name := route.Path[strings.LastIndex(route.Path, "/")+1:]
			form, known := fields[name]
			if !known {
				t.Errorf("say here what a good form of %s holds", route.Path)
				continue
			}
			r := c.sentTo(t, c.screen(t, "Anna Weber", "").Case.ID, to)
			path, version := strings.Replace(route.Path, "{referral}", r.ID.String(), 1), r.Version
			if name != "accept" {
				k, err := c.Identification.Accept(t.Context(), dana, r.ID, r.Version)
				if err != nil {
					t.Fatal(err)
				}
				path = strings.Replace(route.Path, "{case}", k.ID.String(), 1)
				for _, verb := range strings.Fields(before[name]) {
					c.push(t, asDana, asDevi, dana, devi, k.ID, verb)
				}
				if v := c.stands(t, dana, k.ID); len(v.Tasks) > 0 {
					path = strings.Replace(path, "{task}", v.Tasks[0].ID.String(), 1)
				}
				version = c.stands(t, dana, k.ID).Case.Version
			}
			for _, wrong := range [][]string{nil, {"version", ""}, {"version", "0"}, {"version", "99"}, {"version", "один"}} {
				asDevi.post(path, http.StatusPreconditionFailed, append(wrong, form...)...)
			}
			by := asDana
			if name == "reopen" || name == "uphold" { // by somebody who did not decide against her
				by = enter(c.person(t, "Dov "+name, to, "decider"))
			}
			by.post(path, http.StatusOK, append([]string{"version", strconv.FormatInt(version, 10)}, form...)...)
		}
	}
}

func (c *course) stands(t *testing.T, by policy.Actor, k id.Case) identification.View {
	t.Helper()
	v, err := c.Identification.See(t.Context(), by, k)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// push moves a determination by a form; a negative decision by two people.
func (c *course) push(t *testing.T, first, second *browser, one, two policy.Actor, k id.Case, verb string) {
	t.Helper()
	v := c.stands(t, one, k)
	first.post("/determinations/"+k.String()+"/"+verb, http.StatusOK, "version", strconv.FormatInt(v.Case.Version, 10), "reasons", "because")
	if verb != "reject" {
		return
	}
	for _, p := range c.stands(t, two, k).Proposed {
		second.post("/determinations/"+k.String()+"/proposals/"+p.ID.String()+"/approve", http.StatusOK)
	}
}

// TestDeterminationsNeedAVersion: what pages and programs must say, the verbs ask for.
func TestDeterminationsNeedAVersion(t *testing.T) {
	c, _, _ := served(t)
	c.Ground.Law = northland(t)
	to := c.authority(t)
	dana := c.person(t, "Dana", to, "decider")
	r := c.sentTo(t, c.screen(t, "Anna Weber", "").Case.ID, to)
	d, ctx := c.Identification, t.Context()
	if _, err := d.Accept(ctx, dana, r.ID, 0); !fault.Is(err, fault.Stale) {
		t.Errorf("accept: %v", err)
	}
	k, err := d.Accept(ctx, dana, r.ID, r.Version)
	if err != nil {
		t.Fatal(err)
	}
	_, err1 := d.Confirm(ctx, dana, identification.DecideIn{Case: k.ID, Reasons: "because"})
	_, err2 := d.Reject(ctx, dana, identification.DecideIn{Case: k.ID, Reasons: "because"})
	_, err3 := d.Withdraw(ctx, dana, k.ID, 0)
	err4 := d.Flag(ctx, dana, identification.FlagIn{Case: k.ID, Kind: "removal"})
	err5 := d.EndPeriod(ctx, dana, identification.PeriodIn{Case: k.ID, End: identification.PublicOrder, Reasons: "because", Source: "Act"})
	err6 := d.Forget(ctx, dana, k.ID, 0)
	for i, err := range []error{err1, err2, err3, err4, err5, err6} {
		if !fault.Is(err, fault.Stale) {
			t.Errorf("%d without a version: %v", i+1, err)
		}
	}
}

// Whichever desk asked her: on the page of her case stands each word of hers, where it
// can be taken back, and whom something was asked of, also where it is no service.
func TestEveryWordIsOnTheCasePage(t *testing.T) {
	c, _, enter := served(t)
	done := c.screen(t, "Anna Weber", "")
	r := c.sentTo(t, done.Case.ID, c.authority(t))
	text := enter(c.lena).get("/cases/"+done.Case.ID.String(), 200)
	for _, want := range []string{"/consents/" + r.Consent.String(), "<bdi>Authority</bdi>"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page of the case lacks %q", want)
		}
	}
}
