package linkage

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// sound is a model for tests: two fields that a household shares and a name.
func sound() *Model {
	return &Model{
		Version: Version, Prior: 0.001, Same: 0.9, Doubt: 0.05, Rarity: true,
		Fields: []Weights{
			{Field{Name: "given", Kind: Name}, Distribution{Exact: 0.9, High: 0.06, Differ: 0.04}, Distribution{Exact: 0.01, High: 0.01, Differ: 0.98}},
			{Field{Name: "surname", Kind: Name}, Distribution{Exact: 0.9, High: 0.06, Differ: 0.04}, Distribution{Exact: 0.01, High: 0.01, Differ: 0.98}},
			{Field{Name: "street", Kind: Text}, Distribution{Exact: 0.8, High: 0.1, Differ: 0.1}, Distribution{Exact: 0.001, High: 0.001, Differ: 0.998}},
		},
		Bonds:   []Tie{{Name: "household", Share: 0.01, Shared: map[string]float64{"surname": 0.8, "street": 0.9}}},
		Changes: []Turn{{Change{Name: "house move", Fields: []string{"street"}}, 0.2}},
	}
}

func TestParseRefuses(t *testing.T) {
	for name, damage := range map[string]func(*Model){
		"another version":           func(m *Model) { m.Version++ },
		"no prior":                  func(m *Model) { m.Prior = 0 },
		"a certain prior":           func(m *Model) { m.Prior = 1 },
		"thresholds out of order":   func(m *Model) { m.Same, m.Doubt = m.Doubt, m.Same },
		"no doubt":                  func(m *Model) { m.Doubt = 0 },
		"no fields":                 func(m *Model) { m.Fields = nil },
		"unnamed field":             func(m *Model) { m.Fields[0].Name = "" },
		"field named twice":         func(m *Model) { m.Fields[0].Name = "street" },
		"m that adds up to less":    func(m *Model) { m.Fields[0].M[Exact] = 0.5 },
		"negative u":                func(m *Model) { m.Fields[0].U[High] = -0.01 },
		"weight of the missing":     func(m *Model) { m.Fields[0].M = Distribution{Missing: 0.9, Differ: 0.1} },
		"level possible one way":    func(m *Model) { m.Fields[0].U = Distribution{Exact: 0.01, Differ: 0.99} },
		"better agreement, less":    func(m *Model) { m.Fields[0].M = Distribution{Exact: 0.1, High: 0.86, Differ: 0.04} },
		"bond of unknown field":     func(m *Model) { m.Bonds[0].Shared["shoe size"] = 0.5 },
		"bond beyond certainty":     func(m *Model) { m.Bonds[0].Shared["street"] = 1.5 },
		"bond with negative share":  func(m *Model) { m.Bonds[0].Share = -0.1 },
		"everybody bound":           func(m *Model) { m.Bonds[0].Share = 1 },
		"change of unknown field":   func(m *Model) { m.Changes[0].Fields = []string{"shoe size"} },
		"everybody changed":         func(m *Model) { m.Changes[0].Share = 1 },
		"change with negative rate": func(m *Model) { m.Changes[0].Share = -1 },
	} {
		m := sound()
		damage(m)
		data, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Parse(data); err == nil {
			t.Errorf("%s: not refused", name)
		}
	}
	for name, text := range map[string]string{"nothing": "", "no object": "[]", "half": `{"version":1,`, "unknown level": `{"fields":[{"m":{"superb":1}}]}`} {
		if _, err := Parse([]byte(text)); err == nil {
			t.Errorf("%s: not refused", name)
		}
	}
}

func TestModelSurvivesJSON(t *testing.T) {
	data, err := json.Marshal(sound())
	if err != nil {
		t.Fatal(err)
	}
	got, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sound(), got); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(string(data), `"exact":0.9`) {
		t.Errorf("levels are not named: %s", data)
	}
}

func TestScoreExplainsItself(t *testing.T) {
	m := sound()
	same := m.Score([]Level{Exact, Exact, Exact}, nil)
	sum := same.Prior + same.Changed - same.Shared
	for _, p := range same.Parts {
		sum += p.Weight
	}
	if math.Abs(sum-same.Total) > 1e-9 || m.Judge(same) != Same || same.Shared <= 0 {
		t.Errorf("%+v adds up to %f", same, sum)
	}
	brother := m.Score([]Level{Differ, Exact, Exact}, nil)
	if m.Judge(brother) != Different {
		t.Errorf("one household, another given name: %s, %+v", m.Judge(brother), brother)
	}
	moved := m.Score([]Level{Exact, Exact, Differ}, nil)
	if moved.Changed <= 0 {
		t.Errorf("moved house: %+v", moved)
	}
	none := m.Score([]Level{Missing, Missing, Missing}, nil)
	if none.Total != none.Prior {
		t.Errorf("nothing known: %+v", none)
	}
	if m.Judge(m.Score([]Level{Exact, High, Missing}, nil)) != Doubtful {
		t.Errorf("a name alone should be doubtful: %+v", m.Score([]Level{Exact, High, Missing}, nil))
	}
}

