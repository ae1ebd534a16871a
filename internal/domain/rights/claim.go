package rights

import (
	"slices"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/id"
)

// Route is a way to compensation. The four run side by side (protection.md §9;
// CETS 197, Article 15(3) and (4); Directive 2011/36/EU, Article 17).
type Route string

// Routes lists them.
var Routes = []Route{"criminal_order", "civil_claim", "state_fund", "wage_claim"}

// rules are the periods of law that limit each route.
var rules = map[Route]string{
	"criminal_order": "limitation_criminal_order", "civil_claim": "limitation_civil",
	"state_fund": "limitation_fund", "wage_claim": "limitation_wage",
}

// Rule is the period of the State's law that limits the route.
func (r Route) Rule() string { return rules[r] }

// ClaimState is where a claim stands (protection.md §5.11).
type ClaimState string

// The states of a claim. Paid follows from payments alone: a remedy is done when
// she has it, and not when it was awarded.
const (
	Advised   ClaimState = "advised"
	Prepared  ClaimState = "prepared"
	Filed     ClaimState = "filed"
	Awarded   ClaimState = "awarded"
	Denied    ClaimState = "refused"
	Appealed  ClaimState = "appealed"
	Enforcing ClaimState = "enforcing"
	Paid      ClaimState = "paid"
)

var claimMoves = map[ClaimState][]ClaimState{
	Advised:   {Prepared},
	Prepared:  {Filed},
	Filed:     {Awarded, Denied},
	Awarded:   {Appealed, Enforcing},
	Denied:    {Appealed},
	Appealed:  {Awarded, Denied},
	Enforcing: {Appealed},
}

// Claim is a CompensationClaim by one route.
type Claim struct {
	N        int64      `class:"public"`
	Route    Route      `class:"coded"`
	State    ClaimState `class:"coded"`
	Event    time.Time  `class:"coded"` // from which its limitation is counted
	Currency string     `class:"coded"`
	Asked    int64      `class:"coded"` // minor units
	Awarded  int64      `class:"coded"`
	Paid     int64      `class:"coded"`

	Clock    *casework.Clock `class:"coded"` // its limitation; nil: the law has none, "not configured"
	Payments []Payment
}

// Payment is a part of what was awarded, as it arrived.
type Payment struct {
	Minor int64     `class:"coded"`
	At    time.Time `class:"coded"`
}

// Next lists where somebody can take the claim.
func (c Claim) Next() []ClaimState { return claimMoves[c.State] }

// Payable tells whether a payment can be recorded.
func (c Claim) Payable() bool {
	return c.Awarded > 0 && slices.Contains([]ClaimState{Awarded, Enforcing, Appealed}, c.State)
}

// Sums gives the amounts asked, awarded and paid.
func (c Claim) Sums() (asked, awarded, paid Amount) {
	return Amount{c.Currency, c.Asked}, Amount{c.Currency, c.Awarded}, Amount{c.Currency, c.Paid}
}

// PursueIn takes a claim a step further.
type PursueIn struct {
	Case    id.Case
	Version int64
	Claim   int64
	To      ClaimState
	Amount  Amount // asked when it is prepared, awarded when it is awarded
}

// carries are the states that are reached with an amount.
func carries(s ClaimState) bool { return s == Prepared || s == Awarded }

// step is the claim after a step, or why not.
func (c Claim) step(in PursueIn) (Claim, error) {
	if in.To == "" {
		return c, fault.New(fault.Invalid, string(Pursue), "rights.invalid").At("/to", "rights.say_state")
	}
	if !slices.Contains(c.Next(), in.To) {
		return c, fault.New(fault.Conflict, string(Pursue), "rights.not_from_here")
	}
	v := fault.New(fault.Invalid, string(Pursue), "rights.invalid")
	if carries(in.To) {
		if in.Amount.check(v); in.To == Awarded && in.Amount.Currency != c.Currency {
			v.At("/currency", "rights.same_currency")
		}
	}
	if err := v.OrNil(); err != nil {
		return c, err
	}
	c.State = in.To
	switch in.To {
	case Prepared:
		c.Currency, c.Asked = in.Amount.Currency, in.Amount.Minor
	case Awarded:
		c.Awarded = in.Amount.Minor
	case Denied:
		c.Awarded = c.Paid // nothing more is due than what has come
	}
	return c.settled(), nil
}

// settled is the claim, paid if all that was awarded has come.
func (c Claim) settled() Claim {
	if c.Awarded > 0 && c.Paid >= c.Awarded && (c.State == Awarded || c.State == Enforcing) {
		c.State = Paid
	}
	return c
}
