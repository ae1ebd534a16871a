package receipt

import (
	"strconv"
	"strings"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal"
)

// Message is what she asked or complained of, and the answer.
type Message struct {
	N        int64              `class:"public"`
	Kind     Kind               `class:"coded"`
	Words    seal.Field[string] `class:"narrative"`
	At       time.Time          `class:"coded"`
	Answer   seal.Field[string] `class:"narrative"`
	Answered time.Time          `class:"coded"` // zero: not yet
}

// Kind is what a message is.
type Kind string

// The kinds.
const (
	Question  Kind = "question"
	Complaint Kind = "complaint"
)

// Bounds of what is written, in bytes and in messages of one case: whoever holds a
// stolen receipt cannot fill the node.
const (
	mostWords    = 15_000
	mostMessages = 200
)

func checkWords(op Verb, words string) error {
	v := fault.New(fault.Invalid, string(op), "receipt.invalid")
	if strings.TrimSpace(words) == "" {
		v.At("/words", "receipt.say_words")
	}
	if len(words) > mostWords {
		v.At("/words", "receipt.long_words")
	}
	return v.OrNil()
}

func placeWords(c id.Case, n int64) string {
	return "receipt_message/words/" + c.String() + "/" + strconv.FormatInt(n, 10)
}

func placeAnswer(c id.Case, n int64) string {
	return "receipt_message/answer/" + c.String() + "/" + strconv.FormatInt(n, 10)
}
