package graph

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
)

// few draws words so few that mentions meet by every sort of key, and now and
// then leaves something out.
type few struct{ *rand.Rand }

func (f few) of(list string) string {
	words := strings.Split(list, ",")
	return words[f.IntN(len(words))]
}

func (f few) person() evidence.Details {
	name := f.of("Ana,Анна,Ivan,Jon,Maria") + " " + f.of("Popa,Popescu,Kovač,Ковач,Li") + f.of(",, Maria")
	born := fmt.Sprintf("19%d%d", 8+f.IntN(2), f.IntN(4))
	if f.IntN(2) == 0 {
		born += fmt.Sprintf("-%02d-%02d", 1+f.IntN(3), 1+f.IntN(14))
	}
	return evidence.Details{Names: []string{name}, Born: f.of(born + "," + born + ",")}
}

func (f few) place() evidence.Details {
	return evidence.Details{Line: f.of("1,2,3,Flat 2 3,") + " " + f.of("High,Hill,Main") + " " + f.of("Street,St,Road"),
		Town: f.of("Leeds,Lead,York,"), Postcode: f.of("LS1 1AA,LS1 2BB,YO1 1AA,"), Country: f.of("GB,GB,")}
}

// What is said to be hopeless by its keys comes to nothing when it is opened.
func TestHopelessComesToNothing(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	defer w.close()
	ask := w.graph.ask(w.graph.Self, VerbResolve, consent.Resolution, id.Entity{})
	_, err := act.Look(t.Context(), w.ground, ask, func(a *act.Act) (struct{}, error) {
		r, err := w.graph.newResolver(a, newDeck())
		if err != nil {
			return struct{}{}, err
		}
		f := few{rand.New(rand.NewPCG(1, 2))}
		for _, kind := range []evidence.MentionKind{evidence.Person, evidence.Place} {
			cards := f.cards(a, kind, 300)
			spared, opened := 0, 0
			for i, x := range cards {
				for _, y := range cards[:i] {
					something := false
					if levels := compare(y, x); levels != nil {
						something = weighSince(r.models, kind, levels, y, x).state != ""
					}
					switch hopeless := r.hopeless(y, x); {
					case hopeless && something:
						t.Errorf("%s: %v %v and %v %v are said to be hopeless", kind, x.names, x.born, y.names, y.born)
					case hopeless:
						spared++
					default:
						opened++
					}
				}
			}
			if spared == 0 || opened == 0 {
				t.Errorf("%s: %d spared, %d opened: the comparison shows nothing", kind, spared, opened)
			}
		}
		return struct{}{}, nil
	})
	ok(t, err)
}

// cards makes n cards, each of a signal of its own.
func (f few) cards(a *act.Act, kind evidence.MentionKind, n int) []*card {
	var out []*card
	for i := range n {
		d := f.person()
		if kind == evidence.Place {
			d = f.place()
		}
		details := []evidence.Details{d, {Value: f.of("07700 900001,07700 900002")}, f.place()}
		s := evidence.Signal{Seq: int64(i + 1), Mentions: []evidence.Mention{{Kind: kind}, {Kind: evidence.Phone, Of: f.IntN(2)}, {Kind: evidence.Place, Of: f.IntN(2)}}}
		c := &card{place: placeOf(s.Seq, 1), kind: kind, keys: keysOf(a, opened{signal: s, details: details, blank: make([]bool, 3)}, 1, "GB")}
		c.write(d)
		out = append(out, c)
	}
	return out
}
