package web

import (
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"lodestar/internal/base/fault"
)

func posted(body string) (Form, error) {
	r := httptest.NewRequest("POST", "/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return ReadForm(r)
}

func TestUnreadableForm(t *testing.T) {
	for _, body := range []string{"a=%zz", "a=%"} {
		if _, err := posted(body); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", body, err)
		}
	}
}

func TestFormCleansWhatWasTyped(t *testing.T) {
	f, err := posted(url.Values{
		"name": {"  Zoë\u0000\u202f "}, "two": {" a ", "", "b\r\nc"}, "bad": {"a\xffb\x1b[31m"}, "number": {" +370 600–00 118 "},
	}.Encode())
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"name": "Zoë", "bad": "ab[31m", "missing": ""} {
		if got := f.Text(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	if got := f.All("two"); !slices.Equal(got, []string{"a", "b\nc"}) {
		t.Errorf("two = %q", got)
	}
	if got := f.Number("number"); got != "+37060000118" {
		t.Errorf("number = %q", got)
	}
}

func TestDate(t *testing.T) {
	for _, c := range []struct {
		day, month, year string
		want             string
		ok               bool
	}{
		{"", "", "", "0001-01-01", true},
		{" 4", "03", "2027", "2027-03-04", true},
		{"29", "2", "2024", "2024-02-29", true},
		{"29", "2", "2023", "", false},
		{"0", "1", "2024", "", false},
		{"1", "13", "2024", "", false},
		{"1", "1", "24", "", false},
		{"1", "", "2024", "", false},
		{"-1", "1", "2024", "2024-01-01", true},
		{"1e1", "1", "2024", "", false},
	} {
		f, err := posted(url.Values{"d-day": {c.day}, "d-month": {c.month}, "d-year": {c.year}}.Encode())
		if err != nil {
			t.Fatal(err)
		}
		got, ok := f.Date("d")
		if ok != c.ok || ok && got.Format(time.DateOnly) != c.want {
			t.Errorf("%+v: %v %v", c, got, ok)
		}
	}
}

func FuzzForm(f *testing.F) {
	for _, seed := range []string{"", "a=b", "a=%zz", "a=\xff&d-day=1&d-month=1&d-year=1", "a=%00%0d%0a", strings.Repeat("a=1&", 1000)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		form, err := posted(body)
		if err != nil {
			return
		}
		form.Date("d")
		s := form.Text("a")
		if !utf8.ValidString(s) || s != strings.TrimSpace(s) || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
			t.Errorf("Text = %q", s)
		}
	})
}
