package graph

import (
	"testing"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
)

func TestJudgeRefuses(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	ctx := t.Context()
	s := w.record(w.source, signal(mentions(person(evidence.Recruiter, "", "Ivan Petrov"), thing(evidence.Phone, 0, "07700900001"))))
	o := w.record(w.other, signal(mentions(person(evidence.Recruiter, "", "Ivan Petrov"))))
	gone := w.record(w.source, signal(mentions(person(evidence.Recruiter, "", "Ivan Petrov"))))
	w.resolve()
	w.forget(gone, 1)
	a, phone, b := s.Mentions[0].ID, s.Mentions[1].ID, o.Mentions[0].ID
	before := w.scalar("SELECT count(*) FROM evidence_signal")
	for _, c := range []struct {
		name string
		do   func() error
		want fault.Kind
	}{
		{"a responder", func() error { _, err := w.graph.Judge(ctx, w.source, a, b, Same, "seen"); return err }, fault.Withheld},
		{"no such verdict", func() error { _, err := w.graph.Judge(ctx, w.analyst, a, b, "perhaps", "seen"); return err }, fault.Invalid},
		{"no such mention", func() error {
			_, err := w.graph.Judge(ctx, w.analyst, a, id.New[id.Mention](), Same, "seen")
			return err
		}, fault.NotFound},
		{"a person and a telephone", func() error { _, err := w.graph.Judge(ctx, w.analyst, a, phone, Same, "seen"); return err }, fault.Invalid},
		{"one and the same", func() error { _, err := w.graph.Judge(ctx, w.analyst, a, a, Same, "seen"); return err }, fault.Invalid},
		{"somebody erased", func() error {
			_, err := w.graph.Judge(ctx, w.analyst, a, gone.Mentions[0].ID, Same, "seen")
			return err
		}, fault.Invalid},
		{"words for a reason", func() error { _, err := w.graph.Judge(ctx, w.analyst, a, b, Same, "Ivan is him"); return err }, fault.Invalid},
		{"no reason", func() error { _, err := w.graph.Judge(ctx, w.analyst, a, b, Same, ""); return err }, fault.Invalid},
		{"outside the scope", func() error { _, err := w.graph.Judge(ctx, w.local, a, b, Same, "seen"); return err }, fault.Withheld},
		{"merge outside the scope", func() error {
			_, err := w.graph.Merge(ctx, w.local, w.entity(s, 1), w.entity(o, 1), "seen")
			return err
		}, fault.Withheld},
		{"merge of two kinds", func() error {
			_, err := w.graph.Merge(ctx, w.analyst, w.entity(s, 1), w.entity(s, 2), "seen")
			return err
		}, fault.Invalid},
		{"merge with itself", func() error {
			_, err := w.graph.Merge(ctx, w.analyst, w.entity(s, 1), w.entity(s, 1), "seen")
			return err
		}, fault.Invalid},
		{"split of nothing", func() error { _, err := w.graph.Split(ctx, w.analyst, w.entity(s, 1), nil, "seen"); return err }, fault.Invalid},
		{"split of all", func() error {
			_, err := w.graph.Split(ctx, w.analyst, w.entity(s, 1), []id.Mention{a}, "seen")
			return err
		}, fault.Invalid},
		{"split of another's", func() error {
			_, err := w.graph.Split(ctx, w.analyst, w.entity(s, 1), []id.Mention{b}, "seen")
			return err
		}, fault.Invalid},
		{"take back what is no verdict", func() error { _, err := w.graph.TakeBack(ctx, w.analyst, s.ID, "mistaken"); return err }, fault.NotFound},
	} {
		if err := c.do(); !fault.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	if n := w.scalar("SELECT count(*) FROM evidence_signal"); n != before {
		t.Errorf("%d signals recorded by refusals", n-before)
	}
}

// TestTakenBackTwice: of two who take one verdict back one does, whether at the
// same moment or before resolution has followed; the other is told, and both stand
// in the ledger.
func TestTakenBackTwice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		w := newWorld(t, source)
		var s []evidence.Signal
		for range 2 {
			s = append(s, w.record(w.source, signal(mentions(person(evidence.Recruiter, "", "Ivan Petrov")))))
		}
		w.resolve()
		verdict, err := w.graph.Judge(t.Context(), w.analyst, s[0].Mentions[0].ID, s[1].Mentions[0].ID, Same, "looked_at")
		ok(t, err)
		w.resolve()
		lines, told := w.scalar("SELECT count(*) FROM ledger_line"), make(chan error, 2)
		take := func() { _, err := w.graph.TakeBack(t.Context(), w.analyst, verdict, "mistaken"); told <- err }
		go take()
		go take()
		one, other := <-told, <-told
		if one != nil {
			one, other = other, one
		}
		if key, _ := fault.Say(other); one != nil || !fault.Is(other, fault.Conflict) || key != "evidence.already_retracted" {
			t.Errorf("%v, and %v", one, other)
		}
		if n := w.scalar("SELECT count(*) FROM ledger_line"); n != lines+2 {
			t.Errorf("%d lines of the ledger for two acts", n-lines)
		}
		w.resolve()
		if w.entity(s[0], 1) == w.entity(s[1], 1) {
			t.Error("it still holds")
		}
		w.rebuilds()
	})
}

