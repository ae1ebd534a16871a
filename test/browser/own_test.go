package browser

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// Her own page in a real browser, in each state: the door, the number, what stands
// there, the exit by three Shifts; and nothing that she leaves behind.
func TestHerOwnPage(t *testing.T) {
	x, base := exhibit(t)
	enter, err := x.Enter("amira")
	if err != nil {
		t.Fatal(err)
	}
	staff := newVisitor(t, base, enter)
	text, _ := staff.post("/receipts/"+x.Own.String(), 200)
	code := regexp.MustCompile(`\d{4} \d{4} \d{4} \d{4}`).FindString(text)
	if code == "" {
		t.Fatal("no receipt")
	}
	tab := NewTab(t, base)
	for _, s := range States() {
		if s.Errors || s.Print {
			continue
		}
		tab.Become(s, nil)
		tab.Open("/my")
		tab.Click(`input[name="code"]`)
		tab.Press(code)
		tab.Click("form.form .button")
		tab.Wait(s.Name+": her page", `document.readyState === 'complete' && document.querySelector('form[action="/my/say"]') !== null`)
		if !s.NoScript {
			if faults := tab.Axe(); len(faults) > 0 {
				t.Errorf("%s: %v", s.Name, faults)
			}
		}
		if wide := Value[bool](tab, `document.documentElement.scrollWidth > document.documentElement.clientWidth`); wide {
			t.Errorf("%s: it scrolls sideways", s.Name)
		}
		if title := Value[string](tab, `document.title`); strings.Contains(title, "Wren") {
			t.Errorf("%s: the title is %s", s.Name, title)
		}
		if reports := tab.Reports(); len(reports) > 0 {
			t.Errorf("%s: %v", s.Name, reports)
		}
		if dir := os.Getenv("LODESTAR_PICTURES"); dir != "" {
			if err := os.WriteFile(filepath.Join(dir, "own-"+s.Name+".png"), tab.Picture(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if !s.NoScript {
			for range 3 {
				tab.Press(kb.Shift)
			}
			tab.Wait(s.Name+": three Shifts lead away", `location.pathname !== '/my'`)
		}
	}
}
