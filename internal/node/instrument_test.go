package node

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence"
)

// own is an instrument of a State, as a file: two signs, worded in two languages.
const own = `{"family":"own-exercise","id":"own-exercise-%[1]s","version":1,"age":"%[1]s","exploitation":"exercise",
"source":{"title":"Exercise of Northland","publisher":"Northland","year":2026,"reference":"invented","note":"for a test"},"quick_note":"",
"dimensions":[{"code":"E","text":{"en":"At the door","fr":"À la porte"},"indicators":[
 {"code":"locked","strength":"strong","text":{"en":"The door was locked from outside","fr":"La porte était fermée de l’extérieur"}},
 {"code":"watched","strength":"medium","text":{"en":"Somebody stood guard"}}]}],
"positive":[{"code":"both","strong":1,"medium":1,"text":{"en":"Both signs","fr":"Les deux signes"}}],
"classes":[{"code":"held","outcome":"indicated","all":["E"],"basis":"default","note":"test","text":{"en":"She was held","fr":"Elle était retenue"}},
 {"code":"sign","outcome":"some_indicators","yes":["E"],"basis":"default","note":"test","text":{"en":"A sign"}},
 {"code":"nothing","outcome":"none_found","basis":"default","note":"test","text":{"en":"Nothing"}}]}`

func instrumentsIn(t *testing.T, change func(string) string) string {
	t.Helper()
	dir := t.TempDir()
	for _, age := range []string{"adult", "child"} {
		if err := os.WriteFile(filepath.Join(dir, age+".json"), []byte(change(fmt.Sprintf(own, age))), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// A State's own instrument is loaded from files and asked in the reader's language,
// without a line of code; one that is worded in part is refused whole.
func TestOwnInstrument(t *testing.T) {
	c, _, enter := served(t)
	c.Config.Instruments = instrumentsIn(t, func(s string) string { return s })
	set, err := c.instruments()
	if err != nil {
		t.Fatal(err)
	}
	c.Interviews.Instruments = set
	done := c.screen(t, "Anna Weber", "")
	page := enter(c.lena)
	at := "/screenings/" + done.Case.ID.String()
	if text := page.get(at, 200); !strings.Contains(text, "Exercise of Northland") || !strings.Contains(text, "2 questions") {
		t.Errorf("the list is not offered: %.3000s", text)
	}
	if text := page.get(at+"/own-exercise/long?lang=fr", 200); !strings.Contains(text, "La porte était fermée de l’extérieur") || !strings.Contains(text, "Somebody stood guard") {
		t.Errorf("asked in the wrong words: %.3000s", text)
	}
	page.post(at+"/own-exercise/long", 200, "E.locked", "yes", "E.watched", "yes")
	text := page.get(at+"?lang=fr", 200)
	for _, want := range []string{"Elle était retenue", "À la porte: Les deux signes", "Signes nets"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not said: %.4000s", want, text)
		}
	}
	page.get(at+"/no-such-list/long", 404)

	for what, change := range map[string]func(string) string{
		"half worded": func(s string) string { return strings.Replace(s, `,"text":{"en":"Somebody stood guard"}`, "", 1) },
		"no English": func(s string) string {
			return strings.Replace(s, `{"en":"Somebody stood guard"}`, `{"fr":"On gardait"}`, 1)
		},
		"a second one": func(s string) string { return strings.ReplaceAll(s, "own-exercise", "ilo-ec-2009-labour") },
		"no file":      func(string) string { return "" },
	} {
		c.Config.Instruments = instrumentsIn(t, change)
		if _, err := c.instruments(); !fault.Is(err, fault.Invalid) && fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", what, err)
		}
	}
	c.Config.Instruments = filepath.Join(t.TempDir(), "nowhere")
	if _, err := c.instruments(); !fault.Is(err, fault.Invalid) {
		t.Errorf("a directory that is not there: %v", err)
	}
	if _, known := set.Latest("own-exercise", evidence.AgeUnknown); !known {
		t.Error("the family is not there")
	}
}
