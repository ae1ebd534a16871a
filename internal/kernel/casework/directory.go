package casework

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/casework/db"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
)

// Organisation is somebody who can act.
type Organisation struct {
	ID   id.Organisation `class:"public" json:"id"`
	Name string          `class:"public" json:"name"`
	Kind string          `class:"public" json:"kind"`
}

// Service is help that an organisation offers.
type Service struct {
	ID               id.Service      `class:"public" json:"id"`
	Organisation     id.Organisation `class:"public" json:"organisation"`
	OrganisationName string          `class:"public" json:"organisation_name"`
	Name             string          `class:"public" json:"name"`
	Need             string          `class:"public" json:"need"`
	Languages        []string        `class:"public" json:"languages"`
	Takes            string          `class:"public" json:"takes"`  // adult, child or any
	Places           int             `class:"public" json:"places"` // free now; -1: not counted
}

// Needs lists the needs a person can be asked about; catalogue key "need."+code.
var Needs = []string{"shelter", "doctor", "interpreter", "lawyer", "guardian", "counselling", "school", "work", "papers", "child_protection"}

// Languages lists the languages (ISO 639) that are offered when somebody is asked in
// which one to speak with her; catalogue key "lang."+code.
var Languages = []string{"en", "fr", "de", "it", "ru", "es", "ro", "bg", "uk", "pl", "hu", "sq", "sr", "ka", "hy", "el", "tr", "ar", "fa", "ps", "ur", "hi", "bn", "vi",
	"zh", "ti", "am", "so", "pt", "lt", "th", "tl", "ne", "sw", "yo", "und"}

// PutOrganisation keeps or changes an organisation of the directory.
func PutOrganisation(ctx context.Context, tx *sql.Tx, o Organisation) error {
	return fault.Wrap("casework.PutOrganisation", db.New(tx).PutOrganisation(ctx, db.PutOrganisationParams{ID: o.ID.String(), Name: o.Name, Kind: o.Kind}))
}

// Organisations lists the directory by name.
func Organisations(ctx context.Context, tx *sql.Tx) ([]Organisation, error) {
	rows, err := db.New(tx).Organisations(ctx)
	if err != nil {
		return nil, fault.Wrap("casework.Organisations", err)
	}
	out := make([]Organisation, len(rows))
	for i, r := range rows {
		out[i] = Organisation{ID: id.Trusted[id.Organisation](r.ID), Name: r.Name, Kind: r.Kind}
	}
	return out, nil
}

// NamesOf gives the names of organisations, as OrganisationName does.
func NamesOf(ctx context.Context, tx *sql.Tx, list []id.Organisation) (map[id.Organisation]string, error) {
	directory, err := Organisations(ctx, tx)
	out := make(map[id.Organisation]string, len(list))
	for _, o := range list {
		out[o] = o.Short()
	}
	for _, o := range directory {
		if _, asked := out[o.ID]; asked {
			out[o.ID] = o.Name
		}
	}
	return out, err
}

// OrganisationName is the name an organisation is known by; its short id if it
// has left the directory.
func OrganisationName(ctx context.Context, tx *sql.Tx, o id.Organisation) (string, error) {
	r, err := db.New(tx).Organisation(ctx, o.String())
	if errors.Is(err, sql.ErrNoRows) {
		return o.Short(), nil
	}
	return r.Name, fault.Wrap("casework.OrganisationName", err)
}

// PutService keeps or changes a service of the directory.
func PutService(ctx context.Context, tx *sql.Tx, s Service) error {
	return fault.Wrap("casework.PutService", db.New(tx).PutService(ctx, db.PutServiceParams{ID: s.ID.String(), Organisation: s.Organisation.String(),
		Name: s.Name, Need: s.Need, Languages: strings.Join(s.Languages, " "), Takes: s.Takes, Places: int64(s.Places)}))
}

// ServiceByID is one service.
func ServiceByID(ctx context.Context, tx *sql.Tx, service id.Service) (Service, error) {
	r, err := db.New(tx).Service(ctx, service.String())
	if errors.Is(err, sql.ErrNoRows) {
		return Service{}, fault.New(fault.NotFound, "casework.ServiceByID", "casework.no_such_service")
	}
	if err != nil {
		return Service{}, fault.Wrap("casework.ServiceByID", err)
	}
	return serviceFromRow(db.ServicesForRow(r)), nil
}

// ServicesAsked lists the services that referrals from or to an organisation name.
func ServicesAsked(ctx context.Context, tx *sql.Tx, o id.Organisation) (map[id.Service]Service, error) {
	rows, err := db.New(tx).ServicesAsked(ctx, o.String())
	out := make(map[id.Service]Service, len(rows))
	for _, r := range rows {
		out[id.Trusted[id.Service](r.ID)] = serviceFromRow(db.ServicesForRow(r))
	}
	return out, fault.Wrap("casework.ServicesAsked", err)
}

// ServicesOf lists the services that the referrals of a case name.
func ServicesOf(ctx context.Context, tx *sql.Tx, c id.Case) (map[id.Service]Service, error) {
	rows, err := db.New(tx).ServicesOfCase(ctx, c.String())
	out := make(map[id.Service]Service, len(rows))
	for _, r := range rows {
		out[id.Trusted[id.Service](r.ID)] = serviceFromRow(db.ServicesForRow(r))
	}
	return out, fault.Wrap("casework.ServicesOf", err)
}

// Match is a service that could help, with why it stands where it stands.
type Match struct {
	Service
	SpeaksHer bool // offers her language
	HasPlace  bool // has a free place, or does not count places
}

// Matches ranks the services that answer a need and take such a person: her
// language first, then a free place, then the larger number of places. Nobody is
// denied a service by rank: all are listed.
func Matches(ctx context.Context, tx *sql.Tx, need, language string, age evidence.AgeClass) ([]Match, error) {
	rows, err := db.New(tx).ServicesFor(ctx, need)
	if err != nil {
		return nil, fault.Wrap("casework.Matches", err)
	}
	takes := "adult"
	if age.TreatedAsChild() {
		takes = "child"
	}
	var out []Match
	for _, r := range rows {
		s := serviceFromRow(r)
		if s.Takes != "any" && s.Takes != takes {
			continue
		}
		out = append(out, Match{Service: s, SpeaksHer: slices.Contains(s.Languages, language), HasPlace: s.Places != 0})
	}
	slices.SortStableFunc(out, func(a, b Match) int {
		return cmp.Or(-compare(a.SpeaksHer, b.SpeaksHer), -compare(a.HasPlace, b.HasPlace), -cmp.Compare(a.Places, b.Places), cmp.Compare(a.Name, b.Name))
	})
	return out, nil
}

func compare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func serviceFromRow(r db.ServicesForRow) Service {
	return Service{ID: id.Trusted[id.Service](r.ID), Organisation: id.Trusted[id.Organisation](r.Organisation), OrganisationName: r.OrganisationName,
		Name: r.Name, Need: r.Need, Languages: strings.Fields(r.Languages), Takes: r.Takes, Places: int(r.Places)}
}
