package node

import (
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"lodestar/internal/base/signin"
	"lodestar/internal/domain/protection"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
)

// TestSearchOfOwnCases: the box on every page finds among the cases of one's own
// organisation, by the name she chose or by number, and in no address.
func TestSearchOfOwnCases(t *testing.T) {
	c, log, enter := served(t)
	done := c.screen(t, canary, canaryPhone)
	c.screen(t, "Another Person", "+447700900988")
	mara := c.person(t, "Mara", c.lena.Organisation, "responder")
	strange := c.person(t, "Stranger", id.Derived[id.Organisation]("course", "elsewhere"), "caseworker")
	b := enter(mara)
	if page := b.get("/cases", 200); !strings.Contains(page, `action="/cases/search"`) {
		t.Fatalf("no box:\n%s", page)
	}
	for _, q := range []string{"ptaszy", "CANARY ptaszyńska", done.Case.Code, done.Case.Code[len(done.Case.Code)-4:]} {
		page := b.post("/cases/search", 200, "q", q)
		if !strings.Contains(page, done.Case.Code) || !namesCanary(page) || strings.Contains(page, "Another Person") {
			t.Errorf("%q finds\n%s", q, page)
		}
	}
	for _, q := range []string{"nobody of that name", "<script>", "%", "-"} {
		if page := b.post("/cases/search", 200, "q", q); strings.Contains(page, done.Case.Code) {
			t.Errorf("%q finds a case", q)
		}
	}
	b.post("/cases/search", 422, "q", "")
	b.post("/cases/search", 422, "q", strings.Repeat("ж", 201))
	if page := enter(strange).post("/cases/search", 200, "q", "ptaszy"); strings.Contains(page, done.Case.Code) {
		t.Error("another organisation finds her")
	}
	doctor := enter(c.doctor)
	doctor.post("/cases/search", 403, "q", "ptaszy")
	if strings.Contains(doctor.get("/work", 200), `role="search"`) {
		t.Error("a box is offered that leads nowhere")
	}
	for _, where := range append(b.urls, log.String(), c.log.String()) {
		if namesCanary(where) {
			t.Errorf("the canary is named: %q", where)
		}
	}
}

// TestPagesSayWhatIsTrue: whoever comes to a page that has nothing for them, or
// comes back to an answer, is told so in a sentence that fits, and led on.
func TestPagesSayWhatIsTrue(t *testing.T) {
	c, _, enter := served(t)
	c.screen(t, canary, canaryPhone)
	want := func(text string, parts ...string) {
		t.Helper()
		for _, p := range parts {
			if rest, not := strings.CutPrefix(p, "!"); strings.Contains(text, rest) == not {
				t.Errorf("%q in\n%s", p, text)
			}
		}
	}
	lena := enter(c.lena)
	want(lena.get("/leads?state=dismissed", 200), "No lead was set aside.", "!No lead is waiting", "!Back to the first page")
	want(lena.get("/leads", 200), "!Back to the first page", "!No lead was set aside.")
	want(lena.get("/leads?state=dismissed&after=5."+id.New[id.Lead]().String(), 200), `href="/leads?state=dismissed">Back to the first page`)
	want(lena.get("/cases/search", 200), "<title>Cases – ", "!Back to the first page")
	analyst := enter(c.person(t, "Ana", c.lena.Organisation, "analyst"))
	want(analyst.get("/search", 200), `action="/entities"`)
	want(analyst.get("/review", 200), "There is nothing here for you to judge.", "!The machine doubts")
	want(enter(c.doctor).post("/cases/search", 403, "q", "ptaszy"), "ask the organisation it belongs to", "!leads the case")
	enter(c.doctor).get("/search", 200) // the form itself asks nothing and shows nothing
}

