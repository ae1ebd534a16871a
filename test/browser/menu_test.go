package browser

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// TestAccountMenu: by the keyboard and without script, in a narrow window and from
// right to left, somebody finds their account, their language and the way out.
func TestAccountMenu(t *testing.T) {
	x, base := exhibit(t)
	tab := NewTab(t, base)
	const open, inside = `document.querySelector('details.menu').open`, `(() => {
		const p = document.querySelector('.panel').getBoundingClientRect();
		return p.left >= 0 && p.right <= document.documentElement.clientWidth && p.width > 200; })()`
	for _, s := range States() {
		if s.Print || s.Errors {
			continue
		}
		tab.Become(s, session(t, x, base, "tessa"))
		tab.Open("/work")
		if !s.NoScript {
			tab.Eval(`document.querySelector('details.menu summary').focus()`)
			tab.Press(kb.Enter)
			tab.Wait(s.Name+": the menu opens by the keyboard", open)
			tab.Press(kb.Escape)
			tab.Wait(s.Name+": it closes", `!`+open+` && document.activeElement.closest('details.menu') !== null`)
		}
		tab.Click("details.menu summary")
		tab.Wait(s.Name+": the menu opens", open)
		if !Value[bool](tab, inside) {
			t.Errorf("%s: the menu hangs out of the window", s.Name)
		}
		if ways := Value[[]string](tab, `[...document.querySelectorAll('.panel a, .panel form')].map((e) => e.getAttribute('href') ?? e.getAttribute('action'))`); !slices.Equal(ways, []string{"/account", "/preferences", "/preferences", "/sign-out"}) {
			t.Errorf("%s: the menu leads to %v", s.Name, ways)
		}
		for _, fault := range tab.audit(s) {
			t.Errorf("%s: %s", s.Name, fault)
		}
		if dir := os.Getenv("LODESTAR_PICTURES"); dir != "" {
			if err := os.WriteFile(filepath.Join(dir, "menu-"+s.Name+".png"), tab.Picture(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		tab.Click(`form[action="/sign-out"] button`)
		tab.Wait(s.Name+": signed out", `location.pathname === '/sign-in' && !document.querySelector('form[action="/sign-out"]')`)
	}
}
