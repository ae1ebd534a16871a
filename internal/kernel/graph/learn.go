package graph

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"math/rand/v2"
	"slices"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph/db"
	"lodestar/internal/kernel/graph/linkage"
	"lodestar/internal/kernel/id"
)

// How much Learn looks at. It is one act, during which nobody else can write on
// SQLite: about a second.
const (
	learnMentions = 3000    // newest of each kind, opened
	learnPairs    = 150_000 // drawn at random, of each kind
	learnWords    = 100_000 // newest persons, whose words are counted
	learnLeast    = 200     // fewer mentions teach nothing
)

// Learned says what came of learning.
type Learned struct {
	Signal  id.Signal      `json:"signal"`
	Persons int            `json:"persons"` // counted for words
	Words   int            `json:"words"`   // that several of them bear
	Weights map[string]int `json:"weights"` // mentions looked at, by kind learned
}

// Learn learns the weights of resolution from this node's own mentions, without
// being told any true pair, and adopts them by a signal, so that they enter at
// the top like everything else. A kind with too few mentions keeps its weights.
// Learning on less than a few hundred persons is refused (fault.Conflict).
func (g *Graph) Learn(ctx context.Context) (Learned, error) {
	ask := g.ask(g.Self, VerbLearn, consent.Resolution, id.Entity{})
	return act.Do(ctx, g.Ground, ask, func(a *act.Act) (Learned, error) {
		r, err := g.newResolver(a, newDeck())
		if err != nil {
			return Learned{}, err
		}
		now := *r.models[len(r.models)-1].weights
		w := Weights{Person: now.models[evidence.Person], Organisation: now.models[evidence.Organisation], Place: now.models[evidence.Place]}
		if err := r.countWords(&now); err != nil {
			return Learned{}, err
		}
		w.Persons, w.Words = int(now.person), commonest(now.words)
		out := Learned{Weights: map[string]int{}}
		for _, kind := range []evidence.MentionKind{evidence.Person, evidence.Organisation, evidence.Place} {
			if err := r.learnKind(&w, &now, kind, out.Weights); err != nil {
				return out, err
			}
		}
		if out.Weights[string(evidence.Person)] == 0 {
			return out, fault.New(fault.Conflict, "graph.Learn", "graph.too_few_to_learn", "least", learnLeast)
		}
		body, err := json.Marshal(w)
		if err != nil {
			return out, fault.Wrap("graph.Learn", err)
		}
		if _, err := readWeights(body); err != nil {
			return out, err
		}
		out.Persons, out.Words = w.Persons, len(w.Words)
		out.Signal, err = evidence.RecordOwn(a, evidence.KindModel, map[string]string{"weights": string(body)})
		return out, err
	})
}

// LearnIfDue learns once there are persons enough, and again each time that they
// have doubled: what a few more can teach is not worth weighing every pair anew.
func (g *Graph) LearnIfDue(ctx context.Context) error {
	due, err := g.due(ctx)
	if err != nil || !due {
		return err
	}
	_, err = g.Learn(ctx)
	if fault.Is(err, fault.Conflict) {
		return nil // they are enough, but too little is known of them
	}
	return err
}

func (g *Graph) due(ctx context.Context) (due bool, err error) {
	err = g.Ground.DB.InRead(ctx, func(tx *sql.Tx) error {
		q := db.New(tx)
		persons, err := q.CountPersons(ctx)
		if err != nil || persons < learnLeast {
			return fault.Wrap("graph.due", err)
		}
		last, err := q.LastModel(ctx)
		if err != nil {
			return fault.Wrap("graph.due", err)
		}
		due = true
		for _, m := range last {
			w, err := readWeights([]byte(m.Body))
			if err != nil {
				return err
			}
			due = float64(persons) >= 2*w.person
		}
		return nil
	})
	return due, err
}

func (r *resolver) learnKind(w *Weights, now *weights, kind evidence.MentionKind, looked map[string]int) error {
	cards, err := r.newest(kind)
	if err != nil || len(cards) < learnLeast {
		return err
	}
	looked[string(kind)] = len(cards)
	s := sampleOf(cards, now)
	switch kind {
	case evidence.Person:
		w.Person = estimate(w.Person, s)
	case evidence.Organisation:
		w.Organisation = estimate(w.Organisation, s)
	case evidence.Place:
		w.Place = estimate(w.Place, s)
	}
	return nil
}

