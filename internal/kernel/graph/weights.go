package graph

import (
	"encoding/hex"
	"encoding/json"
	"math"
	"slices"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph/linkage"
)

// Weights are the weights of resolution as the catalogue and a model signal hold
// them: probabilities, and how common words of names are, by keyed digest. They
// name nobody.
type Weights struct {
	Person       *linkage.Model `json:"person"`
	Organisation *linkage.Model `json:"organisation"`
	Place        *linkage.Model `json:"place"`
	// Persons is how many persons were counted for Words; 0 if none.
	Persons int `json:"persons,omitempty"`
	// Words says how many of them bear a word, for the words that several bear.
	Words map[string]int `json:"words,omitempty"`
}

// commonWord is how many persons must bear a word for it to be counted: a word
// that fewer bear is taken to be borne by just that many.
const commonWord = 5

// mostCommonWords bounds the words counted, the commonest first.
const mostCommonWords = 4000

// weights are Weights made ready.
type weights struct {
	models map[evidence.MentionKind]*linkage.Model
	scales map[evidence.MentionKind]*linkage.Scale
	person float64 // persons counted
	words  map[[tokenSize]byte]float64
}

// readWeights refuses weights that do not fit the fields that are compared.
func readWeights(body []byte) (*weights, error) {
	bad := fault.New(fault.Invalid, "graph.readWeights", "graph.bad_model")
	var w Weights
	if err := json.Unmarshal(body, &w); err != nil {
		return nil, bad.Because(err)
	}
	out := &weights{
		models: map[evidence.MentionKind]*linkage.Model{evidence.Person: w.Person, evidence.Organisation: w.Organisation, evidence.Place: w.Place},
		scales: map[evidence.MentionKind]*linkage.Scale{},
		person: float64(w.Persons), words: make(map[[tokenSize]byte]float64, len(w.Words)),
	}
	for kind, m := range out.models {
		if m == nil || len(m.Fields) != len(fieldsOf(kind)) {
			return nil, bad
		}
		if err := m.Check(); err != nil {
			return nil, bad.Because(err)
		}
		for i, f := range fieldsOf(kind) {
			if m.Fields[i].Name != f.Name {
				return nil, bad
			}
		}
		out.scales[kind] = m.Scale()
	}
	for word, n := range w.Words {
		b, err := hex.DecodeString(word)
		if err != nil || len(b) != tokenSize || n < 1 {
			return nil, bad
		}
		out.words[[tokenSize]byte(b)] = float64(n)
	}
	return out, nil
}

// frequency is the share of persons who bear the words that two names have in
// common: that of the rarest word and, of these, for each further word its share or
// oneTongue, whichever is more. 0 while words have not been counted: a new node cannot know what is rare.
func (w *weights) frequency(a, b []key) float64 {
	if w.person == 0 {
		return 0
	}
	var shares []float64
	for _, x := range a {
		if x.sort == byWord && slices.ContainsFunc(b, func(y key) bool { return y.sort == byWord && y.token == x.token }) {
			shares = append(shares, w.share(x.token))
		}
	}
	if len(shares) == 0 {
		return 0
	}
	slices.Sort(shares)
	f := shares[0]
	for _, s := range shares[1:] {
		f *= max(oneTongue, s)
	}
	return f
}

func (w *weights) share(word [tokenSize]byte) float64 {
	n, common := w.words[word]
	if !common {
		n = commonWord - 1
	}
	return min(1, n/w.person)
}

// oneTongue is how rare a word of a name can be among those who bear another word
// of it. Words do not meet at random: who is called Natnael is not unlikely to be
// called Kidane as well. A common name of a language is borne by about one in
// thirty of those who speak it.
const oneTongue = 1.0 / 30

// weigh scores the levels of a pair of this kind.
func (w *weights) weigh(kind evidence.MentionKind, levels []linkage.Level, a, b []key) linkage.Score {
	return w.scales[kind].Score(w.withRarity(kind, levels, a, b), nil)
}

// withRarity adds to the levels of two persons how rare the name is on which they
// agree.
func (w *weights) withRarity(kind evidence.MentionKind, levels []linkage.Level, a, b []key) []linkage.Level {
	if kind != evidence.Person || levels[fieldName] < linkage.Medium {
		return levels
	}
	out := slices.Clone(levels)
	switch f := w.frequency(a, b); {
	case f == 0:
	case f < 1e-6:
		out[fieldRarity] = linkage.Exact
	case f < 1e-5:
		out[fieldRarity] = linkage.High
	case f < 1e-4:
		out[fieldRarity] = linkage.Medium
	case f < 1e-3:
		out[fieldRarity] = linkage.Low
	default:
		out[fieldRarity] = linkage.Differ
	}
	return out
}

func (w *weights) judge(kind evidence.MentionKind, s linkage.Score) linkage.Verdict {
	return w.models[kind].Judge(s)
}

// inForce is a model and the signal from which on it holds.
type inForce struct {
	seq int64
	*weights
}

// outcome is what the machine makes of a pair: state "" if they are nothing to one
// another.
type outcome struct {
	state string
	score int64 // thousandths of a bit
	model int64 // of which weights: see inForce
}

// The states of a pair.
const (
	stateSame  = "same"
	stateDoubt = "doubt"
)

// identified is the score of two mentions of one number.
const identified = 50_000

// weighSince weighs a pair whose later mention is b under the weights that held
// when it came, and under all that were adopted since: a pair that one of them
// dropped is not taken up again by the next.
func weighSince(models []inForce, kind evidence.MentionKind, levels []linkage.Level, a, b *card) (o outcome) {
	for i, m := range models {
		if i+1 < len(models) && models[i+1].seq < seqOf(b.place) {
			continue
		}
		if o = m.outcome(kind, levels, a.keys, b.keys); o.state == "" {
			return o
		}
		o.model = m.seq
	}
	return o
}

func (w *weights) outcome(kind evidence.MentionKind, levels []linkage.Level, a, b []key) outcome {
	s := w.weigh(kind, levels, a, b)
	o := outcome{score: int64(math.Round(s.Total * 1000))}
	switch w.judge(kind, s) {
	case linkage.Same:
		o.state = stateSame
	case linkage.Doubtful:
		o.state = stateDoubt
	}
	return o
}
