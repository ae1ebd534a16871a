package child

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/domain/child/db"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal"
)

// place names where a sealed value stands: table, column and row.
func place(column string, c id.Case, n int64) string {
	return fmt.Sprintf("child_%s/%s/%d", column, c, n)
}

// stored is a sealed text as a row holds it.
func (w ward) stored(class seal.Class, column string, n int64, box []byte) seal.Field[string] {
	return seal.Stored[string](class, w.Person.Subject, place(column, w.Case.ID, n), box)
}

func (w ward) seal(a *act.Act, column string, n int64, f seal.Field[string]) ([]byte, error) {
	return act.Seal(a, w.Person.Subject, place(column, w.Case.ID, n), f)
}

// at is a moment that may not have come.
func at(micro int64) time.Time {
	if micro == 0 {
		return time.Time{}
	}
	return clock.FromMicro(micro)
}

func userOf(text string) id.User {
	if text == "" {
		return id.User{}
	}
	return id.Trusted[id.User](text)
}

func organisationOf(text string) id.Organisation {
	if text == "" {
		return id.Organisation{}
	}
	return id.Trusted[id.Organisation](text)
}

func wordOf(text string) id.Consent {
	if text == "" {
		return id.Consent{}
	}
	return id.Trusted[id.Consent](text)
}

func insertAge(a *act.Act, w ward, word AgeWord) error {
	note, err := w.seal(a, "age/note", word.N, word.Note)
	if err != nil {
		return err
	}
	return fault.Wrap("child.insertAge", db.New(a.Tx()).InsertAge(a.Ctx(), db.InsertAgeParams{Case: w.Case.ID.String(), N: word.N, Kind: string(word.Kind),
		Source: word.Source, Consent: word.Word.String(), Note: note, Actor: word.Actor.String(), At: clock.Micro(word.At)}))
}

func agesOf(a *act.Act, w ward) ([]AgeWord, error) {
	rows, err := db.New(a.Tx()).AgesOf(a.Ctx(), w.Case.ID.String())
	out := make([]AgeWord, len(rows))
	for i, r := range rows {
		out[i] = AgeWord{N: r.N, Kind: AgeKind(r.Kind), Source: r.Source, Word: wordOf(r.Consent), Actor: userOf(r.Actor), At: at(r.At),
			Note: w.stored(seal.Health, "age/note", r.N, r.Note)}
	}
	return out, fault.Wrap("child.agesOf", err)
}

func putBirth(a *act.Act, w ward, b Birth) error {
	month, err := w.seal(a, "birth/month", 1, b.Month)
	if err != nil {
		return err
	}
	return fault.Wrap("child.putBirth", db.New(a.Tx()).PutBirth(a.Ctx(), db.PutBirthParams{Case: w.Case.ID.String(), Month: month, OfAgeAt: clock.Micro(b.OfAge)}))
}

func birthOf(a *act.Act, w ward) (Birth, error) {
	r, err := db.New(a.Tx()).BirthOf(a.Ctx(), w.Case.ID.String())
	if errors.Is(err, sql.ErrNoRows) {
		return Birth{}, nil
	}
	return Birth{Month: w.stored(seal.Identity, "birth/month", 1, r.Month), OfAge: at(r.OfAgeAt)}, fault.Wrap("child.birthOf", err)
}

func putGuardian(a *act.Act, c id.Case, g Guardian) error {
	return fault.Wrap("child.putGuardian", db.New(a.Tx()).PutGuardian(a.Ctx(), db.PutGuardianParams{Case: c.String(), N: g.N, State: string(g.State),
		Guardian: g.User.String(), Organisation: g.Organisation.String(), Custody: g.Custody, Related: g.Related, Reason: g.Reason,
		RequestedAt: clock.Stored(g.Asked), AppointedAt: clock.Stored(g.Since), EndedAt: clock.Stored(g.Until)}))
}

func guardians(ctx context.Context, tx *sql.Tx, c id.Case) ([]Guardian, error) {
	rows, err := db.New(tx).GuardiansOf(ctx, c.String())
	out := make([]Guardian, len(rows))
	for i, r := range rows {
		out[i] = Guardian{N: r.N, State: GuardianState(r.State), User: userOf(r.Guardian), Organisation: organisationOf(r.Organisation), Custody: r.Custody,
			Related: r.Related, Reason: r.Reason, Asked: at(r.RequestedAt), Since: at(r.AppointedAt), Until: at(r.EndedAt)}
	}
	return out, fault.Wrap("child.guardians", err)
}

// wards lists the cases whose child somebody is the guardian of.
func wards(a *act.Act, guardian id.User, limit int) ([]id.Case, error) {
	rows, err := db.New(a.Tx()).Wards(a.Ctx(), db.WardsParams{Guardian: guardian.String(), Limit: int32(limit)})
	out := make([]id.Case, len(rows))
	for i, r := range rows {
		out[i] = id.Trusted[id.Case](r)
	}
	return out, fault.Wrap("child.wards", err)
}

// origin notes the case of help from which a child's case was opened.
func origin(a *act.Act, help, c id.Case) error {
	n, err := db.New(a.Tx()).InsertOrigin(a.Ctx(), db.InsertOriginParams{Help: help.String(), Case: c.String()})
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, string(Open), "child.has_case")
	}
	return fault.Wrap("child.origin", err)
}

// originOf is the case of help, or the zero id for a child who was taken on.
func originOf(a *act.Act, c id.Case) (id.Case, error) {
	help, err := db.New(a.Tx()).OriginOf(a.Ctx(), c.String())
	if errors.Is(err, sql.ErrNoRows) {
		return id.Case{}, nil
	}
	return id.Trusted[id.Case](help), fault.Wrap("child.originOf", err)
}

// openedFrom is the child's case that was opened from a case of help, or the zero id.
func openedFrom(a *act.Act, help id.Case) (id.Case, error) {
	c, err := db.New(a.Tx()).OpenedFrom(a.Ctx(), help.String())
	if errors.Is(err, sql.ErrNoRows) {
		return id.Case{}, nil
	}
	return id.Trusted[id.Case](c), fault.Wrap("child.openedFrom", err)
}
