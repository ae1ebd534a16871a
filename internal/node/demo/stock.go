package demo

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode"
)

// stock is everything from which people are put together.
type stock struct {
	cells      []Cell
	orgs       []Organisation
	orgOf      map[string]int // by the publication's name
	nations    []nation
	languages  []*language // by file name
	towns      []town
	streets    []string
	narratives map[string][]string // by exploitation; "Any" for all
}

// nation is a nationality in the publication's word.
type nation struct {
	word, code string
	names      *language // nil: unknown
}

// language is a community of names. m, f: given names; p, pf: middle names;
// s, sf: family names, as men and as women bear them.
type language struct {
	name, code         string // code: ISO 639-3, which is ISO 639-2/T where that exists
	order              order
	m, f, p, pf, s, sf []spelling
}

// order is how a full name is put together.
type order string

const (
	givenFirst  order = "given"
	familyFirst order = "family"
	chain       order = "chain" // own name, father's, grandfather's; no family name
)

// spelling is one name in its own script and in the Latin spellings that occur;
// the first of these is the passport's.
type spelling struct {
	own   string
	latin []string
}

// foreign tells whether the name's own script is another than Latin.
func (s spelling) foreign() bool { return !unicode.Is(unicode.Latin, []rune(s.own)[0]) }

type town struct{ name, outward string }

// load reads the counts and the lists.
func load() (*stock, error) {
	st := &stock{narratives: map[string][]string{}}
	var err error
	if st.cells, err = Counts(); err != nil {
		return nil, err
	}
	st.orgs, st.orgOf = responders(st.cells)
	for _, read := range []func() error{st.readLanguages, st.readNations, st.readPlaces, st.readNarratives} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	return st, nil
}

func (st *stock) readLanguages() error {
	names, err := fs.Glob(data, "data/names/*.txt")
	if err != nil {
		return damaged("demo.readLanguages", err)
	}
	for _, name := range names {
		l, err := readLanguage(name)
		if err != nil {
			return err
		}
		st.languages = append(st.languages, l)
	}
	return nil
}

func readLanguage(file string) (*language, error) {
	l := &language{name: strings.TrimSuffix(path.Base(file), ".txt")}
	words, rests, err := lines(file)
	if err != nil {
		return nil, err
	}
	lists := map[string]*[]spelling{"m": &l.m, "f": &l.f, "p": &l.p, "pf": &l.pf, "s": &l.s, "sf": &l.sf}
	for i, word := range words {
		switch list := lists[word]; {
		case word == "code":
			l.code = rests[i]
		case word == "order":
			l.order = order(rests[i])
		case list != nil:
			*list = append(*list, spellings(rests[i])...)
		default:
			return nil, damaged("demo.readLanguage", fmt.Errorf("%s: %q", file, word))
		}
	}
	if l.sf == nil {
		l.sf = l.s
	}
	if l.pf == nil {
		l.pf = l.p
	}
	if len(l.code) != 3 || len(l.sf) != len(l.s) || len(l.m) < 5 || len(l.f) < 5 || l.order != chain && len(l.s) < 5 {
		return nil, damaged("demo.readLanguage", fmt.Errorf("%s is incomplete", file))
	}
	return l, nil
}

// spellings reads "own=Passport,Variant" words; an underline is a space.
func spellings(text string) (out []spelling) {
	for _, word := range strings.Fields(text) {
		own, latin, ok := strings.Cut(strings.ReplaceAll(word, "_", " "), "=")
		if !ok {
			latin = own
		}
		out = append(out, spelling{own, strings.Split(latin, ",")})
	}
	return out
}

func (st *stock) language(name string) *language {
	for _, l := range st.languages {
		if l.name == name {
			return l
		}
	}
	return nil
}

func (st *stock) readNations() error {
	rows, err := table("data/nationalities.csv", 3)
	if err != nil {
		return err
	}
	for _, r := range rows {
		n := nation{r[0], r[1], st.language(r[2])}
		if n.names == nil && r[2] != "" {
			return damaged("demo.readNations", fmt.Errorf("no names for %q", r[2]))
		}
		st.nations = append(st.nations, n)
	}
	return nil
}

// nationality reads one or two nationalities, as the publication joins them:
// "Polish", "Somali UK", "Central African Zimbabwean".
func (st *stock) nationality(text string) ([]nation, error) {
	text = strings.TrimSpace(text)
	for _, n := range st.nations {
		if strings.EqualFold(n.word, text) {
			return []nation{n}, nil
		}
	}
	for _, first := range st.nations {
		rest, ok := strings.CutPrefix(text, first.word+" ")
		if !ok {
			continue
		}
		if i := slices.IndexFunc(st.nations, func(n nation) bool { return strings.EqualFold(n.word, rest) }); i >= 0 {
			return []nation{first, st.nations[i]}, nil
		}
	}
	return nil, damaged("demo.nationality", fmt.Errorf("unknown nationality %q", text))
}

func (st *stock) readPlaces() error {
	words, rests, err := lines("data/places.txt")
	if err != nil {
		return err
	}
	for i, word := range words {
		if word == "street" {
			st.streets = append(st.streets, rests[i])
			continue
		}
		outward, name, _ := strings.Cut(rests[i], " ")
		st.towns = append(st.towns, town{name, outward})
	}
	return nil
}

func (st *stock) readNarratives() error {
	words, rests, err := lines("data/narratives.txt")
	for i, word := range words {
		st.narratives[word] = append(st.narratives[word], rests[i])
	}
	return err
}
