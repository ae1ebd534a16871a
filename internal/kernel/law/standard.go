package law

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"lodestar/internal/base/fault"
)

// Stage is one of the two stages of a determination (protection.md §5.3).
type Stage string

// The stages.
const (
	Stage1 Stage = "stage1" // reasonable grounds
	Stage2 Stage = "stage2" // conclusive grounds
)

// Standard is the test by which a State decides at a stage, from a day on. A
// decision keeps the one it was made by: one change of an evidential rule halved
// the positive decisions of a year (protection.md §12).
type Standard struct {
	ID       string
	Stage    Stage
	Wording  string // in the words of the State
	Evidence string // what the State asks for as evidence; may be empty
	From     Day    // in force from this day on; the zero Day: since ever
	Source   string
}

// Does is what a duty makes somebody do without a word of the person.
type Does string

// What duties do. A State has at most one of each.
const (
	ReferChild Does = "refer_child" // refer a child, or who may be one, to the competent authority
	Notify     Does = "notify"      // report that there is an adult who does not consent, without her name
	Emergency  Does = "emergency"   // disclose what averts an immediate danger
)

// Duty is a duty of the law that stands in the place of consent.
type Duty struct {
	Code    string
	Does    Does
	Wording string
	Source  string
}

// Treaty is a treaty that binds the State since a day.
type Treaty struct {
	Name   string
	Since  Day
	Source string
}

// Helpline is a number that somebody can call.
type Helpline struct {
	Name   string `json:"name"`
	Number string `json:"number"`
	Hours  string `json:"hours"`
	Source string `json:"source"`
}

// CETS197 is the Council of Europe Convention on Action against Trafficking in
// Human Beings, whose Article 13 gives thirty days at least.
const (
	CETS197     = "CETS 197"
	floorDays   = 30
	ProtectedBy = "protected_period"
)

// Standard is the standard of a stage on the day of a decision; fault.Invalid if
// nobody has entered one.
func (l Law) Standard(stage Stage, at time.Time) (Standard, error) {
	day := DayOf(at.In(l.Zone))
	for _, s := range l.standards {
		if s.Stage == stage && s.From.Compare(day) <= 0 {
			return s, nil
		}
	}
	return Standard{}, fault.New(fault.Invalid, "law.Standard", "law.no_standard", "stage", string(stage), "state", l.State)
}

// Duty is the duty of the State that does something; false if it has none.
func (l Law) Duty(does Does) (Duty, bool) {
	i := slices.IndexFunc(l.duties, func(d Duty) bool { return d.Does == does })
	if i < 0 {
		return Duty{}, false
	}
	return l.duties[i], true
}

// Bound tells whether a treaty binds the State on a day.
func (l Law) Bound(treaty string, at time.Time) bool {
	return slices.ContainsFunc(l.treaties, func(t Treaty) bool {
		return t.Name == treaty && t.Since.Compare(DayOf(at.In(l.Zone))) <= 0
	})
}

type standardFile struct {
	ID       string `json:"id"`
	Stage    Stage  `json:"stage"`
	Wording  string `json:"wording"`
	Evidence string `json:"evidence"`
	From     string `json:"from"`
	Source   string `json:"source"`
}

func (s standardFile) standard() (out Standard, err error) {
	out = Standard{ID: s.ID, Stage: s.Stage, Wording: s.Wording, Evidence: s.Evidence, Source: s.Source}
	if s.ID == "" || s.Wording == "" || s.Source == "" || s.Stage != Stage1 && s.Stage != Stage2 {
		return out, errors.New("id, stage, wording and source are needed")
	}
	if s.From != "" {
		out.From, err = ParseDay(s.From)
	}
	return out, err
}

type dutyFile struct {
	Code    string `json:"code"`
	Does    Does   `json:"does"`
	Wording string `json:"wording"`
	Source  string `json:"source"`
}

type treatyFile struct {
	Name   string `json:"name"`
	Since  string `json:"since"`
	Source string `json:"source"`
}

// basis reads what stands beside the periods of a State.
func (l *Law) basis(in file) error {
	for i, s := range in.Standards {
		out, err := s.standard()
		if err == nil && slices.ContainsFunc(l.standards, func(o Standard) bool { return o.ID == out.ID || o.Stage == out.Stage && o.From == out.From }) {
			err = errors.New("is there twice")
		}
		if err != nil {
			return fmt.Errorf("standards[%d]: %w", i, err)
		}
		l.standards = append(l.standards, out)
	}
	slices.SortStableFunc(l.standards, func(a, b Standard) int { return b.From.Compare(a.From) })
	for i, d := range in.Duties {
		_, twice := l.Duty(d.Does)
		if twice || !isCode(d.Code, codeLetters) || d.Wording == "" || d.Source == "" || !slices.Contains([]Does{ReferChild, Notify, Emergency}, d.Does) {
			return fmt.Errorf("duties[%d]: code, does (once each), wording and source are needed", i)
		}
		l.duties = append(l.duties, Duty(d))
	}
	for i, t := range in.Treaties {
		since, err := ParseDay(t.Since)
		if err != nil || t.Name == "" || strings.TrimSpace(t.Source) == "" {
			return fmt.Errorf("treaties[%d]: name, since and source are needed", i)
		}
		l.treaties = append(l.treaties, Treaty{t.Name, since, t.Source})
	}
	for i, h := range in.Helplines {
		if h.Name == "" || h.Number == "" || h.Source == "" {
			return fmt.Errorf("helplines[%d]: name, number and source are needed", i)
		}
	}
	l.Helplines = in.Helplines
	return l.floor()
}

// floor refuses a protected period below that of the Convention (Article 13(1)),
// as far as it reaches into the time in which the Convention binds the State.
func (l *Law) floor() error {
	list := l.rules[ProtectedBy] // the latest first
	for i, r := range list {
		until := time.Unix(1<<40, 0) // the next law ends this one
		if i > 0 {
			until = list[i-1].From.utc().AddDate(0, 0, -1)
		}
		long := r.Unit == Month && r.Amount > 1 || r.Unit != Month && r.Unit != Hour && r.Amount >= floorDays
		if !long && l.Bound(CETS197, until) {
			return fmt.Errorf("rules: %s is shorter than the %d days of %s, Article 13", ProtectedBy, floorDays, CETS197)
		}
	}
	return nil
}
