package law

import (
	"slices"
	"testing"
	"time"
)

// protection.md §14, P17: what nobody has entered is named, and only that.
func TestMissing(t *testing.T) {
	all, on := laws(t), time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	if got := all["XN"].Missing(on); len(got) > 0 || len(all["XN"].Standards(on)) != 2 || len(all["XN"].Duties()) != 3 || len(all["XN"].Treaties(on)) != 1 {
		t.Errorf("XN lacks %v, has %v", got, all["XN"].Standards(on))
	}
	de := all["DE"]
	if got := de.Missing(on); slices.Contains(got, ProtectedBy) || len(got) != len(Asked)-len(de.Rules(on)) {
		t.Errorf("DE lacks %v", got)
	}
	if got := (Law{Zone: time.UTC}).Missing(on); len(got) != len(Asked) {
		t.Errorf("a State without law lacks %v", got)
	}
}

// The law of the demonstration holds every period that the program asks for, and none
// that it does not.
func TestNorthlandIsComplete(t *testing.T) {
	xn := laws(t)["XN"]
	on := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	if missing := xn.Missing(on); len(missing) > 0 {
		t.Errorf("it lacks %v", missing)
	}
	for _, r := range xn.Rules(on) {
		if !slices.Contains(Asked, r.Name) {
			t.Errorf("nothing asks for %s", r.Name)
		}
	}
}