// TestVerdicts: what people say joins and parts, the later word over the earlier,
// and taking it back restores what was.
func TestVerdicts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		w := newWorld(t, source)
		ctx := t.Context()
		var s []evidence.Signal
		for _, born := range []string{"", "", "1971-05-02", "1971-05-02"} {
			s = append(s, w.record(w.source, signal(mentions(person(evidence.Recruiter, born, "Ivan Petrov"), thing(evidence.Phone, 1, "0770090000"+string(rune('0'+len(s))))))))
		}
		w.resolve()
		check := func(when string, same01, same23, same02 bool) {
			t.Helper()
			w.resolve()
			e := func(i int) id.Entity { return w.entity(s[i], 1) }
			if e(0) == e(1) != same01 || e(2) == e(3) != same23 || e(0) == e(2) != same02 {
				t.Errorf("%s: %v %v %v %v", when, e(0), e(1), e(2), e(3))
			}
			w.rebuilds()
		}
		judge := func(i, j int, v Verdict) id.Signal {
			t.Helper()
			sig, err := w.graph.Judge(ctx, w.analyst, s[i].Mentions[0].ID, s[j].Mentions[0].ID, v, "looked_at")
			ok(t, err)
			return sig
		}
		takeBack := func(v id.Signal) {
			t.Helper()
			_, err := w.graph.TakeBack(ctx, w.analyst, v, "mistaken")
			ok(t, err)
		}
		asked := func() int64 { return w.scalar("SELECT count(*) FROM graph_pair WHERE asked") }
		check("the machine alone", false, true, false)
		all := asked()
		joined := judge(0, 1, Same)
		check("same", true, true, false)
		parted := judge(2, 3, Different)
		check("different", true, false, false)
		unsureOf := judge(0, 2, Unsure)
		check("unsure", true, false, false)
		if n := asked(); n != all-3 { // of 0 and 1, who are one, and 2 as well
			t.Errorf("%d of %d are still asked", n, all)
		}
		again := judge(2, 3, Same)
		check("the later word", true, true, false)
		takeBack(again)
		check("the earlier word again", true, false, false)
		merged, err := w.graph.Merge(ctx, w.analyst, w.entity(s[0], 1), w.entity(s[2], 1), "one_person")
		ok(t, err)
		check("merged", true, false, true)
		for _, v := range []id.Signal{merged, unsureOf, parted, joined} {
			takeBack(v)
		}
		check("all taken back", false, true, false)
		if n := asked(); n != all {
			t.Errorf("%d are asked, %d before", n, all)
		}
	})
}

// TestOneQuestionForTwo: however often two are mentioned, a person is asked once
// whether they are one, and answers once.
func TestOneQuestionForTwo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		w := newWorld(t, source)
		var s []evidence.Signal
		for _, phone := range []string{"07700900001", "07700900002"} {
			for range 3 {
				s = append(s, w.record(w.source, signal(mentions(person(evidence.Recruiter, "", "Ivan Petrov"), thing(evidence.Phone, 1, phone)))))
			}
		}
		w.resolve()
		questions := func() []Doubt {
			t.Helper()
			list, err := w.graph.Queue(t.Context(), w.analyst, Place{}, false, 50)
			ok(t, err)
			return list
		}
		list := questions()
		if w.entity(s[0], 1) != w.entity(s[2], 1) || w.entity(s[0], 1) == w.entity(s[3], 1) || len(list) != 1 {
			t.Fatalf("%d questions about two entities", len(list))
		}
		if asked := w.scalar("SELECT count(*) FROM graph_pair WHERE asked"); asked < 3 {
			t.Fatalf("only %d pairs are doubtful: the test shows nothing", asked)
		}
		for _, v := range []Verdict{Different, Unsure, Same} {
			word, err := w.graph.Judge(t.Context(), w.analyst, list[0].A.Mention, list[0].B.Mention, v, "looked_at")
			ok(t, err)
			w.resolve()
			if left := questions(); len(left) != 0 {
				t.Errorf("%s: %d questions are left", v, len(left))
			}
			if one := w.entity(s[0], 1) == w.entity(s[5], 1); one != (v == Same) {
				t.Errorf("%s: they are one: %v", v, one)
			}
			w.rebuilds()
			_, err = w.graph.TakeBack(t.Context(), w.analyst, word, "mistaken")
			ok(t, err)
			w.resolve()
			if back := questions(); len(back) != 1 {
				t.Errorf("%s taken back: %d questions", v, len(back))
			}
		}
	})
}

// TestSplit: a whole group is parted by one word, and comes together again.
func TestSplit(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	var s []evidence.Signal
	for range 6 {
		s = append(s, w.record(w.source, signal(mentions(thing(evidence.Phone, 0, "07700900001")))))
	}
	w.resolve()
	whole := w.entity(s[0], 1)
	v, err := w.graph.Split(t.Context(), w.analyst, whole, []id.Mention{s[3].Mentions[0].ID, s[4].Mentions[0].ID, s[5].Mentions[0].ID}, "number_changed_hands")
	ok(t, err)
	w.resolve()
	later := w.record(w.source, signal(mentions(thing(evidence.Phone, 0, "07700900001"))))
	w.resolve()
	for i, want := range []id.Entity{whole, whole, whole, w.entity(s[3], 1), w.entity(s[3], 1), w.entity(s[3], 1)} {
		if got := w.entity(s[i], 1); got != want {
			t.Errorf("mention %d is of %v", i, got)
		}
	}
	if w.entity(s[3], 1) == whole || w.entity(later, 1) != w.entity(s[3], 1) {
		t.Error("not parted, or the newest did not go with those before it")
	}
	w.rebuilds()
	_, err = w.graph.TakeBack(t.Context(), w.analyst, v, "mistaken")
	ok(t, err)
	w.resolve()
	if w.entity(s[5], 1) != whole || w.entity(later, 1) != whole {
		t.Error("not one again")
	}
	w.rebuilds()
}
