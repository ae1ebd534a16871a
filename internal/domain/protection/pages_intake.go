package protection

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/base/web"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/typology/indicator"
)

// The short path of a new person: six pages, one question each where it can be.
// What was filled in is kept after every page.
const (
	stepDanger  = "1"
	stepWho     = "2"
	stepNoticed = "3"
	stepNeeds   = "4"
	stepShare   = "5"
	stepCheck   = "6"
)

// intakeForm is what one page of the path shows.
type intakeForm struct {
	Step    string
	Astray  bool // a later page was asked for, and nothing has been begun
	In      Intake
	Quick   []string // codes of the quick indicators, for her age
	Matches map[string][]casework.Match
}

func (f intakeForm) action() string { return "/new/" + f.Step }

func (f intakeForm) back() string {
	n, _ := strconv.Atoi(f.Step)
	if n <= 1 {
		return "/work"
	}
	return "/new/" + strconv.Itoa(n-1)
}

func (d *Desk) intakePage(w http.ResponseWriter, r *http.Request) error {
	f, err := d.intake(r)
	if err != nil {
		return err
	}
	if f.Astray {
		return web.SeeOther(w, r, "/new/"+stepDanger)
	}
	return page.Show(w, r, f.frame(r.Context()), intakeBody(f))
}

// intake is the page asked for, with what was filled in before. A step whose
// forerunners were left out leads to nothing: the path begins at its beginning.
func (d *Desk) intake(r *http.Request) (f intakeForm, err error) {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return f, err
	}
	f.Step = r.PathValue("step")
	if !slices.Contains([]string{stepDanger, stepWho, stepNoticed, stepNeeds, stepShare, stepCheck}, f.Step) {
		return f, fault.New(fault.NotFound, string(Draft), "fault.not_found")
	}
	if f.In, err = d.Draft(r.Context(), by); err != nil {
		return f, err
	}
	if f.In.Danger == "" && f.Step != stepDanger {
		f.Step, f.Astray = stepDanger, true
		return f, nil
	}
	f.Quick = d.Screening.For(f.In.age()).Quick()
	if f.Step >= stepNeeds {
		f.Matches, err = d.Services(r.Context(), by, f.In.Needs, f.In.Language, f.In.age())
	}
	return f, err
}

// frame is the frame of a step; its title is neutral, like every title.
func (f intakeForm) frame(ctx context.Context) page.View {
	return page.View{Title: i18n.T(ctx, "intake.title."+f.Step), Bare: f.Step == stepDanger, Crumbs: []page.Link{{Href: "/work", Text: i18n.T(ctx, "work.title")}}}
}

func (d *Desk) intakeStep(w http.ResponseWriter, r *http.Request) error {
	f, err := d.intake(r)
	if err != nil {
		return err
	}
	if f.Astray {
		return web.SeeOther(w, r, "/new/"+stepDanger)
	}
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return err
	}
	sent, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if f.Step == stepCheck {
		return d.intakeSend(w, r, by, f, sent)
	}
	if err := f.fill(sent); err != nil {
		return page.Again(w, r, f.frame(r.Context()), sent, err, intakeBody(f), intakeBody(f))
	}
	if err := d.KeepDraft(r.Context(), by, f.In); err != nil {
		return err
	}
	n, _ := strconv.Atoi(f.Step)
	return web.SeeOther(w, r, "/new/"+strconv.Itoa(n+1))
}

func (d *Desk) intakeSend(w http.ResponseWriter, r *http.Request, by By, f intakeForm, sent web.Form) error {
	done, err := d.Screen(r.Context(), by, f.In)
	if err != nil {
		return page.Again(w, r, f.frame(r.Context()), sent, err, intakeBody(f), intakeBody(f))
	}
	return web.SeeOther(w, r, "/cases/"+done.Case.ID.String())
}

func (d *Desk) intakeDrop(w http.ResponseWriter, r *http.Request) error {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return err
	}
	if err := d.DropDraft(r.Context(), by); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/work")
}

