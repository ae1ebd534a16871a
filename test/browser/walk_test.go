package browser

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// visitor is a browser without script: it follows redirects and sends forms.
type visitor struct {
	t    *testing.T
	base string
	http http.Client
}

func newVisitor(t *testing.T, base, enter string) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor{t: t, base: base, http: http.Client{Jar: jar}}
	v.get(enter, http.StatusOK)
	return v
}

func (v *visitor) read(res *http.Response, err error, want int) (body, at string) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	if res.StatusCode != want {
		v.t.Fatalf("%s: %s, want %d", res.Request.URL.Path, res.Status, want)
	}
	return string(b), res.Request.URL.Path
}

func (v *visitor) get(path string, want int) (body, at string) {
	v.t.Helper()
	res, err := v.http.Get(v.base + path)
	return v.read(res, err, want)
}

func (v *visitor) post(path string, want int, pairs ...string) (body, at string) {
	v.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	res, err := v.http.PostForm(v.base+path, form)
	return v.read(res, err, want)
}

// TestNewPersonWithoutScript walks the short path of a new person, six pages, as
// somebody without script does: wrong answers first, then from danger to the sent
// referral; then the service answers, and she takes her word back.
func TestNewPersonWithoutScript(t *testing.T) {
	x, base := exhibit(t)
	enter := func(code string) string {
		path, err := x.Enter(code)
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	officer, night := newVisitor(t, base, enter("tessa")), newVisitor(t, base, enter("lena"))
	if body, _ := officer.post("/new/1", http.StatusUnprocessableEntity); !strings.Contains(body, "error-summary") && !strings.Contains(body, `role="alert"`) {
		t.Error("an empty answer is not said to be missing")
	}
	officer.post("/new/1", http.StatusOK, "danger", "no")
	officer.post("/new/2", http.StatusUnprocessableEntity, "alias", strings.Repeat("ж", 300), "age", "old", "language", "<b>")
	officer.post("/new/2", http.StatusOK, "alias", "Рябина <b>", "age", "adult", "language", "ro", "phone", "+44 7700 900 123", "safety", "unsafe")
	officer.post("/new/3", http.StatusOK, "D1.wages", "yes", "D5.debt_bondage", "unknown", "recruiter", "გიორგი")
	officer.post("/new/4", http.StatusUnprocessableEntity, "needs", "spaceship")
	body, at := officer.post("/new/4", http.StatusOK, "needs", "shelter", "note", "said in her own words")
	if at != "/new/5" {
		t.Fatalf("after the needs came %s", at)
	}
	officer.post("/new/5", http.StatusUnprocessableEntity, "spoken_by", "self")
	answers := []string{"spoken_by", "self"}
	for i, m := range regexp.MustCompile(`name="(share-[a-z0-9]+)"[^>]*value="yes"|value="yes"[^>]*name="(share-[a-z0-9]+)"`).FindAllStringSubmatch(body, -1) {
		word := "no"
		if i == 0 {
			word = "yes"
		}
		answers = append(answers, m[1]+m[2], word)
	}
	if len(answers) < 4 {
		t.Fatal("no service was offered")
	}
	officer.post("/new/5", http.StatusOK, answers...)
	body, _ = officer.get("/new/6", http.StatusOK)
	if strings.Contains(body, "<b>") || !strings.Contains(body, "Рябина") {
		t.Error("the check page does not show the alias as it was typed")
	}
	body, at = officer.post("/new/6", http.StatusOK)
	if !strings.HasPrefix(at, "/cases/") || !strings.Contains(body, "Рябина") {
		t.Fatalf("after sending came %s", at)
	}
	// Sent once is sent once: the draft is gone, and the path begins anew.
	if _, again := officer.get("/new/6", http.StatusOK); again == at {
		t.Error("the same form can be sent twice")
	}
	night.get(at, http.StatusNotFound)
	work, _ := night.get("/work", http.StatusOK)
	if strings.Contains(work, "Рябина") {
		t.Error("a list shows a name")
	}
	refs := regexp.MustCompile(`/referrals/ref_[a-z0-9]+`).FindAllString(work, -1)
	if len(refs) == 0 {
		t.Fatal("the referral did not arrive")
	}
	last := refs[len(refs)-1]
	got, _ := night.get(last, http.StatusOK)
	if !strings.Contains(got, "Рябина") {
		t.Error("the service does not learn what she agreed to")
	}
	night.post(last, http.StatusUnprocessableEntity)
	version := regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(got)
	if version == nil {
		t.Fatal("the form does not say which version it answers")
	}
	night.post(last, http.StatusPreconditionFailed, "to", "accepted")
	night.post(last, http.StatusUnprocessableEntity, "version", version[1], "to", "declined")
	night.post(last, http.StatusOK, "version", version[1], "to", "accepted")
	page, _ := officer.get(at, http.StatusOK)
	// Only a word in force can be taken back; what she refused is shown, and stays.
	taken := 0
	for _, consent := range regexp.MustCompile(regexp.QuoteMeta(at)+`/consents/con_[a-z0-9]+`).FindAllString(page, -1) {
		if body, _ := officer.get(consent, http.StatusOK); strings.Contains(body, consent+"/withdraw") {
			officer.post(consent+"/withdraw", http.StatusOK)
			taken++
		}
	}
	if taken == 0 {
		t.Fatal("no word of hers can be taken back")
	}
	night.get(last, http.StatusNotFound)
}
