package names

import (
	_ "embed"
	"iter"
	"strings"
	"sync"
)

// entries reads a table of data/: lines "key: values", empty lines and lines that
// begin with # apart.
func entries(text string) iter.Seq2[string, string] {
	return func(yield func(key, values string) bool) {
		for line := range strings.Lines(text) {
			line = strings.TrimSpace(line)
			if line == "" || line[0] == '#' {
				continue
			}
			key, values, _ := strings.Cut(line, ":")
			if !yield(strings.TrimSpace(key), strings.TrimSpace(values)) {
				return
			}
		}
	}
}

//go:embed data/arabic.txt
var arabicText string

// arabicNames is data/arabic.txt: the customary Latin spelling of common names in
// Arabic script.
var arabicNames = sync.OnceValue(func() map[string]string {
	table := make(map[string]string, 600)
	for latin, written := range entries(arabicText) {
		for _, w := range strings.Fields(written) {
			table[w] = latin
		}
	}
	return table
})
