package sqldb

import (
	"math"
	"strconv"
	"strings"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
)

// After is a place in a list by time: the last row that was shown. Many rows may
// have one time, so the row counts as well. The zero After is before the first.
type After struct {
	At time.Time
	ID string
}

// MarshalText writes the place into a link.
func (p After) MarshalText() ([]byte, error) {
	if p.ID == "" {
		return nil, nil
	}
	return []byte(strconv.FormatInt(clock.Micro(p.At), 10) + "." + p.ID), nil
}

// UnmarshalText reads it back.
func (p *After) UnmarshalText(text []byte) error {
	*p = After{}
	if len(text) == 0 {
		return nil
	}
	at, row, _ := strings.Cut(string(text), ".")
	n, err := strconv.ParseInt(at, 10, 64)
	if err != nil || row == "" || len(row) > 60 {
		return fault.New(fault.Invalid, "sqldb.After", "sqldb.bad_place")
	}
	*p = After{clock.FromMicro(n), row}
	return nil
}

// Rising is the place in a list whose earliest row comes first.
func (p After) Rising() (at int64, row string) {
	if p.ID == "" {
		return math.MinInt64, ""
	}
	return clock.Micro(p.At), p.ID
}

// Falling is the place in a list whose latest row comes first.
func (p After) Falling() (at int64, row string) {
	if p.ID == "" {
		return math.MaxInt64, ""
	}
	return clock.Micro(p.At), p.ID
}
