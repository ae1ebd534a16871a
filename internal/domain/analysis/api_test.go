package analysis

import (
	"bytes"
	"strings"
	"testing"

	"lodestar/internal/base/fault"
)

// FuzzBatch: each line that counts is either a signal or has a fault, and bears
// its own number.
func FuzzBatch(f *testing.F) {
	const good = `{"ref":"1","kind":"referral","observed":"2026-11-20","mentions":[]}`
	for _, seed := range []string{"", "\n", good, good + "\r\n\n" + good, `{"ref":` + "\n" + good, "\xff\n{}", strings.Repeat("{}\n", batchLines), strings.Repeat("{}\n", batchLines+1)} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		lines, signals, err := readBatch(body)
		if err != nil {
			if !fault.Is(err, fault.Invalid) || lines != nil || signals != 0 {
				t.Errorf("%v with %d lines", err, len(lines))
			}
			return
		}
		all, read := bytes.SplitAfter(body, []byte("\n")), 0
		for _, l := range lines {
			if len(bytes.TrimSpace(all[l.row.Number-1])) == 0 {
				t.Errorf("line %d is empty and counts", l.row.Number)
			}
			if l.fault == nil {
				read++
			}
		}
		if read != signals || len(lines) > batchLines {
			t.Errorf("%d lines, %d read, %d signals", len(lines), read, signals)
		}
	})
}
