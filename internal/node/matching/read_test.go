package matching

import (
	"strings"
	"testing"

	"lodestar/internal/base/fault"
)

func TestClean(t *testing.T) {
	for given, want := range map[string]string{
		"":                "",
		"  Anna\tMaria  ": "anna maria",
		"O'Brien":         "o'brien",
		"JOSE\u0301":      "josé",
		"\uFF21nna":       "anna",
		"a\u00a0b":        "a b",
	} {
		if got, err := clean(given); err != nil || got != want {
			t.Errorf("%q became %q, %v, want %q", given, got, err, want)
		}
	}
}

func TestCleanRefusesWhatGrowsTooLong(t *testing.T) {
	if _, err := clean(strings.Repeat("\ufdfa", maxValue/3)); err == nil { // each becomes 18 letters
		t.Error("not refused")
	}
}

func TestReadSkipsTheMarkOfUTF8(t *testing.T) {
	f, err := open(Input{"a", strings.NewReader("\uFEFF" + header + "\nrec-7-org, Anna, Berg, 19800101\n")})
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	err = f.read(t.Context(), []string{"surname"}, func(person int, values []string) error {
		rows++
		if person != 7 || values[0] != "berg" {
			t.Errorf("person %d, values %q", person, values)
		}
		return nil
	})
	if err != nil || rows != 1 {
		t.Errorf("%d rows, %v", rows, err)
	}
}

// Whatever the bytes, reading ends with clean records or with one refusal.
func FuzzRead(f *testing.F) {
	f.Add([]byte(header + "\nrec-1-org, anna, berg, 19800101\n"))
	f.Add([]byte("\uFEFFrec_id,surname\r\nrec-1-dup-2,\"a\"\"b\"\r\n"))
	f.Add([]byte("rec_id,surname\nrec-1-org,\"open"))
	f.Add([]byte("rec_id\n\n\nrec-1-org\n"))
	f.Add([]byte("\xff\xfe\x00"))
	f.Add([]byte("rec_id,surname\nrec-1-org,=cmd|' /C calc'!A0\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := open(Input{"fuzz", strings.NewReader(string(data))})
		if err == nil {
			err = file.read(t.Context(), file.columns[:1], func(person int, values []string) error {
				if person < 0 || len(values[0]) > maxValue || values[0] != strings.TrimSpace(values[0]) {
					t.Errorf("person %d, value %q", person, values[0])
				}
				return nil
			})
		}
		if err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("not a refusal of the input: %v", err)
		}
	})
}