// fill takes what one page asks into the intake, and says what is wrong with it.
func (f *intakeForm) fill(sent web.Form) error {
	v := fault.New(fault.Invalid, string(Draft), "protection.intake_invalid")
	switch f.Step {
	case stepDanger:
		if f.In.Danger = sent.Text("danger"); !slices.Contains([]string{"yes", "no", "unknown"}, f.In.Danger) {
			v.At("/danger", "protection.say_danger")
		}
	case stepWho:
		f.fillWho(sent, v)
	case stepNoticed:
		f.In.Answers = indicator.Answers{}
		for _, code := range f.Quick {
			if a := indicator.Answer(sent.Text(code)); slices.Contains(indicator.AnswerValues, a) {
				f.In.Answers[code] = a
			}
		}
		f.In.Recruiter, f.In.RecPhone, f.In.Place = sent.Text("recruiter"), sent.Number("recruiter_phone"), sent.Text("place")
		sayPhone(v, "/recruiter_phone", f.In.RecPhone)
	case stepNeeds:
		f.In.Needs, f.In.Note = sent.All("needs"), sent.Text("note")
		if len([]rune(f.In.Note)) > maxNote {
			v.At("/note", "protection.too_long", "max", maxNote)
		}
		for _, need := range f.In.Needs {
			if !slices.Contains(casework.Needs, need) {
				v.At("/needs", "protection.unknown_need")
			}
		}
	case stepShare:
		f.fillShare(sent, v)
	}
	return v.OrNil()
}

func (f *intakeForm) fillWho(sent web.Form, v *fault.Error) {
	f.In.Alias, f.In.Name, f.In.Phone = sent.Text("alias"), sent.Text("name"), sent.Number("phone")
	sayPhone(v, "/phone", f.In.Phone)
	f.In.Safety, f.In.Language = casework.Safety(sent.Text("safety")), sent.Text("language")
	switch age := sent.Text("age"); age {
	case "adult", "child":
		f.In.Age = age
	case "unknown":
		f.In.Age = string(evidence.AgeUnknown)
	default:
		v.At("/age", "protection.say_age")
	}
	if !language(f.In.Language) {
		v.At("/language", "protection.say_language")
	}
	if f.In.Safety != "" && !slices.Contains(casework.Safeties, f.In.Safety) {
		v.At("/safety", "protection.say_safety")
	}
	if len([]rune(f.In.Alias)) > maxShort || len([]rune(f.In.Name)) > maxShort {
		v.At("/alias", "protection.too_long", "max", maxShort)
	}
}

func (f *intakeForm) fillShare(sent web.Form, v *fault.Error) {
	f.In.Share, f.In.Interpreter = nil, sent.Text("interpreter") == "yes"
	f.In.SpokenBy = consent.Speaker(sent.Text("spoken_by"))
	for _, s := range f.choices() {
		name := shareName(s.Service)
		answer := sent.Text(name)
		if answer != "yes" && answer != "no" {
			v.At("/"+name, "protection.say_share")
			continue
		}
		f.In.Share = append(f.In.Share, Share{Service: s.Service.ID, Agreed: answer == "yes"})
	}
	switch child, herself := f.In.age().TreatedAsChild(), f.In.speaker() == consent.Self; {
	case child && herself && f.agreed():
		v.At("/spoken_by", "consent.child_needs_guardian")
	case !child && !herself && f.agreed():
		v.At("/spoken_by", "consent.adult_speaks")
	}
}

func (f intakeForm) agreed() bool {
	return slices.ContainsFunc(f.In.Share, func(s Share) bool { return s.Agreed })
}

// choices are the services to ask her about: the best ranked for each need.
func (f intakeForm) choices() []casework.Match {
	var out []casework.Match
	for _, need := range f.In.Needs {
		for i, m := range f.Matches[need] {
			if i == 3 {
				break
			}
			out = append(out, m)
		}
	}
	return out
}

// shareName is the name of the question whether a service may know of her.
func shareName(s casework.Service) string {
	return "share-" + strings.TrimPrefix(s.ID.String(), "srv_")
}

func (f intakeForm) service(sid id.Service) casework.Match {
	for _, m := range f.choices() {
		if m.ID == sid {
			return m
		}
	}
	return casework.Match{}
}

// answerOptions are the four answers to an indicator.
func answerOptions(ctx context.Context) []page.Option {
	return []page.Option{
		{Value: string(indicator.Yes), Label: i18n.T(ctx, "answer.yes")},
		{Value: string(indicator.No), Label: i18n.T(ctx, "answer.no")},
		{Value: string(indicator.Unknown), Label: i18n.T(ctx, "answer.unknown")},
		{Value: string(indicator.Declined), Label: i18n.T(ctx, "answer.rather_not")},
	}
}

func languages(ctx context.Context) []page.Option {
	out := make([]page.Option, len(casework.Languages))
	for i, c := range casework.Languages {
		out[i] = page.Option{Value: c, Label: i18n.T(ctx, "lang."+c)}
	}
	i18n.Sort(ctx, out, func(o page.Option) string { return o.Label })
	return out
}
