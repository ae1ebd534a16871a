package graph

import (
	"encoding/json"
	"testing"

	"lodestar/catalog"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph/linkage"
)

func initialWeights(t testing.TB) []byte {
	t.Helper()
	body, err := catalog.Models.ReadFile("models/resolution.json")
	ok(t, err)
	return body
}

func wordKey(text string) (k key) {
	k.sort = byWord
	copy(k.token[:], text)
	return k
}

func levelsOf(t testing.TB, text string) []linkage.Level {
	t.Helper()
	levels, err := decodeLevels(text)
	ok(t, err)
	return levels
}

func TestReadWeightsRefuses(t *testing.T) {
	change := func(f func(map[string]any)) []byte {
		var m map[string]any
		ok(t, json.Unmarshal(initialWeights(t), &m))
		f(m)
		b, err := json.Marshal(m)
		ok(t, err)
		return b
	}
	for name, body := range map[string][]byte{
		"empty":           nil,
		"not JSON":        []byte("{"),
		"no person":       change(func(m map[string]any) { delete(m, "person") }),
		"no place":        change(func(m map[string]any) { m["place"] = nil }),
		"other fields":    change(func(m map[string]any) { m["organisation"] = m["person"] }),
		"a wrong order":   change(func(m map[string]any) { f := m["person"].(map[string]any)["fields"].([]any); f[0], f[1] = f[1], f[0] }),
		"an impossible p": change(func(m map[string]any) { m["person"].(map[string]any)["prior"] = 2 }),
		"a bad word":      change(func(m map[string]any) { m["words"] = map[string]int{"ivan": 3} }),
		"a word of none":  change(func(m map[string]any) { m["words"] = map[string]int{"00112233445566778899aabbccddeeff": 0} }),
	} {
		if _, err := readWeights(body); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := readWeights(initialWeights(t)); err != nil {
		t.Errorf("the catalogue's weights: %v", err)
	}
}

// TestModelsAdoptedLater: a pair is weighed by the weights that held when it came,
// then by each that was adopted since, and what one of them drops stays dropped.
func TestModelsAdoptedLater(t *testing.T) {
	at := func(seq int64, prior float64) inForce {
		w, err := readWeights(initialWeights(t))
		ok(t, err)
		w.models[evidence.Person].Prior = prior
		w.scales[evidence.Person] = w.models[evidence.Person].Scale()
		return inForce{seq, w}
	}
	levels := levelsOf(t, `["exact","missing","missing","missing","missing","missing"]`)
	sure, strict := 0.01, 1e-9
	a, b := &card{place: placeOf(5, 1)}, &card{place: placeOf(15, 1)}
	for _, c := range []struct {
		name   string
		models []inForce
		want   string
	}{
		{"one", []inForce{at(0, sure)}, stateSame},
		{"strict before it came", []inForce{at(0, strict), at(10, sure)}, stateSame},
		{"strict when it came", []inForce{at(0, sure), at(10, strict), at(20, sure)}, ""},
		{"strict afterwards", []inForce{at(0, sure), at(20, strict)}, ""},
		{"milder afterwards", []inForce{at(0, 1e-4), at(20, sure)}, stateSame},
	} {
		if got := weighSince(c.models, evidence.Person, levels, a, b); got.state != c.want {
			t.Errorf("%s: %q, want %q", c.name, got.state, c.want)
		}
	}
}

// FuzzReadWeights: weights come from a signal; whatever it holds is read or
// refused, and what is read can be used.
func FuzzReadWeights(f *testing.F) {
	f.Add(initialWeights(f))
	f.Add([]byte(`{"person":null}`))
	f.Add([]byte(`{"words":{"00":1}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		w, err := readWeights(body)
		if err != nil {
			return
		}
		for _, kind := range []evidence.MentionKind{evidence.Person, evidence.Organisation, evidence.Place} {
			w.outcome(kind, make([]linkage.Level, len(fieldsOf(kind))), nil, nil)
		}
	})
}
