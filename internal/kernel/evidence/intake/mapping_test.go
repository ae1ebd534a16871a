package intake

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"lodestar/internal/base/fault"
)

func TestMappingOfValues(t *testing.T) {
	terms := Terms{Keyed: keyed, Mapping: Mapping{
		Values:    map[string]Pairs{"town": {"n/a": "", "B.": "Bern"}},
		Constants: Pairs{"observed": "2024-01-01", "grade": "b2", "handling": "h1", "town": "Genf"},
		Dates:     DayFirst, Unknown: Keep,
	}}
	rows := read(t, "name,town,observed\nAna,b,\nBea,,03/04/2024\nCem,Nowhere,\nDia,N/A,\n", terms)
	got := ""
	for _, r := range rows {
		got += fmt.Sprintf("%s %s %s %s; ", r.Incoming.Narrative, r.Incoming.Observed, r.Incoming.Grade, r.Incoming.Handling.Code)
	}
	if want := "Bern 2024-01-01 B2 H1; Genf 2024-04-03 B2 H1; Nowhere 2024-01-01 B2 H1;  2024-01-01 B2 H1; "; got != want || !strings.HasPrefix(why(rows), "2:ok") {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestMappingFile(t *testing.T) {
	for _, bad := range []string{
		``, `[]`, `null {}`, `{"colums":{}}`, `{"columns":{"a":1}}`, `{"columns":["a"]}`, `{"columns":{"a":"x","a":"y"}}`, `{"columns":{"a b":"x","A_B":"y"}}`,
		`{"values":{"f":{"x":"1","X":"2"}}}`, `{"dates":"ymd"}`, `{"unknown":"drop"}`, `{} {}`, `{"columns":{"a":"b"`, `{"columns":` + strings.Repeat(`{"a":`, 20_000),
		`{"sheet":"` + strings.Repeat("x", maxMapping) + `"}`,
	} {
		if _, err := ReadMapping(strings.NewReader(bad)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%.60s: %v", bad, err)
		}
	}
	m, err := ReadMapping(strings.NewReader(`{"sheet":"Cases","columns":{"Имя":"name","№":"","#":""},"values":{"town":{"B":"Bern"}},"constants":{"grade":"A1"},"dates":"dmy","unknown":"keep"}`))
	if err != nil || m.Columns["Имя"] != "name" || len(m.Columns) != 3 || m.Values["town"]["B"] != "Bern" || m.Dates != DayFirst || m.Unknown != Keep {
		t.Errorf("%+v, %v", m, err)
	}
}

func FuzzMapping(f *testing.F) {
	f.Add([]byte(`{"columns":{"a":"name"},"values":{"town":{"x":"y"}},"constants":{"observed":"2024-01-01"},"dates":"dmy","unknown":"keep"}`))
	f.Add([]byte(`{"columns":{"a":"ref"}}`))
	f.Add([]byte(`{"columns":{"":""}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := ReadMapping(bytes.NewReader(data))
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatal(err)
			}
			return
		}
		b, err := Open(file("a,name,town,observed\n1,Ana,x,01/02/2024\n"), Terms{Mapping: m, Keyed: keyed}, small)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatal(err)
			}
			return
		}
		sound(t, b)
	})
}
