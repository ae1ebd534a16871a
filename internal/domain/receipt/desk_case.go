package receipt

import (
	"context"
	"encoding/hex"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
)

func (d *Desk) ask(by By, verb Verb, c id.Case) policy.Ask {
	return policy.Ask{Actor: by, Verb: verb, On: ledger.Ref{Kind: "case", ID: c.String()}, Purpose: consent.Assistance}
}

// View is the receipt of a case, as who helps her sees it.
type View struct {
	Case     casework.Case
	Issued   time.Time // zero: she has none that opens
	Messages []Told
	May      bool // issue one, and answer
	Code     string
}

// See shows what she asked, and whether she has a receipt. The code is not there.
func (d *Desk) See(ctx context.Context, by By, c id.Case) (View, error) {
	return act.Look(ctx, d.Ground, d.ask(by, Read, c), func(a *act.Act) (v View, err error) {
		var p casework.Person
		if v.Case, p, err = casework.CaseAndPerson(a, d.Case, c); err != nil {
			return v, err
		}
		v.May = a.May(Issue) && !p.Erased
		if v.Issued, err = issued(a, c); err != nil {
			return v, err
		}
		v.Messages, err = d.told(a, c)
		return v, err
	})
}

// Issue makes her a receipt and gives its code, once: nobody reads it again. One that
// she had opens nothing any more.
func (d *Desk) Issue(ctx context.Context, by By, c id.Case) (string, error) {
	return act.Do(ctx, d.Ground, d.ask(by, Issue, c), func(a *act.Act) (string, error) {
		row, p, err := casework.CaseAndPerson(a, d.Case, c)
		if err == nil && p.Erased {
			err = fault.New(fault.Conflict, string(Issue), "receipt.erased")
		}
		if err != nil {
			return "", err
		}
		if err := casework.Hold(a, c); err != nil {
			return "", err
		}
		code := newCode()
		return written(code), issue(a, row, hex.EncodeToString(a.Token("receipt", code)))
	})
}

// AnswerIn is an answer to what she asked.
type AnswerIn struct {
	Case  id.Case
	N     int64
	Words string
}

// Answer answers her, once.
func (d *Desk) Answer(ctx context.Context, by By, in AnswerIn) error {
	if err := checkWords(Answer, in.Words); err != nil {
		return err
	}
	_, err := act.Do(ctx, d.Ground, d.ask(by, Answer, in.Case), func(a *act.Act) (struct{}, error) {
		_, p, err := casework.CaseAndPerson(a, d.Case, in.Case)
		if err != nil {
			return struct{}{}, err
		}
		if err := answer(a, in.Case, p, in.N, in.Words); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, d.finish(a, in.Case, in.N)
	})
	return err
}

// finish ticks off the task that her message made.
func (d *Desk) finish(a *act.Act, c id.Case, n int64) error {
	list, err := messages(a, c)
	if err != nil {
		return err
	}
	tasks, err := casework.TasksOf(a, c)
	for _, t := range tasks {
		if err == nil && !t.Done && n <= int64(len(list)) && t.Kind == "answer_"+string(list[n-1].Kind) {
			return casework.FinishTask(a, c, t.ID, true)
		}
	}
	return err
}
