package casework

import (
	"context"
	"database/sql"
	"errors"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework/db"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal"
)

// Person is a person in the care of one organisation. She may have no name here
// at all (protection.md §1: a case may exist with no identity).
type Person struct {
	ID           id.Person          `class:"public"`
	Organisation id.Organisation    `class:"public"`
	Subject      id.Subject         `class:"public"`
	Alias        seal.Field[string] `class:"identity"` // her own word for herself
	Name         seal.Field[string] `class:"identity"`
	Phone        seal.Field[string] `class:"contact"`
	Safety       Safety             `class:"coded"` // of Phone
	Language     string             `class:"coded"`
	Age          evidence.AgeClass  `class:"coded"`
	Erased       bool               `class:"public"`
}

// Safety says whether somebody may be contacted at a number or address.
type Safety string

// The safety of a contact. Unknown is treated as unsafe.
const (
	Safe       Safety = "safe"
	Conditions Safety = "conditions"
	Unsafe     Safety = "unsafe"
	NotKnown   Safety = "unknown"
)

// Safeties lists them.
var Safeties = []Safety{Safe, Conditions, Unsafe, NotKnown}

// AddPerson keeps a person of the actor's organisation under a new key set.
func AddPerson(a *act.Act, p Person) (Person, error) {
	subject, err := a.Mint()
	if err != nil {
		return Person{}, err
	}
	p.ID, p.Subject, p.Organisation = id.New[id.Person](), subject, a.Actor().Organisation
	alias, err1 := act.Seal(a, subject, placePerson("alias", p.ID), p.Alias)
	name, err2 := act.Seal(a, subject, placePerson("name", p.ID), p.Name)
	phone, err3 := act.Seal(a, subject, placePerson("phone", p.ID), p.Phone)
	if err := errors.Join(err1, err2, err3); err != nil {
		return Person{}, err
	}
	a.Touch("person", p.ID.String())
	return p, fault.Wrap("casework.AddPerson", db.New(a.Tx()).InsertPerson(a.Ctx(), db.InsertPersonParams{
		ID: p.ID.String(), Organisation: p.Organisation.String(), Subject: subject.String(),
		Alias: alias, Name: name, Phone: phone, Safety: string(p.Safety), Language: p.Language, Age: string(p.Age)}))
}

// SetAge notes as what a person is to be treated from now on: consent and referral
// follow it (protection.md §14, P1).
func SetAge(a *act.Act, person id.Person, age evidence.AgeClass) error {
	a.Touch("person", person.String())
	return fault.Wrap("casework.SetAge", db.New(a.Tx()).SetAge(a.Ctx(), db.SetAgeParams{Age: string(age), ID: person.String()}))
}

// PersonByID is one person, still sealed.
func PersonByID(ctx context.Context, tx *sql.Tx, person id.Person) (Person, error) {
	r, err := db.New(tx).Person(ctx, person.String())
	if errors.Is(err, sql.ErrNoRows) {
		return Person{}, fault.New(fault.NotFound, "casework.PersonByID", "casework.not_found")
	}
	if err != nil {
		return Person{}, fault.Wrap("casework.PersonByID", err)
	}
	p := Person{ID: person, Organisation: id.Trusted[id.Organisation](r.Organisation), Subject: id.Trusted[id.Subject](r.Subject),
		Safety: Safety(r.Safety), Language: r.Language, Age: evidence.AgeClass(r.Age), Erased: r.Erased}
	p.Alias = seal.Stored[string](seal.Identity, p.Subject, placePerson("alias", p.ID), r.Alias)
	p.Name = seal.Stored[string](seal.Identity, p.Subject, placePerson("name", p.ID), r.Name)
	p.Phone = seal.Stored[string](seal.Contact, p.Subject, placePerson("phone", p.ID), r.Phone)
	return p, nil
}

// ForgetPerson blanks what is sealed of a person and ends what is proposed about
// her; the caller's job destroys the key set.
func ForgetPerson(a *act.Act, person id.Person) error {
	p, err := PersonByID(a.Ctx(), a.Tx(), person)
	if err != nil {
		return err
	}
	if err := act.ForgetProposals(a, p.Subject); err != nil {
		return err
	}
	a.Erase("person", person.String())
	return fault.Wrap("casework.ForgetPerson", db.New(a.Tx()).BlankPerson(a.Ctx(), person.String()))
}

func placePerson(column string, p id.Person) string {
	return "casework_person/" + column + "/" + p.String()
}
