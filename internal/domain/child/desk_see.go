package child

import (
	"context"
	"errors"
	"slices"
	"time"

	"lodestar/internal/base/sqldb"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/seal"
)

// Text is a personal text as far as the reader may see it.
type Text = act.Shown[string]

// View is a child's case as its page shows it.
type View struct {
	Case      casework.Case
	Person    casework.Person
	Help      id.Case // of the same organisation, zero for a child who was taken on
	Reader    id.User
	Own       bool // the reader works where the case is kept
	Alias     Text
	Name      Text
	Note      Text
	Month     Text // of birth
	Birth     Birth
	Effective evidence.AgeClass
	Ages      []AgeLine
	Guardians []Guardian
	Guards    []policy.Actor // who could be appointed
	Weighed   []AssessmentLine
	Decisions []DeterminationLine
	Care      []Care
	Searches  []Search
	Missing   []MissingLine
	Entries   []EntryLine
	Words     []consent.Consent
	Clocks    []casework.Clock
	Unset     []string // periods that the State has not laid down
	Course    []casework.Step
	Directory []casework.Organisation
	Names     map[id.Organisation]string
	People    map[id.User]string
	Can       []policy.Verb
	ReviewDue time.Time
	Asks      bool
	Now       time.Time
}

// The lines are rows with the texts that the reader may see.
type (
	AgeLine struct {
		AgeWord
		Said Text
	}
	AssessmentLine struct {
		Assessment
		Wish, Why Text
	}
	DeterminationLine struct {
		Determination
		Wish, Choice, Why Text
		Found             []Text // what was collected, in order
	}
	MissingLine struct {
		Missing
		How, Told Text
	}
	EntryLine struct {
		Entry
		Said Text
	}
)

// See shows one child's case, to help her.
func (d *Desk) See(ctx context.Context, by By, c id.Case) (View, error) {
	return d.SeeFor(ctx, by, consent.Assistance, c)
}

// SeeFor shows one child's case to somebody who says what it is read for; what that
// purpose does not open stays withheld.
func (d *Desk) SeeFor(ctx context.Context, by By, purpose policy.Purpose, c id.Case) (View, error) {
	ask := d.ask(by, See, kind, c.String())
	ask.Purpose = purpose
	return act.Look(ctx, d.Ground, ask, func(a *act.Act) (View, error) { return d.view(a, c) })
}

func (d *Desk) view(a *act.Act, c id.Case) (v View, err error) {
	w, err := read(a, c)
	if err != nil {
		return v, err
	}
	v.Case, v.Person, v.Now, v.Unset = w.Case, w.Person, a.Now().In(a.Zone()), unset(a)
	v.Reader, v.Own = a.Actor().User, a.Actor().Organisation == w.Case.Organisation && a.Actor().Has("caseworker")
	if v.Birth, err = birthOf(a, w); err != nil {
		return v, err
	}
	err = show(a, shown{&v.Alias, w.Person.Alias}, shown{&v.Name, w.Person.Name}, shown{&v.Note, w.Case.Note}, shown{&v.Month, v.Birth.Month})
	if err = errors.Join(err, v.said(a, w), v.weighed(a, w), v.around(a, w)); err != nil {
		return v, err
	}
	for _, verb := range append(Case.Can(v.Case.State), Speak, Withdraw, Forget) {
		if a.May(verb) && !slices.Contains(v.Can, verb) {
			v.Can = append(v.Can, verb)
		}
	}
	if v.may(Appoint) {
		if v.Guards, err = d.Guardians(a.Ctx(), a.Tx()); err != nil {
			return v, err
		}
	}
	if v.Own {
		v.Help, err = originOf(a, c)
	}
	return v, err
}

func (v View) may(verb Verb) bool { return slices.Contains(v.Can, verb) }

// shown is a sealed text and where it is shown.
type shown struct {
	to   *Text
	from seal.Field[string]
}

func show(a *act.Act, list ...shown) (err error) {
	for i := 0; i < len(list) && err == nil; i++ {
		*list[i].to, err = act.Show(a, list[i].from)
	}
	return err
}

// said reads what was said of her age, where she was and how she is.
func (v *View) said(a *act.Act, w ward) error {
	ages, err1 := agesOf(a, w)
	gone, err2 := missingOf(a, w)
	life, err3 := entriesOf(a, w)
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	// A child taken on without a word about her age is one of unknown age.
	v.Effective = Effective(kindsOf(ages))
	var texts []shown
	v.Ages, v.Missing, v.Entries = make([]AgeLine, len(ages)), make([]MissingLine, len(gone)), make([]EntryLine, len(life))
	for i, x := range ages {
		v.Ages[i].AgeWord = x
		texts = append(texts, shown{&v.Ages[i].Said, x.Note})
	}
	for i, x := range gone {
		v.Missing[i].Missing = x
		texts = append(texts, shown{&v.Missing[i].How, x.Note}, shown{&v.Missing[i].Told, x.Talk})
	}
	for i, x := range life {
		v.Entries[i].Entry = x
		texts = append(texts, shown{&v.Entries[i].Said, x.Note})
	}
	return show(a, texts...)
}

