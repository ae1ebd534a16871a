package child

import (
	"math/rand/v2"
	"slices"
	"testing"

	"lodestar/internal/kernel/evidence"
)

// TestEffectiveAge: every combination of up to three words, against the rule said in
// another way: the last determination and whatever doubt followed it.
func TestEffectiveAge(t *testing.T) {
	for _, words := range upTo(3) {
		var settled AgeKind
		doubt, claim := false, false
		for _, k := range words {
			switch k {
			case DeterminedChild, DeterminedAdult:
				settled, doubt = k, false
			case ClaimedChild, Disputed:
				doubt = true
			case ClaimedAdult:
				claim = true
			}
		}
		want := evidence.Child
		if !doubt && (settled == DeterminedAdult || settled == "" && claim) {
			want = evidence.Adult
		}
		if got := Effective(words); got != want {
			t.Errorf("%v: %s, want %s", words, got, want)
		}
	}
	for _, c := range []struct {
		want  evidence.AgeClass
		words []AgeKind
	}{
		{evidence.Child, nil},
		{evidence.Adult, []AgeKind{ClaimedAdult}},
		{evidence.Child, []AgeKind{ClaimedAdult, Disputed}},
		{evidence.Child, []AgeKind{Disputed, ClaimedAdult}},
		{evidence.Child, []AgeKind{ClaimedChild, ClaimedAdult, ClaimedAdult}},
		{evidence.Adult, []AgeKind{ClaimedChild, Disputed, DeterminedAdult}},
		{evidence.Child, []AgeKind{DeterminedAdult, ClaimedChild}},
		{evidence.Child, []AgeKind{DeterminedChild, ClaimedAdult}},
		{evidence.Adult, []AgeKind{DeterminedChild, DeterminedAdult, ClaimedAdult}},
		{evidence.Child, []AgeKind{DeterminedAdult, DeterminedChild}},
	} {
		if got := Effective(c.words); got != c.want {
			t.Errorf("%v: %s, want %s", c.words, got, c.want)
		}
	}
}

// TestEffectiveAgeProperties: doubt always makes her a child again and nothing but a
// determination takes it away; between two determinations the order of what is said
// does not matter.
func TestEffectiveAgeProperties(t *testing.T) {
	r := rand.New(rand.NewPCG(18, 197))
	for range 5000 {
		words := make([]AgeKind, r.IntN(8))
		for i := range words {
			words[i] = AgeKinds[r.IntN(len(AgeKinds))]
		}
		now := Effective(words)
		for _, doubt := range []AgeKind{ClaimedChild, Disputed, DeterminedChild} {
			if Effective(append(slices.Clone(words), doubt)) != evidence.Child {
				t.Fatalf("%v and then %s: an adult", words, doubt)
			}
		}
		if len(words) > 0 && now == evidence.Child && Effective(append(slices.Clone(words), ClaimedAdult)) != evidence.Child {
			t.Fatalf("%v: one word made an adult of her", words)
		}
		if Effective(append(slices.Clone(words), DeterminedAdult)) != evidence.Adult {
			t.Fatalf("%v: cannot be determined", words)
		}
		mixed := slices.Clone(words)
		for from := 0; from < len(mixed); {
			to := from
			for to < len(mixed) && !mixed[to].determines() {
				to++
			}
			r.Shuffle(to-from, func(i, j int) { mixed[from+i], mixed[from+j] = mixed[from+j], mixed[from+i] })
			from = to + 1
		}
		if Effective(mixed) != now {
			t.Fatalf("%v is %s, %v is %s", words, now, mixed, Effective(mixed))
		}
	}
}

func upTo(n int) (out [][]AgeKind) {
	out = [][]AgeKind{{}}
	for from := 0; n > 0; n-- {
		to := len(out)
		for _, w := range out[from:to] {
			for _, k := range AgeKinds {
				out = append(out, append(slices.Clone(w), k))
			}
		}
		from = to
	}
	return out
}
