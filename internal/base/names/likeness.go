package names

// compareTokens is how alike two words are, and why.
func compareTokens(t, u *token) (float64, Reason) {
	switch {
	case t.role == numeral || u.role == numeral:
		return 0, None
	case t.role == initial || u.role == initial:
		return compareInitial(t, u)
	case t.concept != 0 && u.concept != 0:
		return 0, None // two words that the tables know to be two
	case len(t.native) > 0 && len(u.native) > 0 && scriptOf(t.native[0]) == scriptOf(u.native[0]):
		return nativeLikeness(t.native, u.native), Spelling
	}
	if t.sound == u.sound && t.sound != "" {
		return likeSound, SameSound
	}
	best, why := spellingLikeness(t, u), Spelling
	if t.consonantal() != u.consonantal() {
		return max(best, frameLikeness(t.skeleton, u.skeleton)), Frame
	}
	if (t.concept != 0) != (u.concept != 0) && best < likeKnown {
		return 0, None
	}
	if len(t.groups) == 0 || len(u.groups) == 0 {
		return best, why
	}
	if shareGroup(t.groups, u.groups) {
		return max(best, likeForm), NameForm
	}
	return 0, None // Maria and Mario are two names, however alike
}

// spellingLikeness is the best likeness of the sounds and the romanisations of two
// words. Words that sound nothing alike are not compared further.
func spellingLikeness(t, u *token) float64 {
	best := likeness(t.sound, u.sound, farApart)
	if best < farApart && t.sound != "" && u.sound != "" {
		return best
	}
	best = max(best, likeness(t.text, u.text, alike))
	if t.other != "" {
		best = max(best, likeness(t.other, u.text, alike))
	}
	if u.other != "" {
		best = max(best, likeness(t.text, u.other, alike))
	}
	if t.other != "" && u.other != "" {
		best = max(best, likeness(t.other, u.other, alike))
	}
	if best < alike && min(len(t.text), len(u.text)) == slipLength && t.text[0] == u.text[0] && OSA(t.text, u.text) == 1 {
		return alike
	}
	return best
}

// slipLength is the length of the shortest words in which one slip of the hand is
// forgiven, if it spares the first letter: Elhn for Elon. In shorter words it makes
// another name.
const slipLength = 4

// consonantal tells whether a word lacks its vowels: it is in a script that omits
// them, or was written without them.
func (t *token) consonantal() bool {
	if t.bare || len(t.sound) < 3 {
		return t.bare
	}
	for i := range len(t.sound) {
		if isVowel(t.sound[i]) {
			return false
		}
	}
	return true
}

// frameLikeness compares two skeletons. They are short, so that only frames that
// are the same, or long and all but the same, speak for one name.
func frameLikeness(a, b string) float64 {
	if a == "" || b == "" {
		return 0
	}
	if a == b {
		return likeFrame
	}
	return 1 - 1.2*float64(align(clip(a), clip(b), &frameCosts, longestWord*edit))/float64(edit*max(len(a), len(b)))
}

func shareGroup(a, b []uint16) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}

// compareInitial takes a letter for a word that begins with it in any spelling.
func compareInitial(t, u *token) (float64, Reason) {
	if t.role != initial {
		t, u = u, t
	}
	if u.role == particle {
		return 0, None
	}
	for _, a := range t.spellings() {
		for _, b := range u.spellings() {
			if a[0] == b[0] && (u.role != initial || len(a) == len(b)) {
				return likeLetter, Initial
			}
		}
	}
	return 0, None
}

// nativeLikeness compares words of one script as written.
func nativeLikeness(a, b []rune) float64 {
	if len(a) > longestWord || len(b) > longestWord {
		return 0
	}
	return 1 - float64(runeOSA(a, b))/float64(max(len(a), len(b)))
}
