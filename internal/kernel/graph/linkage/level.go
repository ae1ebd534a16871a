package linkage

import "fmt"

// Level says how well two values of one field agree. A higher level is a better
// agreement; Missing stands apart: it is no evidence either way.
type Level uint8

// The levels. A comparator need not use them all: a level that was never seen
// while learning counts as the next lower one.
const (
	Missing Level = iota // one of the two is absent: weight 0, never a disagreement
	Differ
	Low
	Medium
	High
	Exact
	levels
)

var levelNames = [levels]string{"missing", "differ", "low", "medium", "high", "exact"}

// String is the level's name in models, explanations and files.
func (l Level) String() string {
	if l >= levels {
		return fmt.Sprintf("level(%d)", uint8(l))
	}
	return levelNames[l]
}

// MarshalText makes a Level a readable key in JSON.
func (l Level) MarshalText() ([]byte, error) {
	if l >= levels {
		return nil, fmt.Errorf("linkage: no level %d", uint8(l))
	}
	return []byte(levelNames[l]), nil
}

// UnmarshalText reads a level's name.
func (l *Level) UnmarshalText(text []byte) error {
	for i, name := range levelNames {
		if name == string(text) {
			*l = Level(i)
			return nil
		}
	}
	return fmt.Errorf("linkage: no level %.20q", text)
}
