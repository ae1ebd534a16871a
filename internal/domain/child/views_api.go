package child

import (
	"time"

	"lodestar/internal/base/rest"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
)

// What programs are answered is a promise: fields are added, never renamed and
// never taken away. What is answered to a POST holds ids and codes only.

type childRow struct {
	ID      id.Case   `json:"id"`
	Code    string    `json:"code" doc:"Said aloud instead of a name"`
	State   string    `json:"state"`
	Opened  time.Time `json:"opened"`
	Moved   time.Time `json:"moved"`
	Version int64     `json:"version"`
}

func rowOfChild(c casework.Case) childRow {
	return childRow{c.ID, c.Code, c.State, c.Opened, c.Moved, c.Version}
}

type childOut struct {
	ETag string `header:"ETag"`
	Body childRow
}

type madeOut struct {
	Location string `header:"Location"`
	ETag     string `header:"ETag"`
	Body     childRow
}

func madeOf(c casework.Case) *madeOut {
	return &madeOut{Location: rest.Root + "/children/" + c.ID.String(), ETag: rest.Tag(c.Version), Body: rowOfChild(c)}
}

type spokenOut struct {
	Location string `header:"Location"`
	Body     spoken
}

type spoken struct {
	Consent id.Consent `json:"consent"`
}

type seeChildOut struct {
	ETag string `header:"ETag"`
	Body childAnswer
}

type childAnswer struct {
	Case           childRow           `json:"case"`
	Alias          sealedText         `json:"alias"`
	Name           sealedText         `json:"name"`
	Birth          sealedText         `json:"birth" doc:"Month and year"`
	OfAge          *time.Time         `json:"of_age,omitempty"`
	TreatedAs      evidence.AgeClass  `json:"treated_as" doc:"A child, unless nobody doubts that she is not"`
	Ages           []ageRow           `json:"ages" nullable:"false"`
	Guardians      []guardianRow      `json:"guardians" nullable:"false"`
	Assessments    []assessmentRow    `json:"assessments" nullable:"false"`
	Determinations []bestInterestsRow `json:"determinations" nullable:"false"`
	Care           []careRow          `json:"care" nullable:"false"`
	Missing        []missingRow       `json:"missing" nullable:"false"`
	Life           []lifeRow          `json:"life" nullable:"false"`
	Consents       []childWord        `json:"consents" nullable:"false"`
	Clocks         []childClock       `json:"clocks" nullable:"false"`
	NotConfigured  []string           `json:"not_configured" nullable:"false" doc:"Periods that the State has not laid down: no clock runs for them"`
	Can            []policy.Verb      `json:"can" nullable:"false"`
}

// sealedText is a text as far as the reader may see it.
type sealedText struct {
	Value    string `json:"value,omitempty"`
	Withheld bool   `json:"withheld,omitempty" doc:"There is a value, and it is not for you, or not for this purpose"`
	Erased   bool   `json:"erased,omitempty" doc:"There was a value"`
}

type ageRow struct {
	Kind   AgeKind    `json:"kind"`
	Source string     `json:"source"`
	At     time.Time  `json:"at"`
	Note   sealedText `json:"note"`
}

type guardianRow struct {
	State        GuardianState   `json:"state"`
	Guardian     id.User         `json:"guardian,omitzero"`
	Organisation id.Organisation `json:"organisation,omitzero"`
	Reason       string          `json:"reason,omitempty"`
}

type assessmentRow struct {
	N          int64      `json:"n"`
	Action     string     `json:"action"`
	InInterest bool       `json:"in_interest"`
	Heard      string     `json:"heard,omitempty"`
	Unheard    string     `json:"unheard,omitempty"`
	Wishes     sealedText `json:"wishes"`
	Reasons    sealedText `json:"reasons"`
	At         time.Time  `json:"at"`
}

type bestInterestsRow struct {
	N         int64              `json:"n"`
	State     DeterminationState `json:"state"`
	Question  string             `json:"question"`
	Outcome   string             `json:"outcome,omitempty"`
	Heard     string             `json:"heard,omitempty"`
	Unheard   string             `json:"unheard,omitempty"`
	Wishes    sealedText         `json:"wishes"`
	Options   sealedText         `json:"options"`
	Reasons   sealedText         `json:"reasons"`
	Collected []id.User          `json:"collected" nullable:"false"`
	Panel     []id.User          `json:"panel" nullable:"false"`
}

