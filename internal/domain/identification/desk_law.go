package identification

import (
	"context"

	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/law"
)

// Laws is what the law of the State says in the program.
type Laws struct {
	State     string
	Name      string
	Rules     []law.Rule     // in force today, by name
	Standards []law.Standard // likewise
	Duties    []law.Duty
	Treaties  []law.Treaty
	Missing   []string // periods that the program asks for and the State has not laid down
}

// Law shows everybody who works here what the law of the State says in the program,
// and what nobody has entered.
func (d *Desk) Law(ctx context.Context, by By) (Laws, error) {
	return act.Look(ctx, d.Ground, d.help(by, Law, id.Case{}), func(a *act.Act) (Laws, error) {
		l, on := a.Law(), a.Now()
		return Laws{State: l.State, Name: l.Name, Rules: l.Rules(on), Standards: l.Standards(on), Duties: l.Duties(), Treaties: l.Treaties(on), Missing: l.Missing(on)}, nil
	})
}