// newest opens the newest mentions of a kind, the earliest first.
func (r *resolver) newest(kind evidence.MentionKind) ([]*card, error) {
	rows, err := r.q.NewestOfKind(r.a.Ctx(), db.NewestOfKindParams{Kind: string(kind), Limit: learnMentions})
	if err != nil {
		return nil, fault.Wrap("graph.newest", err)
	}
	var cards []*card
	for _, row := range slices.Backward(rows) {
		c, err := r.card(row.Place)
		if err != nil {
			return nil, err
		}
		if c == nil || c.blank {
			continue
		}
		if err := r.read(c); err != nil {
			return nil, err
		}
		cards = append(cards, c)
	}
	return cards, nil
}

// countWords counts the persons who bear each word of a name. Persons, not
// mentions: one recruiter whom many name does not make her name a common one.
func (r *resolver) countWords(w *weights) error {
	rows, err := r.q.NewestOfKind(r.a.Ctx(), db.NewestOfKindParams{Kind: string(evidence.Person), Limit: learnWords})
	if err != nil {
		return fault.Wrap("graph.countWords", err)
	}
	slices.SortFunc(rows, func(x, y db.NewestOfKindRow) int { return cmp.Compare(x.Entity, y.Entity) })
	w.words, w.person = map[[tokenSize]byte]float64{}, 0
	for i := 0; i < len(rows); {
		seen := map[[tokenSize]byte]bool{}
		entity := rows[i].Entity
		for ; i < len(rows) && rows[i].Entity == entity; i++ {
			for _, k := range unpackKeys(rows[i].Keys) {
				if k.sort == byWord && !seen[k.token] {
					seen[k.token] = true
					w.words[k.token]++
				}
			}
		}
		if len(seen) > 0 {
			w.person++
		}
	}
	for word, n := range w.words {
		if n < commonWord {
			delete(w.words, word)
		}
	}
	return nil
}

// commonest are the words to keep.
func commonest(counts map[[tokenSize]byte]float64) map[string]int {
	words := map[string]int{}
	for w, n := range counts {
		words[hex.EncodeToString(w[:])] = int(n)
	}
	if len(words) <= mostCommonWords {
		return words
	}
	order := make([]string, 0, len(words))
	for w := range words {
		order = append(order, w)
	}
	slices.SortFunc(order, func(x, y string) int { return cmp.Or(cmp.Compare(words[y], words[x]), cmp.Compare(x, y)) })
	for _, w := range order[mostCommonWords:] {
		delete(words, w)
	}
	return words
}

// sampleOf compares neighbours, and pairs drawn at random. Neighbours agree
// because they are neighbours; so that they do not pass for the rule, each pair
// drawn stands for as many as were not looked at (D. G. Horvitz and D. J.
// Thompson, JASA 47, 1952).
func sampleOf(cards []*card, w *weights) sample {
	s := sample{map[string]float64{}}
	looked := map[[2]int]bool{}
	rows := map[[tokenSize]byte][]int{}
	for i, c := range cards {
		for _, k := range c.looksUp() {
			row := rows[k.token]
			for _, j := range row[max(0, len(row)-int(k.sort.neighbours())):] {
				looked[[2]int{j, i}] = true
			}
			rows[k.token] = append(row, i)
		}
	}
	levels := func(i, j int) []linkage.Level {
		a, b := cards[i], cards[j]
		if l := compare(a, b); l != nil {
			return w.withRarity(a.kind, l, a.keys, b.keys)
		}
		return nil
	}
	for p := range looked {
		s.add(levels(p[0], p[1]), 1)
	}
	random := rand.New(rand.NewPCG(1, 2)) // the same in every run
	var drawn [][]linkage.Level
	for range learnPairs {
		i, j := random.IntN(len(cards)), random.IntN(len(cards))
		if i == j || looked[[2]int{min(i, j), max(i, j)}] {
			continue
		}
		if l := levels(i, j); l != nil {
			drawn = append(drawn, l)
		}
	}
	n := float64(len(cards))
	stands := max(0, n*(n-1)/2-float64(len(looked))) / max(1, float64(len(drawn)))
	for _, l := range drawn {
		s.add(l, stands)
	}
	return s
}
