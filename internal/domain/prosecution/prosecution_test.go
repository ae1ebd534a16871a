package prosecution

import "testing"

func TestSameName(t *testing.T) {
	for _, k := range []struct {
		a, b string
		same bool
	}{
		{"Danuta Lisowska", "LISOWSKA, Danuta", true}, {"Danuta Lisowska", "danuta  lisowska", true}, {"Олена Шевченко", "Шевченко Олена", true},
		{"Danuta Lisowska", "Danuta", false}, {"Danuta Lisowska", "Danuta Lisowski", false},
		{"", "", false}, {"-", "-", true}, {" ", "Danuta", false}, {"Anna Anna", "Anna", false},
	} {
		if got := sameName(k.a, k.b); got != k.same {
			t.Errorf("%q and %q: %v", k.a, k.b, got)
		}
	}
}

func TestChargeRefuses(t *testing.T) {
	d := &Desk{Offences: []string{"theft"}, Custody: []string{"free"}}
	good := ChargeIn{Name: "Somebody", Offence: "theft", Custody: "free", Month: "2026-09"}
	if err := d.check(good); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*ChargeIn){
		"no name":     func(in *ChargeIn) { in.Name = " " },
		"no offence":  func(in *ChargeIn) { in.Offence = "" },
		"other month": func(in *ChargeIn) { in.Month = "2026-13" },
		"no custody":  func(in *ChargeIn) { in.Custody = "" },
	} {
		in := good
		if change(&in); d.check(in) == nil {
			t.Errorf("%s: it was recorded", name)
		}
	}
}