func TestScoreMindsRarity(t *testing.T) {
	m := sound()
	levels := []Level{Exact, Exact, Missing}
	rare, common := m.Score(levels, []float64{0, 0.0001, 0}), m.Score(levels, []float64{0, 0.05, 0})
	if rare.Total <= common.Total {
		t.Errorf("rare %f, common %f", rare.Total, common.Total)
	}
	m.Rarity = false
	if m.Score(levels, []float64{0, 0.0001, 0}).Total != m.Score(levels, nil).Total {
		t.Error("a model that does not mind rarity minds it")
	}
}

func TestScoreRefusesForeignLevels(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("two levels were weighed for three fields")
		}
	}()
	sound().Score([]Level{Exact, Exact}, nil)
}

// A better agreement never lowers a score, whatever the bonds, the changes and
// the rarity of values.
func TestScoreIsMonotone(t *testing.T) {
	names := []string{"a", "b", "c", "d"}
	rapid.Check(t, func(t *rapid.T) {
		m := &Model{Version: Version, Prior: 0.01, Same: 0.9, Doubt: 0.1, Rarity: rapid.Bool().Draw(t, "rarity")}
		chance := rapid.Float64Range(0, 1)
		tie, turn := Tie{Name: "bond", Share: rapid.Float64Range(0, 0.9).Draw(t, "bound"), Shared: map[string]float64{}}, Turn{Share: rapid.Float64Range(0, 0.9).Draw(t, "changed")}
		for _, name := range names {
			w := Weights{Field: Field{Name: name, Kind: Text}}
			w.U = distribution(t)
			w.M = monotone(distribution(t), w.U)
			m.Fields = append(m.Fields, w)
			tie.Shared[name] = chance.Draw(t, "shared")
			if rapid.Bool().Draw(t, "changes") {
				turn.Fields = append(turn.Fields, name)
			}
		}
		m.Bonds, m.Changes = []Tie{tie}, []Turn{turn}
		if err := m.Check(); err != nil {
			t.Fatal(err)
		}
		var agreed []Level
		var frequencies []float64
		for range names {
			agreed = append(agreed, Level(rapid.IntRange(int(Missing), int(Exact)).Draw(t, "level")))
			frequencies = append(frequencies, rapid.Float64Range(0, 0.5).Draw(t, "frequency"))
		}
		i := rapid.IntRange(0, len(names)-1).Draw(t, "field")
		last := math.Inf(-1)
		for agreed[i] = Differ; agreed[i] <= Exact; agreed[i]++ {
			total := m.Score(agreed, frequencies).Total
			if total < last-1e-9 {
				t.Fatalf("%s at %v scores %f, less than %f a level lower", names[i], agreed, total, last)
			}
			last = total
		}
	})
}

func distribution(t *rapid.T) (d Distribution) {
	sum := 0.0
	for l := Differ; l < levels; l++ {
		d[l] = rapid.Float64Range(0.001, 1).Draw(t, l.String())
		sum += d[l]
	}
	for l := range d {
		d[l] /= sum
	}
	return d
}

func TestMonotonePoolsAndKeepsTheSum(t *testing.T) {
	u := Distribution{Differ: 0.7, Low: 0.1, Medium: 0, High: 0.1, Exact: 0.1}
	m := Distribution{Differ: 0.1, Low: 0.4, Medium: 0, High: 0.2, Exact: 0.3}
	want := Distribution{Differ: 0.1, Low: 0.3, Medium: 0, High: 0.3, Exact: 0.3}
	for l, p := range monotone(m, u) {
		if math.Abs(p-want[l]) > 1e-12 {
			t.Errorf("%s: %f, want %f", Level(l), p, want[l])
		}
	}
}

func TestLevelNames(t *testing.T) {
	for l := Missing; l < levels; l++ {
		text, err := l.MarshalText()
		var back Level
		if err != nil || back.UnmarshalText(text) != nil || back != l {
			t.Errorf("%s became %s: %v", l, back, err)
		}
	}
	if _, err := levels.MarshalText(); err == nil {
		t.Error("a level beyond the last has a name")
	}
	if !strings.Contains(levels.String(), "level(") {
		t.Errorf("%s", levels)
	}
}

// Whatever is read as a model can be weighed with and written again.
func FuzzParse(f *testing.F) {
	data, err := json.Marshal(sound())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"version":1,"prior":0.5,"same":0.9,"doubt":0.1,"fields":[{"name":"a","m":{"exact":1},"u":{"exact":1}}]}`))
	f.Add([]byte(`{"version":1,"fields":[{"name":"a","m":{"missing":1}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Parse(data)
		if err != nil {
			return
		}
		agreed := make([]Level, len(m.Fields))
		for l := range levels {
			for i := range agreed {
				agreed[i] = l
			}
			if s := m.Score(agreed, nil); math.IsNaN(s.Total) || math.IsNaN(s.Probability) {
				t.Errorf("%s: %+v", l, s)
			}
		}
		again, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Parse(again); err != nil {
			t.Errorf("what was written is refused: %v", err)
		}
	})
}
