package intake

import (
	"context"
	"errors"
	"strings"
	"testing"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/evidence/intake/table"
)

const good = `{"ref":"1","kind":"test","observed":"2024-01-01","mentions":[{"kind":"person","role":"worker","names":["Ana"]}]}`

func TestJSONLines(t *testing.T) {
	long := `{"ref":"` + strings.Repeat("x", evidence.MaxSignal) + `"}`
	in := good + "\r\n\n" + `{"ref":"2","kind":"test","observed":"never","mentions":[{"kind":"ghost"}]}` + "\n" +
		`{"ref":"3","surprise":1}` + "\n" + strings.Repeat("[", 100_000) + "\n" + long + "\n" + "no json\n" + `{"ref":"a"}{"ref":"b"}` + "\n" + `{"ref":"x"` + "\n" + good
	want := "1:ok 3:0:/observed:bad_date 3:0:/mentions/0/kind:unknown_kind 4:0::unreadable 5:0::unreadable 6:0::too_large 7:0::unreadable 8:0::unreadable 9:0::unreadable 10:ok"
	rows := read(t, in, Terms{})
	if got := why(rows); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if n := rows[0].Incoming.Mentions[0].Names; len(n) != 1 || n[0] != "Ana" {
		t.Errorf("the signal is %+v", rows[0].Incoming)
	}
	if b, err := Open(file("\xEF\xBB\xBF"+good), Terms{}); err != nil || b.Format != table.Lines {
		t.Errorf("with a byte order mark: %v", err)
	}
}

// Lines far longer than memory should hold are passed over, and what cannot be
// read to its end says so.
func TestJSONLinesThatEndBadly(t *testing.T) {
	b, err := Open(file(good+"\n{\"ref\":\""+strings.Repeat("x", 4<<20)+"\"}\n"+good+"\n\"\xE9\"\n"+good), Terms{})
	if err != nil {
		t.Fatal(err)
	}
	var rows []Row
	var last error
	for row, err := range b.Rows(context.Background()) {
		if last = err; err == nil {
			rows = append(rows, row)
		}
	}
	if got := why(rows); got != "1:ok 2:0::too_large 3:ok" || !fault.Is(last, fault.Invalid) {
		t.Errorf("%s, then %v", got, last)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, err := range b.Rows(ctx) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("a cancelled reading gives %v", err)
		}
	}
}

func FuzzLines(f *testing.F) {
	f.Add([]byte(good + "\n" + good))
	f.Add([]byte("{\"ref\":1}\n\n{\n\xFF"))
	f.Add([]byte("\xFF\xFE{\x00}\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := Open(file(string(data)), Terms{Keyed: keyed}, small)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatal(err)
			}
			return
		}
		sound(t, b)
	})
}
