package register

import "math/rand/v2"

const alphabet = "abcdefghijklmnopqrstuvwxyz"

// change is what life did between a person's first record and a later one.
func (r *register) change(rec *record, at int) {
	d := r.draw("change", at)
	if d.Float64() < 0.08 {
		r.settle(rec, d)
	}
	if d.Float64() < 0.02 {
		rec[surname] = common(d, r.surnames, 2.2)
	}
}

// rates are the chances that a value is missing or mistyped when it is taken
// down a second time.
var rates = [columns]struct{ missing, typo float64 }{
	given: {0.02, 0.08}, surname: {0.01, 0.08}, number: {0.04, 0.04}, street: {0.03, 0.12}, building: {0.2, 0.08},
	suburb: {0.02, 0.07}, postcode: {0.02, 0.04}, state: {0.02, 0.02}, born: {0.03, 0.03}, social: {0.10, 0.03},
}

// blur is what clerks did: values lost, mistyped or put in each other's place.
func (r *register) blur(rec *record, at int, strength float64) {
	d := r.draw("blur", at)
	if d.Float64() < 0.02*strength {
		rec[given], rec[surname] = rec[surname], rec[given]
	}
	if v := rec[born]; d.Float64() < 0.01*strength && v[6:] <= "12" {
		rec[born] = v[:4] + v[6:] + v[4:6]
	}
	for i, rate := range rates {
		switch chance := d.Float64() / strength; {
		case chance < rate.missing:
			rec[i] = ""
		case chance < rate.missing+rate.typo && rec[i] != "":
			rec[i] = mistype(d, rec[i])
			if d.Float64() < 0.2 && rec[i] != "" {
				rec[i] = mistype(d, rec[i])
			}
		}
	}
}

// mistype makes one slip of the keyboard.
func mistype(d *rand.Rand, v string) string {
	i := d.IntN(len(v))
	letter := string(alphabet[d.IntN(len(alphabet))])
	if v[0] >= '0' && v[0] <= '9' {
		letter = string('0' + rune(d.IntN(10)))
	}
	switch d.IntN(4) {
	case 0:
		return v[:i] + letter + v[i:]
	case 1:
		return v[:i] + letter + v[i+1:]
	case 2:
		return v[:i] + v[i+1:]
	}
	if i == 0 {
		return v
	}
	return v[:i-1] + string(v[i]) + string(v[i-1]) + v[i+1:]
}
