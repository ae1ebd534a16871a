package browser

import (
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"lodestar/internal/node"
)

// exhibit serves a small demonstration.
func exhibit(t *testing.T) (*node.Exhibit, string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	cfg := node.Defaults()
	cfg.Law = "XN" // the law of the demonstration
	cfg.Dir, cfg.Listen = t.TempDir(), l.Addr().String()
	x, err := node.NewExhibit(t.Context(), cfg, 600, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Node.Close() })
	server := &httptest.Server{Listener: l, Config: &http.Server{Handler: x.Server}}
	server.Start()
	t.Cleanup(server.Close)
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return x, "http://localhost:" + port
}

// session signs a persona in and gives the cookies.
func session(t *testing.T, x *node.Exhibit, base, code string) []*http.Cookie {
	t.Helper()
	path, err := x.Enter(code)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Get(base + path)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK || len(res.Cookies()) == 0 {
		t.Fatalf("signing %s in: %s", code, res.Status)
	}
	return res.Cookies()
}

func TestPagesInEveryState(t *testing.T) {
	x, base := exhibit(t)
	officer, night, analyst := session(t, x, base, "tessa"), session(t, x, base, "lena"), session(t, x, base, "bruna")
	shelter, council := session(t, x, base, "amira"), session(t, x, base, "idris")
	admin, watch, decider := session(t, x, base, "oksana"), session(t, x, base, "wilfred"), session(t, x, base, "nils")
	lawyer, prosecutor := session(t, x, base, "elodie"), session(t, x, base, "severin")
	rights := "/rights/" + x.Rights.String()
	agency, guardian := session(t, x, base, "kim"), session(t, x, base, "ines")
	const first = "form.form .button"
	cases := []Case{
		{Name: "sign-in", Path: "/sign-in"},
		{Name: "register", Path: "/register"},
		{Name: "help", Path: "/help"},
		{Name: "work", Path: "/work", Cookies: officer},
		{Name: "new-1", Path: "/new/1", Cookies: officer, Submit: first},
		{Name: "new-2", Path: "/new/2", Cookies: council},
		{Name: "new-3", Path: "/new/3", Cookies: council},
		{Name: "new-4", Path: "/new/4", Cookies: council},
		{Name: "new-5", Path: "/new/5", Cookies: council},
		{Name: "new-6", Path: "/new/6", Cookies: council},
		{Name: "cases", Path: "/cases", Cookies: officer},
		{Name: "cases-found", Path: "/cases", Ask: "Rowan", Header: true, Cookies: officer},
		{Name: "case", Path: "/cases/" + x.Case.String(), Cookies: officer, Submit: "form[action$='/refer'] .button"},
		{Name: "case-own", Path: "/cases/" + x.Own.String(), Cookies: shelter, Submit: "form[action$='/plan'] .button"},
		{Name: "forget", Path: "/cases/" + x.Own.String() + "/forget", Cookies: shelter},
		{Name: "screening", Path: "/screenings/" + x.Own.String(), Cookies: shelter},
		{Name: "screening-short", Path: "/screenings/" + x.Own.String() + "/ilo-ec-2009-labour/short", Cookies: shelter},
		{Name: "screening-long", Path: "/screenings/" + x.Own.String() + "/ilo-ec-2009-labour/long", Cookies: shelter},
		{Name: "receipt", Path: "/receipts/" + x.Own.String(), Cookies: shelter},
		{Name: "my", Path: "/my", Submit: first},
		{Name: "disclosure", Path: "/disclosures/" + x.Own.String(), Cookies: shelter, Submit: first},
		{Name: "nrm", Path: "/nrm/" + x.Case.String(), Cookies: officer, Submit: first},
		{Name: "nrm-own", Path: "/nrm/" + x.Own.String(), Cookies: shelter},
		{Name: "nrm-refused", Path: "/nrm/" + x.Refused.String(), Cookies: officer},
		{Name: "determinations", Path: "/determinations", Cookies: decider},
		{Name: "determination", Path: "/determinations/" + x.Decision.String(), Cookies: decider, Submit: "form[action$='/confirm'] .button"},
		{Name: "law", Path: "/law", Cookies: watch},
		{Name: "who", Path: "/cases/" + x.Case.String() + "/who", Cookies: officer},
		{Name: "referral", Path: "/referrals/" + x.Referral.String(), Cookies: night, Submit: first},
		{Name: "rights", Path: "/rights", Cookies: lawyer},
		{Name: "rights-beside", Path: "/rights", Cookies: shelter, Submit: "form[action='/rights/begin'] .button"},
		{Name: "rights-case", Path: rights, Cookies: lawyer},
		{Name: "rights-punishment", Path: rights + "/punishment", Cookies: lawyer, Submit: "form[action$='/compelled'] .button"},
		{Name: "rights-compensation", Path: rights + "/compensation", Cookies: lawyer, Submit: "form[action$='/pursue'] .button"},
		{Name: "rights-safety", Path: rights + "/safety", Cookies: lawyer, Submit: "form[action$='/return'] .button"},
		{Name: "rights-word", Path: rights + "/word", Cookies: lawyer, Submit: "form[action$='/consent'] .button"},
		{Name: "rights-forget", Path: rights + "/forget", Cookies: lawyer},
		{Name: "charges", Path: "/charges", Cookies: prosecutor, Submit: "form[action='/charges'] .button"},
		{Name: "told", Path: "/told/" + x.Told.String(), Cookies: prosecutor},
		{Name: "children", Path: "/children", Cookies: agency},
		{Name: "child", Path: "/children/" + x.Child.String(), Cookies: agency, Submit: "form[action$='/assess'] .button"},
		{Name: "child-guardian", Path: "/children/" + x.Child.String(), Cookies: guardian, Submit: "form[action$='/consents'] .button"},
		{Name: "child-open", Path: "/child/" + x.Young.String(), Cookies: shelter},
		{Name: "signals", Path: "/signals", Cookies: officer},
		{Name: "signal", Path: "/signals/" + x.Signal.String(), Cookies: officer},
		{Name: "imports", Path: "/imports", Cookies: officer},
		{Name: "imports-none", Path: "/imports", Cookies: shelter},
		{Name: "import-new", Path: "/imports/new", Cookies: officer, Submit: first},
		{Name: "import-held", Path: "/imports/" + x.Held.String(), Cookies: officer},
		{Name: "import", Path: "/imports/" + x.Import.String(), Cookies: officer},
		{Name: "import-undo", Path: "/imports/" + x.Import.String() + "/undo", Cookies: officer},
		{Name: "leads", Path: "/leads", Cookies: analyst},
		{Name: "lead", Path: "/leads/" + x.Lead.String(), Cookies: analyst, Submit: first},
		{Name: "lead-help", Path: "/leads/" + x.Help.String(), Cookies: night, Submit: "form[action$='/dismiss'] .button"},
		{Name: "search", Path: "/entities", Cookies: analyst},
		{Name: "entities", Path: "/entities", Ask: "07700 900 002", Cookies: analyst},
		{Name: "entity", Path: "/entities/" + x.Entity.String(), Cookies: analyst},
		{Name: "review", Path: "/review", Cookies: analyst},
		{Name: "account", Path: "/account", Cookies: officer},
		{Name: "ledger", Path: "/ledger", Cookies: watch},
		{Name: "admin", Path: "/admin", Cookies: admin},
	}
	Matrix(t, base, cases)
}
