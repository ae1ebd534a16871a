package law

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // a State's clock must not depend on the machine's files

	"lodestar/internal/base/fault"
)

// maxFile is the largest file of a State that is read, in bytes.
const maxFile = 1 << 20

// file is a State as catalog/states has it.
type file struct {
	State    string        `json:"state"`
	Name     string        `json:"name"`
	Zone     string        `json:"zone"`
	Calendar *calendarFile `json:"calendar"` // absent: not configured
	Rules    []ruleFile    `json:"rules"`
	// What binds the State, the tests it decides by, and the duties that stand in
	// the place of consent.
	Treaties  []treatyFile   `json:"treaties"`
	Standards []standardFile `json:"standards"`
	Duties    []dutyFile     `json:"duties"`
	Helplines []Helpline     `json:"helplines"`
}

type calendarFile struct {
	Source   string   `json:"source"`
	Weekend  []string `json:"weekend"`
	From     string   `json:"from"`
	Until    string   `json:"until"`
	Holidays []string `json:"holidays"`
}

type ruleFile struct {
	Name   string   `json:"name"`
	Start  string   `json:"start"`
	Amount int      `json:"amount"`
	Unit   Unit     `json:"unit"`
	Pauses []string `json:"pauses"`
	From   string   `json:"from"`
	Source string   `json:"source"`
}

// Load reads every *.json below fsys as the law of a State, by its code. It refuses
// the whole set (fault.Invalid) for an unknown key, a value outside its list, a
// period without a source, or two periods of one name from one day; the cause names
// the file and the field.
func Load(fsys fs.FS) (map[string]Law, error) {
	laws := map[string]Law{}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".json" {
			return err
		}
		l, err := read(fsys, name)
		if _, twice := laws[l.State]; err == nil && twice {
			err = errors.New("state: is in two files")
		}
		if err != nil {
			return fault.New(fault.Invalid, "law.Load", "law.bad_file", "file", path.Base(name)).Because(err)
		}
		laws[l.State] = l
		return nil
	})
	return laws, fault.Wrap("law.Load", err)
}

func read(fsys fs.FS, name string) (Law, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return Law{}, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil || len(text) > maxFile {
		return Law{}, errors.Join(err, errors.New("larger than a megabyte"))
	}
	return Read(text)
}

// Read reads the law of one State.
func Read(text []byte) (Law, error) {
	var in file
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil {
		return Law{}, err
	}
	if dec.More() {
		return Law{}, errors.New("more than one value")
	}
	if !isCode(in.State, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-") || in.Zone == "" {
		return Law{}, errors.New("state and zone are needed")
	}
	l := Law{State: in.State, Name: in.Name, rules: map[string][]Rule{}}
	var err error
	if l.Zone, err = time.LoadLocation(in.Zone); err != nil {
		return Law{}, fmt.Errorf("zone: %w", err)
	}
	if in.Calendar != nil {
		if l.Calendar, err = in.Calendar.calendar(); err != nil {
			return Law{}, fmt.Errorf("calendar: %w", err)
		}
	}
	for i, r := range in.Rules {
		rule, err := r.rule()
		if err == nil && rule.Unit == WorkingDay && in.Calendar == nil {
			err = errors.New("working days need a calendar")
		}
		if err == nil && slices.ContainsFunc(l.rules[rule.Name], func(o Rule) bool { return o.From == rule.From }) {
			err = errors.New("is there twice from the same day")
		}
		if err != nil {
			return Law{}, fmt.Errorf("rules[%d] %s: %w", i, r.Name, err)
		}
		l.rules[rule.Name] = append(l.rules[rule.Name], rule)
	}
	for _, list := range l.rules {
		slices.SortFunc(list, func(a, b Rule) int { return b.From.Compare(a.From) })
	}
	return l, l.basis(in)
}

// most bounds a period in any unit: about a century of days.
const most = 40_000

func (r ruleFile) rule() (Rule, error) {
	out := Rule{Name: r.Name, Start: r.Start, Amount: r.Amount, Unit: r.Unit, Pauses: r.Pauses, Source: r.Source}
	for _, code := range append([]string{r.Name, r.Start}, r.Pauses...) {
		if !isCode(code, codeLetters) {
			return out, fmt.Errorf("%q is no code word", code)
		}
	}
	switch {
	case r.Amount < 1 || r.Amount > most:
		return out, fmt.Errorf("amount: 1 to %d", most)
	case !slices.Contains([]Unit{Hour, CalendarDay, WorkingDay, Month}, r.Unit):
		return out, fmt.Errorf("unit: %q is none", r.Unit)
	case strings.TrimSpace(r.Source) == "":
		return out, errors.New("source: a period needs the law it stands on")
	case r.From == "":
		return out, nil
	}
	var err error
	out.From, err = ParseDay(r.From)
	return out, err
}

func (c calendarFile) calendar() (Calendar, error) {
	out := Calendar{Source: c.Source, holidays: map[Day]bool{}}
	var err1, err2 error
	out.From, err1 = ParseDay(c.From)
	out.Until, err2 = ParseDay(c.Until)
	if err := errors.Join(err1, err2); err != nil {
		return out, err
	}
	if c.Source == "" || out.Until.Compare(out.From) < 0 {
		return out, errors.New("source, from and until are needed")
	}
	for _, name := range c.Weekend {
		day := slices.Index([]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}, name)
		if day < 0 {
			return out, fmt.Errorf("weekend: %q", name)
		}
		out.Weekend = append(out.Weekend, time.Weekday(day))
	}
	if len(out.Weekend) == 7 {
		return out, errors.New("weekend: no working day is left")
	}
	for _, text := range c.Holidays {
		d, err := ParseDay(text)
		if err != nil || d.Compare(out.From) < 0 || d.Compare(out.Until) > 0 {
			return out, fmt.Errorf("holidays: %q is no day between from and until", text)
		}
		out.holidays[d] = true
	}
	return out, nil
}

const codeLetters = "abcdefghijklmnopqrstuvwxyz0123456789_"

func isCode(s, letters string) bool {
	return s != "" && len(s) <= 60 && strings.Trim(s, letters) == ""
}
