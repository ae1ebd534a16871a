package names

import (
	"strings"
	"sync"
)

// shortestRespelt is the length from which a misspelt word of a legal form is
// put right. Shorter words are too close to words of other meaning.
const shortestRespelt = 5

// vocabulary finds the words that are one edit away from a given word. Under each
// word that is left when a letter is taken out stand the words it came from.
type vocabulary struct {
	known map[string]bool // by token key
	near  map[string][]token
}

// legalWords is the vocabulary of data/legalforms.txt.
var legalWords = sync.OnceValue(func() *vocabulary {
	v := &vocabulary{known: make(map[string]bool, 1000), near: make(map[string][]token, 8000)}
	for _, values := range entries(legalFormsText) {
		for _, t := range plainTokens(strings.ReplaceAll(values, ";", " ")) {
			if v.known[t.key()] {
				continue
			}
			v.known[t.key()] = true
			if len(t.text) >= shortestRespelt {
				t = token{text: t.text, sound: t.sound}
				v.near[t.text] = append(v.near[t.text], t)
				for _, rest := range shortened(t.text) {
					v.near[rest] = append(v.near[rest], t)
				}
			}
		}
	}
	return v
})

// nearest finds a word one edit away from text.
func (v *vocabulary) nearest(text string) (token, bool) {
	if t, ok := oneEdit(v.near[text], text); ok {
		return t, true
	}
	for _, rest := range shortened(text) {
		if t, ok := oneEdit(v.near[rest], text); ok {
			return t, true
		}
	}
	return token{}, false
}

func oneEdit(candidates []token, text string) (token, bool) {
	for _, t := range candidates {
		if OSA(t.text, text) == 1 {
			return t, true
		}
	}
	return token{}, false
}

// shortened lists the words that are left when one letter is taken out of text.
func shortened(text string) []string {
	out := make([]string, 0, len(text))
	for i := range len(text) {
		out = append(out, text[:i]+text[i+1:])
	}
	return out
}
