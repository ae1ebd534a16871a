package id

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseRefuses(t *testing.T) {
	good := New[Case]().String()
	for name, text := range map[string]string{
		"empty":         "",
		"no prefix":     good[4:],
		"other noun":    "per" + good[3:],
		"short":         good[:len(good)-1],
		"long":          good + "0",
		"foreign":       "cas_жжжжжжжжжж0",
		"wrong check":   good[:len(good)-1] + string(alphabet[(strings.IndexByte(alphabet, good[len(good)-1])+1)%32]),
		"letter u":      "cas_u" + good[5:],
		"control bytes": good[:8] + "\x00" + good[9:],
	} {
		if got, err := Parse[Case](text); err == nil {
			t.Errorf("%s: Parse(%q) = %v, want refusal", name, text, got)
		}
	}
}

func TestParseFindsOneWrongCharacter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		good := New[Person]().String()
		at := rapid.IntRange(4, 4+length-1).Draw(t, "at")
		c := alphabet[rapid.IntRange(0, 31).Draw(t, "c")]
		bad := good[:at] + string(c) + good[at+1:]
		_, err := Parse[Person](bad)
		if (err == nil) != (bad == good) {
			t.Fatalf("Parse(%q) = %v after changing %q", bad, err, good)
		}
	})
}

func TestDerivedIsStable(t *testing.T) {
	a, b := Derived[Entity]("men_1", "v2"), Derived[Entity]("men_1", "v2")
	if a != b {
		t.Fatalf("same parts gave %v and %v", a, b)
	}
	if a == Derived[Entity]("men_1v", "2") {
		t.Fatal("parts run together")
	}
	if got, err := Parse[Entity](a.String()); err != nil || got != a {
		t.Fatalf("Parse(%v) = %v, %v", a, got, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(New[Case]().String())
	f.Add("cas_OIL")
	f.Fuzz(func(t *testing.T, s string) {
		v, err := Parse[Case](s)
		if err != nil {
			return
		}
		again, err := Parse[Case](v.String())
		if err != nil || again != v {
			t.Fatalf("Parse is not stable on %q", s)
		}
	})
}
