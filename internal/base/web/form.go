package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"lodestar/internal/base/fault"
)

// Form is what a person sent with a form.
type Form struct{ values url.Values }

// ReadForm reads a form of type application/x-www-form-urlencoded.
func ReadForm(r *http.Request) (Form, error) {
	if err := r.ParseForm(); err != nil {
		if tooLarge(err) {
			return Form{}, fault.New(fault.Invalid, "web.ReadForm", "fault.too_large")
		}
		return Form{}, fault.New(fault.Invalid, "web.ReadForm", "fault.unreadable")
	}
	return Form{r.Form}, nil
}

// Text is the field as it was meant: without space around it, in composed
// characters (NFC), with line ends as \n, and without bytes and control
// characters that no keyboard makes.
func (f Form) Text(name string) string { return clean(f.values.Get(name)) }

// All is every value of the field, cleaned, the empty ones left out.
func (f Form) All(name string) []string {
	var all []string
	for _, v := range f.values[name] {
		if v = clean(v); v != "" {
			all = append(all, v)
		}
	}
	return all
}

// Number is the field without the spaces and dashes people write into long
// numbers.
func (f Form) Number(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) {
			return -1
		}
		return r
	}, f.Text(name))
}

// Date is a day given as the three fields name-day, name-month and name-year.
// An untouched field is the zero time. ok is false if something was given that
// is no day of the calendar.
func (f Form) Date(name string) (day time.Time, ok bool) {
	d, m, y := f.Number(name+"-day"), f.Number(name+"-month"), f.Number(name+"-year")
	if d == "" && m == "" && y == "" {
		return time.Time{}, true
	}
	day, err := time.Parse("2006-1-2", y+"-"+unpadded(m)+"-"+unpadded(d))
	return day, err == nil
}

func unpadded(s string) string {
	if n, err := strconv.Atoi(s); err == nil {
		return strconv.Itoa(n)
	}
	return s
}

func clean(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "")
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(norm.NFC.String(s))
}

// Version is the version of the record that the form was filled in on; 0, which is
// none, if it does not say.
func (f Form) Version() int64 {
	n, err := strconv.ParseInt(f.Text("version"), 10, 64)
	if err != nil {
		return 0
	}
	return n
}
