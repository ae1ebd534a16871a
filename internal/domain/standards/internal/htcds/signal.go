package htcds

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/evidence/intake"
	"lodestar/internal/kernel/graph/features"
)

// Kind is the kind of the signals that case records become.
const Kind = "case_record"

// maxText is how long a name, number or address line of a signal may be, in
// characters.
const maxText = 500

// draft is a signal in the making.
type draft struct {
	*standard
	r       intake.Record
	in      evidence.Incoming
	notes   []string
	reasons []intake.Rejection
}

// signal makes a signal of one row. The person is a presumed victim whatever her
// trafficking status says: that is one organisation's word at one time, kept as a
// code, and lowers nobody's protection.
func (s *standard) signal(r intake.Record) (evidence.Incoming, []intake.Rejection) {
	d := &draft{standard: s, r: r, in: evidence.Incoming{Kind: Kind, Coded: map[string]string{}}}
	d.observed()
	for _, name := range s.order {
		if r.Get(name) != "" {
			d.plain(s.fields[name])
		}
	}
	person := d.person()
	d.event(person)
	d.organisations(person)
	d.perpetrator(person)
	d.in.Narrative = strings.Join(d.notes, "\n\n")
	return d.in, d.reasons
}

// observed takes the day of the observation: the row's own, otherwise the day on
// which the case was referred, otherwise that of the event. Without a day the row
// is rejected: the day of the import would differ with every import.
func (d *draft) observed() {
	for _, name := range []string{intake.FieldObserved, "cas_IncomingReferralDate", "hte_Date"} {
		if day, ok := d.r.Date(name); ok && len(day) == len(time.DateOnly) {
			d.in.Observed = day
			return
		}
	}
}

// plain takes a field that says nothing about who or where somebody is, by the
// kind of its values. What belongs to a mention is left to the mention.
func (d *draft) plain(f field) {
	cell := d.r.Get(f.name)
	switch f.kind {
	case code:
		d.coded(f, d.word(f))
	case tongue:
		d.coded(f, tongueOf)
	case tick:
		d.coded(f, tickOf)
	case number:
		d.coded(f, numberOf)
	case country:
		if f.name == "prs_Citizenship" || f.name == "hte_Country" {
			d.coded(f, d.country)
		}
	case date:
		if f.name != "prs_Birthdate" {
			d.month(f)
		}
	case long, coordinate:
		d.note(f, cell)
	case text:
		if !mentioned[f.name] {
			d.note(f, cell)
		}
	}
}

func (d *draft) coded(f field, read func(string) (string, bool)) {
	found, ok := codes(d.r.Get(f.name), f.several, read)
	if !ok {
		d.wrong(f, "import.unknown_code")
		return
	}
	d.in.Coded[f.name] = strings.Join(found, ";")
}

// month codes a date to the month, which may be counted; the day itself is
// sealed.
func (d *draft) month(f field) {
	day, ok := d.r.Date(f.name)
	if !ok {
		d.wrong(f, "import.bad_date")
		return
	}
	d.in.Coded[f.name] = day[:min(len(day), len("2006-01"))]
	if len(day) == len(time.DateOnly) {
		d.note(f, day)
	}
}

func (d *draft) note(f field, s string) { d.notes = append(d.notes, f.title()+": "+s) }

// noted keeps a part of a value as text, and says so: evidence is not lost because
// it is not what its field says.
func (d *draft) noted(f field, s, key string) {
	d.note(f, s)
	why := d.r.Reject(f.name, key)
	why.Noted = true
	d.reasons = append(d.reasons, why)
}

func (f field) title() string {
	if f.label == "" {
		return f.short
	}
	return f.label
}

// wrong rejects the row for a value, or keeps the value as it is written.
func (d *draft) wrong(f field, key string, args ...fault.Arg) {
	if d.r.Keep() {
		d.note(f, d.r.Get(f.name))
		return
	}
	d.reasons = append(d.reasons, d.r.Reject(f.name, key, args...))
}

// short is a field's text on one line.
func (d *draft) short(name string) string {
	s := strings.Join(strings.Fields(d.r.Get(name)), " ")
	if utf8.RuneCountInString(s) > maxText {
		d.wrong(d.fields[name], "import.text_too_long", fault.Arg{Name: "max", Value: maxText})
		return ""
	}
	return s
}

func (d *draft) mention(m evidence.IncomingMention) int {
	d.in.Mentions = append(d.in.Mentions, m)
	return len(d.in.Mentions)
}

func (d *draft) relate(from, to int, kind evidence.RelationKind) {
	if from > 0 && to > 0 {
		d.in.Relations = append(d.in.Relations, evidence.IncomingLink{From: from, To: to, Kind: string(kind)})
	}
}

// damaged is a long number after a spreadsheet program has rounded it.
var damaged = regexp.MustCompile(`^\d([.,]\d+)?[eE]\+?\d+$`)

// things mentions each number or address of a field.
func (d *draft) things(name string, kind evidence.MentionKind, of int, typ string) (made []int) {
	for _, v := range strings.FieldsFunc(d.r.Get(name), func(r rune) bool { return r == ';' || r == '\n' || r == '\r' }) {
		v = strings.Join(strings.Fields(v), " ")
		switch {
		case v == "":
			continue
		case damaged.MatchString(v):
			d.wrong(d.fields[name], "import.damaged_number")
			continue
		case utf8.RuneCountInString(v) > maxText:
			d.wrong(d.fields[name], "import.text_too_long", fault.Arg{Name: "max", Value: maxText})
			continue
		}
		if kind == evidence.Phone && !features.Dialable(v) {
			d.noted(d.fields[name], v, "import.no_phone")
			continue
		}
		m := evidence.IncomingMention{Kind: string(kind), Of: of}
		m.Value, m.Type = v, typ
		made = append(made, d.mention(m))
	}
	return made
}
