package sqldb

import (
	"math"
	"strings"
	"testing"
	"time"

	"lodestar/internal/base/fault"
)

func TestAfterIsReadBack(t *testing.T) {
	place := After{At: time.Date(2025, 3, 1, 9, 0, 0, 123000, time.UTC), ID: "imp_x.y"}
	text, err := place.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	var got After
	if err := got.UnmarshalText(text); err != nil || !got.At.Equal(place.At) || got.ID != place.ID {
		t.Errorf("%q is read as %+v, %v", text, got, err)
	}
	for _, bad := range []string{"1", "1.", "x.y", ".", "99999999999999999999.a", "1." + strings.Repeat("ж", 61), "\x00"} {
		if err := got.UnmarshalText([]byte(bad)); !fault.Is(err, fault.Invalid) || got != (After{}) {
			t.Errorf("%q is read as %+v, %v", bad, got, err)
		}
	}
	if err := got.UnmarshalText(nil); err != nil || got != (After{}) {
		t.Errorf("nothing is read as %+v, %v", got, err)
	}
	if text, err := got.MarshalText(); len(text) != 0 || err != nil {
		t.Errorf("the head of a list has the text %q, %v", text, err)
	}
	if at, row := got.Rising(); at != math.MinInt64 || row != "" {
		t.Errorf("rising from %d %q", at, row)
	}
	if at, _ := got.Falling(); at != math.MaxInt64 {
		t.Errorf("falling from %d", at)
	}
}