type careRow struct {
	Kind     string          `json:"kind"`
	Provider id.Organisation `json:"provider"`
	From     time.Time       `json:"from"`
	Review   time.Time       `json:"review"`
	Until    *time.Time      `json:"until,omitempty"`
}

type missingRow struct {
	LastSeen time.Time  `json:"last_seen"`
	Reported *time.Time `json:"reported,omitempty"`
	Found    *time.Time `json:"found,omitempty"`
	Talked   *time.Time `json:"talked,omitempty"`
	Note     sealedText `json:"note"`
	Talk     sealedText `json:"talk"`
}

type lifeRow struct {
	Area   string     `json:"area"`
	Status string     `json:"status"`
	At     time.Time  `json:"at"`
	Note   sealedText `json:"note"`
}

type childWord struct {
	ID        id.Consent      `json:"id"`
	State     consent.State   `json:"state"`
	Purpose   consent.Purpose `json:"purpose"`
	Recipient id.Organisation `json:"recipient"`
	SpokenBy  consent.Speaker `json:"spoken_by"`
	Live      bool            `json:"live"`
}

type childClock struct {
	Rule   string     `json:"rule"`
	Due    *time.Time `json:"due,omitempty" doc:"Absent while it stands still"`
	Runs   bool       `json:"runs"`
	Missed bool       `json:"missed"`
	Source string     `json:"source"`
}

func answerOf(v View) childAnswer {
	return childAnswer{
		Case: rowOfChild(v.Case), Alias: sealedText(v.Alias), Name: sealedText(v.Name), Birth: sealedText(v.Month), OfAge: moment(v.Birth.OfAge), TreatedAs: v.Effective,
		Ages:      rest.Rows(v.Ages, func(x AgeLine) ageRow { return ageRow{x.Kind, x.Source, x.At, sealedText(x.Said)} }),
		Guardians: rest.Rows(v.Guardians, func(g Guardian) guardianRow { return guardianRow{g.State, g.User, g.Organisation, g.Reason} }),
		Assessments: rest.Rows(v.Weighed, func(x AssessmentLine) assessmentRow {
			return assessmentRow{x.N, x.Action, x.InInterest, x.Heard, x.Unheard, sealedText(x.Wish), sealedText(x.Why), x.At}
		}),
		Determinations: rest.Rows(v.Decisions, rowOfDetermination),
		Care:           rest.Rows(v.Care, func(x Care) careRow { return careRow{x.Kind, x.Provider, x.From, x.Review, moment(x.Until)} }),
		Missing: rest.Rows(v.Missing, func(m MissingLine) missingRow {
			return missingRow{m.LastSeen, moment(m.Reported), moment(m.Found), moment(m.Talked), sealedText(m.How), sealedText(m.Told)}
		}),
		Life: rest.Rows(v.Entries, func(x EntryLine) lifeRow { return lifeRow{x.Area, x.Status, x.At, sealedText(x.Said)} }),
		Consents: rest.Rows(v.Words, func(c consent.Consent) childWord {
			return childWord{c.ID, c.State, c.Purpose, c.Recipient, c.SpokenBy, c.Live(v.Now)}
		}),
		Clocks: rest.Rows(v.Clocks, func(k casework.Clock) childClock {
			return childClock{k.Rule.Name, moment(k.Due), k.Runs(), !k.Missed.IsZero() || k.Late(v.Now), k.Rule.Source}
		}),
		NotConfigured: append([]string{}, v.Unset...), Can: append([]policy.Verb{}, v.Can...),
	}
}

func rowOfDetermination(x DeterminationLine) bestInterestsRow {
	out := bestInterestsRow{N: x.N, State: x.State, Question: x.Question, Outcome: x.Outcome, Heard: x.Heard, Unheard: x.Unheard,
		Wishes: sealedText(x.Wish), Options: sealedText(x.Choice), Reasons: sealedText(x.Why), Collected: []id.User{}, Panel: []id.User{}}
	for _, p := range x.Parts {
		if p.Collected {
			out.Collected = append(out.Collected, p.Actor)
		} else {
			out.Panel = append(out.Panel, p.Actor)
		}
	}
	return out
}

// moment is a time that may not have come.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
