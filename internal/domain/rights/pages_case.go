package rights

import (
	"context"
	"net/http"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
)

// What the forms of a case's pages do, in the order of its parts.

// invalid is the fault of a form in which a day is no day.
func invalid(verb Verb) *fault.Error { return fault.New(fault.Invalid, string(verb), "rights.invalid") }

func (d *Desk) sentMandate(ctx context.Context, s sent) error {
	v := invalid(Represent)
	in := RepresentIn{Case: s.c, Version: s.version, Scope: s.All("scope"), Since: s.day(v, "since"), Until: clock.EndOf(s.day(v, "until"), d.Ground.Zone)}
	if err := v.OrNil(); err != nil {
		return err
	}
	_, err := d.Represent(ctx, s.by, in)
	return err
}

func (d *Desk) sentEnd(ctx context.Context, s sent) error {
	_, err := d.EndMandate(ctx, s.by, s.c, s.version)
	return err
}

func (d *Desk) sentReview(ctx context.Context, s sent) error {
	_, err := d.Review(ctx, s.by, s.c, s.version)
	return err
}

func (d *Desk) sentClose(ctx context.Context, s sent) error {
	_, err := d.Close(ctx, s.by, s.c, s.version, s.Text("reason"))
	return err
}

func (d *Desk) sentReopen(ctx context.Context, s sent) error {
	_, err := d.Reopen(ctx, s.by, s.c, s.version)
	return err
}

func (d *Desk) sentForget(ctx context.Context, s sent) error { return d.Forget(ctx, s.by, s.c) }

func (d *Desk) taskForm(w http.ResponseWriter, r *http.Request) error {
	return d.form(overview, tasks, func(ctx context.Context, s sent) error {
		task, err := id.Given[id.Task](r.PathValue("task"))
		if err != nil {
			return err
		}
		return d.Finish(ctx, s.by, s.c, s.version, task, s.Text("done") == "yes")
	})(w, r)
}

func (d *Desk) sentCompelled(ctx context.Context, s sent) error {
	_, err := d.Compelled(ctx, s.by, CompelledIn{Case: s.c, Version: s.version, Offence: s.Text("offence"), Month: s.Text("month"),
		Custody: s.Text("custody"), Link: s.Text("link")})
	return err
}

func (d *Desk) sentCustody(ctx context.Context, s sent) error {
	if err := s.chosen(Custody, "act"); err != nil {
		return err
	}
	_, err := d.Custody(ctx, s.by, CustodyIn{Case: s.c, Version: s.version, Act: s.number("act"), Custody: s.Text("custody_now")})
	return renamed(err, "custody", "custody_now")
}

// sentSubmit tells nobody by an answer that was left out: a duty is chosen too.
func (d *Desk) sentSubmit(ctx context.Context, s sent) error {
	if err := s.chosen(Submit, "request"); err != nil {
		return err
	}
	if s.Text("word") == "" {
		return invalid(Submit).At("/word", "protection.say_word")
	}
	_, err := d.Submit(ctx, s.by, SubmitIn{Case: s.c, Version: s.version, Request: s.number("request"), Recipient: optional[id.Organisation](s.Text("recipient")),
		Word: optional[id.Consent](s.Text("word")), Text: s.Text("text")})
	return err
}

func (d *Desk) sentAdvance(ctx context.Context, s sent) error {
	if err := s.chosen(Advance, "moved"); err != nil {
		return err
	}
	_, err := d.Advance(ctx, s.by, AdvanceIn{Case: s.c, Version: s.version, Request: s.number("moved"), To: RequestState(s.Text("to")),
		Outcome: s.Text("outcome"), Reasons: s.Text("reasons")})
	return err
}

func (d *Desk) sentAdvise(ctx context.Context, s sent) error {
	v := invalid(Advise)
	in := AdviseIn{Case: s.c, Version: s.version, Route: Route(s.Text("route")), Event: d.noon(s.day(v, "event"))}
	if err := v.OrNil(); err != nil {
		return err
	}
	_, err := d.Advise(ctx, s.by, in)
	return err
}

func (d *Desk) sentPursue(ctx context.Context, s sent) error {
	if err := s.chosen(Pursue, "claim"); err != nil {
		return err
	}
	_, err := d.Pursue(ctx, s.by, PursueIn{Case: s.c, Version: s.version, Claim: s.number("claim"), To: ClaimState(s.Text("to")),
		Amount: readAmount(s.Text("currency"), s.Text("amount"))})
	return err
}

func (d *Desk) sentPay(ctx context.Context, s sent) error {
	if err := s.chosen(Pay, "paid_claim"); err != nil {
		return err
	}
	_, err := d.Pay(ctx, s.by, PayIn{Case: s.c, Version: s.version, Claim: s.number("paid_claim"), Amount: readAmount(s.Text("paid_currency"), s.Text("paid"))})
	return renamed(err, "amount", "paid", "currency", "paid_currency")
}

func (d *Desk) sentReturn(ctx context.Context, s sent) error {
	v := invalid(Return)
	in := ReturnIn{Case: s.c, Version: s.version, Word: optional[id.Consent](s.Text("word")), Assessment: s.Text("assessment"),
		Pending: s.Text("pending"), FollowUp: clock.EndOf(s.day(v, "follow_up"), d.Ground.Zone)}
	if err := v.OrNil(); err != nil {
		return err
	}
	_, err := d.Return(ctx, s.by, in)
	return err
}

func (d *Desk) sentProtect(ctx context.Context, s sent) error {
	v := invalid(Protect)
	in := ProtectIn{Case: s.c, Version: s.version, Code: s.Text("code"), Since: s.day(v, "since"), Until: clock.EndOf(s.day(v, "until"), d.Ground.Zone)}
	if err := v.OrNil(); err != nil {
		return err
	}
	_, err := d.Protect(ctx, s.by, in)
	return err
}

func (d *Desk) sentBreach(ctx context.Context, s sent) error {
	if err := s.chosen(Breach, "measure"); err != nil {
		return err
	}
	_, err := d.Breach(ctx, s.by, BreachIn{Case: s.c, Version: s.version, Measure: s.number("measure"), Done: s.Text("done")})
	return err
}

func (d *Desk) sentWord(ctx context.Context, s sent) error {
	v := invalid(Consent)
	in := ConsentIn{Case: s.c, Recipient: optional[id.Organisation](s.Text("recipient")), Purpose: consent.Purpose(s.Text("purpose")), Agreed: s.Text("agreed") == "yes",
		Classes: s.All("classes"), Until: clock.EndOf(s.day(v, "until"), d.Ground.Zone), SpokenBy: consent.Speaker(s.Text("spoken_by")), Interpreter: s.Text("interpreter") == "yes"}
	if err := v.OrNil(); err != nil {
		return err
	}
	_, err := d.Consent(ctx, s.by, in)
	return err
}

// sentWithdraw takes her word back. It needs no version: her no is never too late.
func (d *Desk) sentWithdraw(ctx context.Context, s sent) error {
	given, err := id.Given[id.Consent](s.Text("given"))
	if err != nil {
		return err
	}
	_, err = d.Withdraw(ctx, s.by, s.c, given)
	return err
}
