package story

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"lodestar/internal/base/fault"
	"lodestar/internal/domain/receipt"
)

func receiptOf(ts *testscript.TestScript, s *teller, a []string) error {
	code, err := s.node.Receipts.Issue(ctx(ts), s.by, s.of(ts, a[0]))
	if err == nil {
		s.codes[a[0]] = code
	}
	return err
}

// my: what her own page says. It needs nobody to be signed in.
func my(ts *testscript.TestScript, s *teller, a []string) error {
	v, err := s.node.Receipts.Open(ctx(ts), s.codes[a[0]])
	if err != nil {
		return err
	}
	words := []string{v.State, v.Alias.Value, "later=" + strconv.FormatBool(!v.Later.IsZero())}
	for _, w := range v.Words {
		words = append(words, "word:"+string(w.State)+":"+v.Names[w.Recipient])
	}
	for _, r := range v.Sent {
		words = append(words, "sent:"+v.Names[r.Recipient]+":"+string(r.State))
	}
	for _, e := range v.Seen {
		words = append(words, "seen:"+e.Verb+":"+e.Organisation[:3])
	}
	for _, m := range v.Messages {
		words = append(words, m.Said.Value, m.Reply.Value)
	}
	for _, w := range a[1:] {
		word, absent := strings.CutPrefix(w, "-")
		if strings.Contains(strings.Join(words, " "), word) == absent {
			ts.Fatalf("her page says %v: %q", words, w)
		}
	}
	return nil
}

func myWithdraw(ts *testscript.TestScript, s *teller, a []string) error {
	v, err := s.node.Receipts.Open(ctx(ts), s.codes[a[0]])
	if err != nil {
		return err
	}
	for _, w := range v.Words {
		if w.Live(v.Now) {
			return s.node.Receipts.Withdraw(ctx(ts), s.codes[a[0]], w.ID)
		}
	}
	return fault.New(fault.NotFound, "story", "no live consent")
}

func mySay(ts *testscript.TestScript, s *teller, a []string) error {
	return s.node.Receipts.Say(ctx(ts), s.codes[a[0]], receipt.Kind(a[1]), strings.Join(a[2:], " "))
}

func reply(ts *testscript.TestScript, s *teller, a []string) error {
	n, err := strconv.ParseInt(a[1], 10, 64)
	if err != nil {
		return err
	}
	return s.node.Receipts.Answer(ctx(ts), s.by, receipt.AnswerIn{Case: s.of(ts, a[0]), N: n, Words: strings.Join(a[2:], " ")})
}

// guess: a code that is wrong, and one that can be none, look the same.
func guess(ts *testscript.TestScript, s *teller, a []string) error {
	_, wrong := s.node.Receipts.Open(ctx(ts), a[0])
	_, none := s.node.Receipts.Open(ctx(ts), "perhaps")
	if fault.Status(fault.KindOf(wrong)) != 404 || fault.KindOf(wrong) != fault.KindOf(none) {
		return fmt.Errorf("a wrong code: %v; none at all: %v", wrong, none)
	}
	return nil
}