// weighed reads the assessments and determinations.
func (v *View) weighed(a *act.Act, w ward) error {
	weighed, err1 := assessmentsOf(a, w)
	decisions, err2 := determinationsOf(a, w)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	var texts []shown
	v.Weighed, v.Decisions = make([]AssessmentLine, len(weighed)), make([]DeterminationLine, len(decisions))
	for i, x := range weighed {
		v.Weighed[i].Assessment = x
		texts = append(texts, shown{&v.Weighed[i].Wish, x.Wishes}, shown{&v.Weighed[i].Why, x.Reasons})
	}
	for i, x := range decisions {
		l := &v.Decisions[i]
		l.Determination, l.Found = x, make([]Text, len(x.Parts))
		texts = append(texts, shown{&l.Wish, x.Wishes}, shown{&l.Choice, x.Options}, shown{&l.Why, x.Reasons})
		for j, p := range x.Parts {
			texts = append(texts, shown{&l.Found[j], p.Note})
		}
	}
	return show(a, texts...)
}

// around reads who stands around her, and what runs.
func (v *View) around(a *act.Act, w ward) (err error) {
	if v.Guardians, err = guardians(a.Ctx(), a.Tx(), w.Case.ID); err != nil {
		return err
	}
	if v.Care, err = careOf(a, w.Case.ID); err != nil {
		return err
	}
	if v.Searches, err = searchesOf(a, w.Case.ID); err != nil {
		return err
	}
	if v.Words, err = consent.Of(a.Ctx(), a.Tx(), w.Person.ID); err != nil {
		return err
	}
	if v.Clocks, err = casework.ClocksOf(a, w.Case.ID); err != nil {
		return err
	}
	for i, l := range v.Decisions {
		if l.State == Decided && i == len(v.Decisions)-1 && v.late(ruleReview) {
			v.Decisions[i].State = ReviewDue
		}
	}
	if v.Course, err = casework.Course(a, w.Case.ID); err != nil {
		return err
	}
	if v.ReviewDue, v.Asks, err = casework.ReviewDue(a, w.Case.ID); err != nil {
		return err
	}
	if v.Directory, err = casework.Organisations(a.Ctx(), a.Tx()); err != nil {
		return err
	}
	v.names(a)
	return nil
}

// late tells whether the clock of a rule has run out.
func (v *View) late(rule string) bool {
	return slices.ContainsFunc(v.Clocks, func(k casework.Clock) bool { return k.Rule.Name == rule && k.Late(v.Now) })
}

func (v *View) names(a *act.Act) {
	v.Names, v.People = map[id.Organisation]string{}, map[id.User]string{}
	for _, o := range v.Directory {
		v.Names[o.ID] = o.Name
	}
	know := func(u id.User) {
		if _, known := v.People[u]; !known && !u.IsZero() {
			v.People[u] = a.Who(u.String())
		}
	}
	for _, g := range v.Guardians {
		know(g.User)
	}
	for _, d := range v.Decisions {
		for _, p := range d.Parts {
			know(p.Actor)
		}
	}
}

// ListView is the list of children, with those who were referred here.
type ListView struct {
	Cases []Row
	Inbox []casework.Referral
	Names map[id.Organisation]string
	Now   time.Time
}

// Row is one child's case in the list.
type Row struct {
	casework.Case
	Missing bool
	Late    int // clocks that have run out
}

// List lists the children's cases of one's organisation, the last moved first, and
// whoever was referred to it for child protection. A guardian has a list of those
// she was appointed for, wherever they are kept.
func (d *Desk) List(ctx context.Context, by By, p Page) (ListView, error) {
	return act.Look(ctx, d.Ground, d.ask(by, List, kind, ""), func(a *act.Act) (v ListView, err error) {
		v.Now = a.Now().In(a.Zone())
		var cases []casework.Case
		if by.Has("caseworker") {
			if cases, err = casework.Cases(a, Case, by.Organisation, p.After, p.Limit); err != nil {
				return v, err
			}
			if err := v.inbox(a, by); err != nil {
				return v, err
			}
		}
		if by.Has("guardian") && p.After.ID == "" {
			if cases, err = entrusted(a, by, cases, p.Limit); err != nil {
				return v, err
			}
		}
		for _, c := range cases {
			row, err := rowOf(a, c, v.Now)
			if err != nil {
				return v, err
			}
			v.Cases = append(v.Cases, row)
		}
		return v, nil
	})
}

// entrusted adds the cases of the children somebody is the guardian of.
func entrusted(a *act.Act, by By, cases []casework.Case, limit int) ([]casework.Case, error) {
	list, err := wards(a, by.User, limit)
	for i := 0; i < len(list) && err == nil; i++ {
		if slices.ContainsFunc(cases, func(c casework.Case) bool { return c.ID == list[i] }) {
			continue
		}
		var c casework.Case
		c, err = casework.CaseOf(a, Case, list[i])
		cases = append(cases, c)
	}
	return cases, err
}

func rowOf(a *act.Act, c casework.Case, now time.Time) (Row, error) {
	a.Touch("case", c.ID.String())
	list, err := missingOf(a, ward{Case: c})
	if err != nil {
		return Row{}, err
	}
	row := Row{Case: c}
	_, row.Missing = gone(list)
	clocks, err := casework.ClocksOf(a, c.ID)
	for _, k := range clocks {
		if k.Late(now) {
			row.Late++
		}
	}
	return row, err
}

// inboxRows bounds the list of those who were referred.
const inboxRows = 100

func (v *ListView) inbox(a *act.Act, by By) error {
	list, err := casework.Inbox(a, by.Organisation, false, sqldb.After{}, inboxRows)
	if err != nil {
		return err
	}
	var from []id.Organisation
	for _, r := range list {
		if slices.Contains(Needs, r.Need) && r.State == casework.Sent {
			v.Inbox = append(v.Inbox, r)
			from = append(from, r.Organisation)
			a.Touch("referral", r.ID.String())
		}
	}
	v.Names, err = casework.NamesOf(a.Ctx(), a.Tx(), from)
	return err
}
