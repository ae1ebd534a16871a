package node

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// Whoever holds the number sees her page without an account and without a cookie; a
// wrong number, an ended one and no number at all are answered in the same words; and
// whoever tries too often waits.
func TestHerOwnPage(t *testing.T) {
	c, log, enter := served(t)
	done := c.screen(t, "Anna "+canary, "")
	staff := enter(c.lena)
	text := staff.post("/receipts/"+done.Case.ID.String(), http.StatusOK)
	code := regexp.MustCompile(`\d{4} \d{4} \d{4} \d{4}`).FindString(text)
	if code == "" || strings.Contains(staff.get("/receipts/"+done.Case.ID.String(), 200), code) {
		t.Fatalf("the number is shown once: %q", code)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	her := &browser{t: t, client: &http.Client{Jar: jar}, origin: staff.origin}
	page := her.post("/my", http.StatusOK, "code", code)
	for _, want := range []string{"Help is under way", "receipt", "/my/withdraw", "Who has seen or done something"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not on her page: %.3000s", want, page)
		}
	}
	if title := regexp.MustCompile(`<title>[^<]*`).FindString(page); strings.Contains(title, "receipt") || strings.Contains(title, "traffick") || strings.Contains(title, canary) {
		t.Errorf("the title tells: %s", title)
	}
	at, _ := url.Parse(her.origin)
	if got := jar.Cookies(at); len(got) != 0 {
		t.Errorf("her page leaves cookies: %v", got)
	}
	res, err := her.client.PostForm(her.origin+"/my", url.Values{"code": {code}})
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if got := res.Header.Get("Cache-Control"); !strings.Contains(got, "no-store") {
		t.Errorf("her page may be kept: %q", got)
	}
	staff.post("/receipts/"+done.Case.ID.String(), http.StatusOK) // a new one ends hers
	var said string
	for _, wrong := range []string{code, "0000 0000 0000 0000", "12", "", "ключ", strings.Repeat("9", 300)} {
		text := her.post("/my", http.StatusUnprocessableEntity, "code", wrong)
		text = regexp.MustCompile(`nonce="[^"]*"`).ReplaceAllString(text, "")
		if said == "" {
			said = text
		}
		if text != said {
			t.Errorf("%.20q is answered differently", wrong)
		}
	}
	for range 30 {
		res, err := her.client.PostForm(her.origin+"/my", url.Values{"code": {"1111 1111 1111 1111"}})
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode == http.StatusTooManyRequests || res.StatusCode == http.StatusServiceUnavailable {
			if strings.Contains(log.String(), code) || strings.Contains(log.String(), strings.ReplaceAll(code, " ", "")) {
				t.Error("the log holds the number")
			}
			return
		}
	}
	t.Error("nobody is made to wait")
}
