package protection

import (
	"context"
	"strings"
	"unicode/utf8"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/evidence/intake"
)

// Bounds of Find.
const (
	findCases = 2000 // cases looked through, the ones that moved last
	findHits  = 50
	findText  = 200 // characters of what is looked for
	findCode  = 4   // characters from which the end of a reference finds
)

// Found is a case that was looked for, with the alias that she chose.
type Found struct {
	casework.Case
	Alias act.Shown[string]
}

// Find looks among the cases of the actor's organisation for one with this
// reference, or the end of it, and otherwise for those of whom the alias contains
// it. Aliases are opened only if no reference fits; only what is found is shown.
func (d *Desk) Find(ctx context.Context, by By, text string) ([]Found, error) {
	folded := intake.Fold(text)
	if folded == "" || utf8.RuneCountInString(text) > findText {
		return nil, fault.New(fault.Invalid, string(List), "protection.find_what", "most", findText)
	}
	return act.Look(ctx, d.Ground, d.ask(by, List, "case", ""), func(a *act.Act) (out []Found, err error) {
		rows, err := casework.Cases(a, Case, by.Organisation, sqldb.After{}, findCases)
		if err != nil {
			return nil, err
		}
		for _, c := range rows {
			if code := intake.Fold(c.Code); code == folded || len(folded) >= findCode && strings.HasSuffix(code, folded) {
				out = append(out, Found{Case: c})
			}
		}
		byAlias := len(out) == 0
		if byAlias {
			for _, c := range rows {
				out = append(out, Found{Case: c})
			}
		}
		return found(a, out, byAlias, folded)
	})
}

// found opens the aliases, keeps those that contain what is looked for unless the
// reference found them already, and writes down whom the answer is about.
func found(a *act.Act, list []Found, byAlias bool, folded string) (out []Found, err error) {
	for _, f := range list {
		p, err := casework.PersonByID(a.Ctx(), a.Tx(), f.Person)
		if err != nil {
			return nil, err
		}
		if f.Alias, err = act.Show(a, p.Alias); err != nil {
			return nil, err
		}
		if byAlias && !strings.Contains(intake.Fold(f.Alias.Value), folded) {
			continue
		}
		a.Touch("case", f.ID.String())
		if out = append(out, f); len(out) == findHits {
			break
		}
	}
	return out, nil
}
