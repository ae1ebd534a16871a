package id

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lodestar/internal/base/fault"
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

// A refusal says which kind was expected and what was given instead, without
// repeating it: it may be a name.
func TestRefusalSaysWhatWasGiven(t *testing.T) {
	good := New[Signal]().String()
	wrong := []byte(good)
	wrong[8] = alphabet[(strings.IndexByte(alphabet, good[8])+1)%32]
	for text, want := range map[string]string{
		"": "id.no_id", "Анна Канарейка": "id.no_id", "anna_canary": "id.no_id", "lin_": "id.no_id",
		New[Line]().String(): "id.other_kind", good[:20]: "id.wrong_length", "sig_": "id.wrong_length", string(wrong): "id.mistyped", "sig_u" + good[5:]: "id.mistyped",
	} {
		_, err := Parse[Signal](text)
		key, args := fault.Say(err)
		said := map[string]any{}
		for _, a := range args {
			said[a.Name] = a.Value
			if v, ok := a.Value.(string); ok && len(text) > 4 && strings.Contains(v, text) {
				t.Errorf("%q is repeated", text)
			}
		}
		if key != want || said["kind"] != fault.Key("id.kind.sig") || want == "id.other_kind" && said["other"] != fault.Key("id.kind.lin") {
			t.Errorf("%q: %s %v, want %s", text, key, args, want)
		}
	}
}

func TestEveryKindIsKnown(t *testing.T) {
	for _, k := range []Kind{organisation{}, user{}, subject{}, person{}, signal{}, mention{}, entity{}, finding{}, lead{}, case_{}, consent{}, referral{}, service{}, task{}, import_{}, line{}, proposal{}} {
		if !slices.Contains(prefixes, k.prefix()) {
			t.Errorf("%s is in no list", k.prefix())
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
