package demo

import "math/rand/v2"

// draw is a source of chance. Only whole numbers are drawn, so that every
// machine draws the same.
type draw struct{ *rand.Rand }

// The streams of chance of one seed. Each referral and each hub has its own, by
// its number above the base, and is therefore the same however many there are.
const (
	planStream uint64 = iota << 40
	slotStream
	hubStream
	writeStream
	scaleStream
	scaleHubStream
)

func newDraw(seed, stream uint64) draw {
	return draw{rand.New(rand.NewPCG(seed, stream))}
}

// percent is true p times in a hundred.
func (d draw) percent(p int) bool { return d.IntN(100) < p }

// between is a number from low to high, both included.
func (d draw) between(low, high int) int { return low + d.IntN(high-low+1) }

// one picks any of the choices.
func one[T any](d draw, of []T) T { return of[d.IntN(len(of))] }

// common picks one of the choices, the earlier ones more often.
func common[T any](d draw, of []T) T {
	return of[min(d.IntN(len(of)), d.IntN(len(of)))]
}

// weighed picks an index, each as often as its weight says.
func weighed(d draw, weights []int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	at := d.IntN(sum)
	for i, w := range weights {
		if at -= w; at < 0 {
			return i
		}
	}
	return len(weights) - 1
}
