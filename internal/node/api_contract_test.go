package node

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/rest"
	"lodestar/internal/base/signin"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/domain/prosecution"
	"lodestar/internal/domain/protection"
	"lodestar/internal/domain/rights"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/typology"
)

// TestAPISession: people's own sessions serve, too, and no other site's pages.
func TestAPISession(t *testing.T) {
	a := newAPI(t, dbtest.SQLite(t))
	token, err := a.Door.PersonaToken(a.lena.User.String())
	if err != nil {
		t.Fatal(err)
	}
	w := a.ask("", "GET /sign-in/persona/"+token, nil, "Authorization", "-")
	cookie := w.Result().Cookies()[0]
	with := []string{"Authorization", "-", "Cookie", cookie.Name + "=" + cookie.Value}
	if w := a.ask("", "GET "+v1+"/cases", nil, with...); w.Code != 200 {
		t.Errorf("with a session: %d %s", w.Code, w.Body)
	}
	cross := append(slices.Clone(with), "Sec-Fetch-Site", "cross-site", "Origin", "https://elsewhere.example")
	refusedWith(t, "another site's page", a.ask("", "POST "+v1+"/cases", a.intake("X", ""), cross...), fault.Denied)
	if w := a.ask("", "GET "+v1+"/cases", nil, append(with, "Authorization", "Bearer "+a.token["jonas"])...); w.Code != 403 {
		t.Errorf("a token beside a session: %d, want what the token may", w.Code)
	}
}

// TestOpenAPIGolden: every change of the contract is seen in review.
func TestOpenAPIGolden(t *testing.T) {
	a := newAPI(t, dbtest.SQLite(t))
	w := a.ask("", "GET "+rest.Contract, nil, "Authorization", "-")
	if w.Code != 200 {
		t.Fatal(w.Code)
	}
	golden(t, "testdata/openapi.golden.json", w.Body.String())
	var doc struct {
		Components struct {
			Schemas map[string]struct {
				Properties map[string]struct{ Enum []string }
			}
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	if got := doc.Components.Schemas["Dismissal"].Properties["reason"].Enum; !slices.Equal(got, typology.DismissReasons) {
		t.Errorf("reasons in the contract: %v", got)
	}
	for _, s := range []casework.ReferralState{casework.Sent, casework.Accepted, casework.InService} {
		for _, to := range s.Next() {
			known := slices.Contains(doc.Components.Schemas["Reply"].Properties["to"].Enum, string(to))
			if known == (to == casework.Revoked || to == casework.Expired) {
				t.Errorf("an answer %q is in the contract: %v", to, known)
			}
		}
	}
}

// TestEveryOperationHasAPolicyVerb: the table names verbs that there are.
func TestEveryOperationHasAPolicyVerb(t *testing.T) {
	_, verbs := engine(t)
	n := &Node{Protection: &protection.Desk{}, Rights: &rights.Desk{}, Prosecution: &prosecution.Desk{}}
	for _, m := range n.list() {
		for _, op := range m.Operations {
			if verbs[policy.Verb(op.Verb)] == "" {
				t.Errorf("%s: no verb %q", op.ID, op.Verb)
			}
		}
	}
}

func TestTokenCommand(t *testing.T) {
	dir := t.TempDir()
	c := newCourse(t, dir, filepath.Join(dir, "node.db"))
	u := signin.User{ID: c.lena.User.String(), Name: "Lena", Organisation: c.lena.Organisation.String(), Roles: []string{"caseworker", "responder"}, Language: "en", Active: true}
	if err := c.Ground.DB.InTx(t.Context(), func(tx *sql.Tx) error { return signin.AddUser(t.Context(), tx, u) }); err != nil {
		t.Fatal(err)
	}
	const printed = `lod_[0-9a-z]{28}`
	for _, x := range []struct {
		code int
		says string
		args []string
	}{
		{exitUsage, "", []string{u.ID}},
		{exitUsage, "", []string{u.ID, "--until", "2020-01-01"}},
		{exitUsage, "", []string{u.ID, "--until", "soon"}},
		{exitUsage, "", []string{u.ID, "--until", "2099-01-01", "--revoke"}},
		{exitFailed, "", []string{"nobody", "--until", "2099-01-01"}},
		{exitFailed, "", []string{u.ID, "--until", "2099-01-01", "--role", "administrator"}},
		{0, printed, []string{u.ID, "--until", "2099-01-01"}},
		{0, printed, []string{u.ID, "--until", "2099-01-01", "--role", "responder", "--json"}},
		{0, "ended: 2", []string{u.ID, "--revoke"}},
	} {
		var said bytes.Buffer
		code := Main(append([]string{"--dir", dir, "user", "token"}, x.args...), &said, &said)
		if code != x.code || !regexp.MustCompile(x.says).MatchString(said.String()) || code != 0 && strings.Contains(said.String(), "lod_") {
			t.Errorf("%v: %d, want %d\n%s", x.args, code, x.code, said.String())
		}
	}
}

func TestAPIPage(t *testing.T) {
	a := newAPI(t, dbtest.SQLite(t))
	foreign := regexp.MustCompile(`(?:src|href)="(?:https?:)?//`)
	for _, lang := range []string{"en", "fr", "de", "it", "ru", "es"} {
		w := a.ask("", "GET /api?lang="+lang, nil, "Authorization", "-")
		if w.Code != 200 || !strings.Contains(w.Body.String(), v1+"/cases/{case}/referrals") || !strings.Contains(w.Body.String(), rest.Contract) {
			t.Errorf("%s: %d", lang, w.Code)
		}
		if m := foreign.FindString(w.Body.String()); m != "" {
			t.Errorf("%s: a foreign origin: %s", lang, m)
		}
	}
}
