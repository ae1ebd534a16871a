package browser

import (
	"strings"
	"testing"
)

// The short path of a new person, from My work to the sent referral, asks for no
// more than six pages and seventeen taps (experience.md §13, path A). Choosing in a
// list counts twice: it is opened, and something in it is touched.
const (
	mostPages = 6
	mostTaps  = 17
)

func TestShortPathInTaps(t *testing.T) {
	x, base := exhibit(t)
	b := NewTab(t, base)
	b.Become(States()[0], session(t, x, base, "tessa"))
	taps, pages := 0, 0
	tap := func(selector string) {
		t.Helper()
		b.Click(selector)
		taps++
	}
	onwards := func(to string) {
		t.Helper()
		tap("form.form .button")
		b.Wait("the page "+to, `document.readyState === 'complete' && location.pathname.startsWith(`+quote(to)+`)`)
		pages++
	}
	b.Open("/work")
	tap(`a.button[href="/new/1"]`)
	b.Wait("the first page", `document.readyState === 'complete' && location.pathname === '/new/1'`)
	tap(`input[name="danger"][value="no"]`)
	onwards("/new/2")
	tap(`input[name="age"][value="adult"]`)
	b.Eval(`document.querySelector('select[name="language"]').value = 'ro'`)
	taps += 2
	onwards("/new/3")
	tap(`input[name="D1.wages"][value="yes"]`)
	tap(`input[name="D4.excessive_hours"][value="yes"]`)
	onwards("/new/4")
	tap(`input[name="needs"][value="shelter"]`)
	onwards("/new/5")
	services := Value[[]string](b, `[...new Set([...document.querySelectorAll('input[name^="share-"]')].map((i) => i.name))]`)
	if len(services) == 0 {
		t.Fatal("no service is offered")
	}
	for i, s := range services {
		word := "no"
		if i == 0 {
			word = "yes"
		}
		tap(`input[name="` + s + `"][value="` + word + `"]`)
	}
	onwards("/new/6")
	onwards("/cases/")
	text := Value[string](b, `document.querySelector('main').innerText`)
	if !strings.Contains(text, "waiting for an answer") {
		t.Errorf("no referral was sent: %.500s", text)
	}
	t.Logf("%d pages, %d taps, %d services offered", pages, taps, len(services))
	if pages > mostPages || taps > mostTaps {
		t.Errorf("%d pages and %d taps; at most %d and %d", pages, taps, mostPages, mostTaps)
	}
}