// TestServicesOfTheDemonstrationAreAsked: the page of sign-in says of them that they
// take referrals, and there is one that waits.
func TestServicesOfTheDemonstrationAreAsked(t *testing.T) {
	cfg := courseConfig(t.TempDir(), "")
	cfg.Listen = "127.0.0.1:0"
	x, err := NewExhibit(t.Context(), cfg, 60, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer x.Node.Close()
	for _, code := range []string{"jonas", "elodie", "lena"} {
		v, err := x.Node.Protection.Work(t.Context(), (*seeding)(nil).by(code), protection.WorkPage{})
		if err != nil || len(v.Inbox) == 0 {
			t.Errorf("%s is asked %d times, %v", code, len(v.Inbox), err)
		}
	}
}

// TestWhoSawByName: whoever may read who saw a case reads names and organisations,
// with the short id beside them; nobody else reads any of it.
func TestWhoSawByName(t *testing.T) {
	c, _, enter := served(t)
	done := c.screen(t, canary, canaryPhone)
	lena := enter(c.lena)
	path := "/cases/" + done.Case.ID.String()
	lena.get(path, 200)
	page := lena.get(path+"/who", 200)
	if want := "Lena (" + c.lena.User.Short() + ") · shelter"; !strings.Contains(page, want) {
		t.Errorf("no %q in\n%s", want, page)
	}
	if !strings.Contains(page, `href="`+path+`"`) {
		t.Error("no way back to the case")
	}
	strange := enter(c.person(t, "Stranger", id.Derived[id.Organisation]("course", "elsewhere"), "caseworker"))
	if page := strange.get(path+"/who", 404); strings.Contains(page, "Lena") {
		t.Error("a stranger reads who saw her")
	}
	olga := enter(c.person(t, "Olga", id.Derived[id.Organisation]("course", "watch"), "oversight"))
	page = olga.get(path+"/who", 200)
	if !strings.Contains(page, "Lena (") || strings.Contains(page, `href="`+path+`"`) {
		t.Error("oversight reads no names, or is led to a case that it may not open")
	}
	// A refusal does not ask who is signed in to sign in.
	for _, gone := range []string{path, "/no-such-page"} {
		if page := olga.get(gone, 404); !strings.Contains(page, "Olga") || strings.Contains(page, `href="/sign-in"`) {
			t.Errorf("%s is refused as to a stranger:\n%s", gone, page)
		}
	}
}

// TestPagesLeadNowhereShut: whatever a page leads to opens for who reads the page.
func TestPagesLeadNowhereShut(t *testing.T) {
	cfg := courseConfig(t.TempDir(), "")
	cfg.Listen = "127.0.0.1:0"
	x, err := NewExhibit(t.Context(), cfg, 600, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer x.Node.Close()
	web := httptest.NewServer(x.Server)
	defer web.Close()
	for code, paths := range map[string][]string{
		"tessa": {"/work", "/cases", "/signals", "/imports"}, "amira": {"/work", "/cases", "/leads", "/leads/" + x.Help.String(), "/leads?state=dismissed"},
		"lena": {"/work", "/leads"}, "jonas": {"/work"}, "bruna": {"/leads", "/review", "/entities/" + x.Entity.String()},
		"rafa": {"/leads", "/entities/" + x.Entity.String()}, "wilfred": {"/ledger", "/cases/" + x.Case.String() + "/who"}, "oksana": {"/admin"},
	} {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		b := &browser{t: t, client: &http.Client{Jar: jar}, origin: web.URL}
		enter, err := x.Enter(code)
		if err != nil {
			t.Fatal(err)
		}
		b.get(enter, 200)
		if n := follow(t, code, b, paths...); n < len(paths) {
			t.Errorf("%s could open %d pages only", code, n)
		}
		if code == "amira" && onwards.MatchString(b.get("/leads/"+x.Help.String(), 200)) {
			t.Error("a lead on what others saw leads the shelter to it")
		}
	}
}

var onwards = regexp.MustCompile(`href="(/(?:cases|signals|entities|leads|imports|referrals)/[^"#]*)"`)

// follow opens everything that the pages at paths lead to.
func follow(t *testing.T, who string, b *browser, paths ...string) (followed int) {
	t.Helper()
	seen := map[string]bool{}
	for len(paths) > 0 && followed < 120 {
		path := paths[0]
		paths = paths[1:]
		if seen[path] {
			continue
		}
		seen[path] = true
		res, err := b.client.Get(b.origin + path)
		text := b.did(res, err, res.StatusCode)
		if res.StatusCode != http.StatusOK {
			t.Errorf("%s is led to %s, which answers %d", who, path, res.StatusCode)
			continue
		}
		followed++
		for _, m := range onwards.FindAllStringSubmatch(text, -1) {
			paths = append(paths, m[1])
		}
	}
	return followed
}

// person makes a user.
func (c *course) person(t *testing.T, name string, org id.Organisation, roles ...string) policy.Actor {
	t.Helper()
	p := policy.Actor{User: id.Derived[id.User]("course", name), Organisation: org, Roles: roles, Name: name}
	err := c.administer(t.Context(), func(a *act.Act) error {
		return signin.AddUser(a.Ctx(), a.Tx(), signin.User{ID: p.User.String(), Name: name, Organisation: org.String(), Roles: roles, Language: "en", Active: true})
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}
