package node

import (
	"context"
	"log/slog"
	"strings"

	"lodestar/internal/base/fault"
	"lodestar/internal/domain/child"
	"lodestar/internal/domain/identification"
	"lodestar/internal/domain/prosecution"
	"lodestar/internal/domain/protection"
	"lodestar/internal/domain/rights"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/evidence/intake"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/typology"
	"lodestar/internal/kernel/typology/indicator"
	"lodestar/internal/node/demo"
)

// Exhibit is a small demonstration, filled and at rest, with the addresses of its
// pages worth seeing. Tests of the pages and pictures for the guides use it.
type Exhibit struct {
	Server   *Server
	Node     *Node
	Case     id.Case
	Own      id.Case // opened by the shelter from Help
	Referral id.Referral
	Signal   id.Signal
	Lead     id.Lead     // of a network rule, brought to the coordinator
	Help     id.Lead     // somebody who may need help, brought to the shelter
	Entity   id.Entity   // what stands behind Lead
	Import   id.Import   // taken in, with rejected rows
	Held     id.Import   // waits for a word
	Rights   id.Case     // a person's rights, kept by her lawyer
	Told     id.Referral // by which a prosecutor was told of her
	Child    id.Case     // under child protection, taken on from a referral
	Young    id.Case     // of help, for somebody who may be a child
	Refused  id.Case     // of somebody who did not want to be referred to it
	Decision id.Case     // a determination of the competent authority, in its protected period
}

// NewExhibit fills a node in cfg.Dir with the first most referrals, lets the
// river flow and the story run.
func NewExhibit(ctx context.Context, cfg Config, most int, log *slog.Logger) (_ *Exhibit, err error) {
	cfg.Name, cfg.State, cfg.Law = "Lodestar", "GB", "XN"
	if err := Init(cfg, "exhibit.lodestar.invalid"); err != nil {
		return nil, err
	}
	n, err := Open(ctx, cfg, system, log)
	if err != nil {
		return nil, err
	}
	s, err := newSeeding(n, 1)
	if err != nil {
		return nil, err
	}
	s.pop.Referrals = s.pop.Referrals[:min(most, len(s.pop.Referrals))]
	s.total.Store(int64(len(s.pop.Referrals)))
	if err := s.people(ctx); err != nil {
		return nil, err
	}
	if err := s.signals(ctx); err != nil {
		return nil, err
	}
	if err := n.Drain(ctx); err != nil {
		return nil, err
	}
	x := &Exhibit{Node: n}
	if x.Signal, err = s.story(ctx); err != nil {
		return nil, err
	}
	if x.Server, err = n.Serve(true); err != nil {
		return nil, err
	}
	x.Server.seeding = s
	return x, x.look(ctx, s)
}

// look finds the pages worth seeing, as the personas would, and leaves one of
// them in the middle of a new person's path.
func (x *Exhibit) look(ctx context.Context, s *seeding) error {
	err := x.Node.Protection.KeepDraft(ctx, s.by("idris"), protection.Intake{Danger: "yes", Alias: "Sparrow", Age: "adult", Language: "vi",
		Needs: []string{"shelter", "doctor"}, Answers: indicator.Answers{"D1.wages": indicator.Yes},
		Share: []protection.Share{{Service: id.Derived[id.Service]("demo", "harbour-beds"), Agreed: true}}})
	if err != nil {
		return err
	}
	work, err := x.Node.Protection.Work(ctx, s.by("lena"), protection.WorkPage{})
	if err != nil {
		return err
	}
	x.Referral = work.Inbox[0].ID
	course, err := x.Node.TraceSignal(ctx, x.Signal)
	if err != nil {
		return err
	}
	x.Case = course.Cases[0].Case
	if err := x.network(ctx, s); err != nil {
		return err
	}
	help, err := x.Node.Leads.List(ctx, s.by("amira"), consent.Identification, typology.LeadOpen, typology.After{}, 1)
	if err != nil || len(help) == 0 {
		return err
	}
	x.Help = help[0].ID
	if err := x.imports(ctx, s.by("tessa")); err != nil {
		return err
	}
	children, err := x.Node.Child.List(ctx, s.by("kim"), child.Page{Limit: 1})
	if err != nil {
		return err
	}
	x.Child = children.Cases[0].ID
	young, err := x.Node.Protection.Screen(ctx, s.by("amira"), protection.Intake{Danger: "no", Alias: "Plover", Language: "vi", Needs: []string{"guardian"}})
	if err != nil {
		return err
	}
	x.Young = young.Case.ID
	own, err := x.Node.Protection.Open(ctx, s.by("amira"), protection.OpenIn{Lead: x.Help, Alias: "Wren", Language: "vi", Age: evidence.Adult})
	if x.Own = own.ID; err != nil {
		return err
	}
	list, err := x.Node.Rights.List(ctx, s.by("elodie"), rights.Page{Limit: 1})
	if err != nil {
		return err
	}
	x.Rights = list.Cases[0].ID
	charges, err := x.Node.Prosecution.List(ctx, s.by("severin"), prosecution.Page{Limit: 1})
	if err != nil {
		return err
	}
	x.Told = charges.Told[0].ID
	return x.authority(ctx, s)
}

// authority refers two people to the competent authority, which has decided about
// one of them and has had a notification about a third.
func (x *Exhibit) authority(ctx context.Context, s *seeding) error {
	d, amira, darya := x.Node.Identification, s.by("amira"), s.by("darya")
	r, err := x.refer(ctx, s.by("tessa"), x.Case)
	if err != nil {
		return err
	}
	c, err := d.Accept(ctx, darya, r.ID, r.Version)
	if err != nil {
		return err
	}
	if c, err = d.Confirm(ctx, darya, identification.DecideIn{Case: c.ID, Version: c.Version, Reasons: "Her account is coherent, and her papers were kept from her."}); err != nil {
		return err
	}
	x.Decision = c.ID
	_, err = d.Reject(ctx, darya, identification.DecideIn{Case: c.ID, Version: c.Version, Reasons: "The employer's books contradict what she was told."})
	if !fault.Is(err, fault.Parked) {
		return err
	}
	if _, err := x.refer(ctx, amira, x.Own); err != nil {
		return err
	}
	return x.refusal(ctx, s)
}

// refer refers somebody: a child by the duty of the law, anybody else by her word.
func (x *Exhibit) refer(ctx context.Context, by policy.Actor, c id.Case) (r casework.Referral, err error) {
	d, in := x.Node.Identification, identification.ReferIn{Case: c, Authority: orgOf(demo.Authority)}
	v, err := d.Prepare(ctx, by, c)
	if err != nil {
		return r, err
	}
	if in.Version = v.Case.Version; !v.Child {
		in.Word, err = d.Ask(ctx, by, identification.AskIn{Case: c, Authority: in.Authority, Agreed: true, Classes: []string{"identity", "narrative"}, Until: system.Now().AddDate(0, 6, 0)})
		if err != nil {
			return r, err
		}
	}
	return d.Refer(ctx, by, in)
}

// refusal is somebody who did not want to be referred, of whom the authority was
// notified.
func (x *Exhibit) refusal(ctx context.Context, s *seeding) error {
	d, by := x.Node.Identification, s.by("tessa")
	done, err := x.Node.Protection.Screen(ctx, by, protection.Intake{Danger: "no", Alias: "Plover", Age: "adult", Language: "ro", SpokenBy: consent.Self, Needs: []string{"shelter"}})
	if err != nil {
		return err
	}
	if _, err := d.Ask(ctx, by, identification.AskIn{Case: done.Case.ID, Authority: orgOf(demo.Authority)}); err != nil {
		return err
	}
	x.Refused = done.Case.ID
	return d.Notify(ctx, by, identification.NotifyIn{Case: done.Case.ID, Version: done.Case.Version, Authority: orgOf(demo.Authority), Form: "ForcedLabour"})
}

// network takes the weightiest of the coordinator's leads behind which stands what
// investigators may see too.
func (x *Exhibit) network(ctx context.Context, s *seeding) error {
	leads, err := x.Node.Leads.List(ctx, s.by("bruna"), consent.Identification, typology.LeadOpen, typology.After{}, 50)
	if err != nil {
		return err
	}
	for _, l := range leads {
		_, err := x.Node.Graph.See(ctx, s.by("rafa"), consent.Investigation, l.Entity)
		if err == nil {
			x.Lead, x.Entity = l.ID, l.Entity
			return nil
		}
		if !fault.Is(err, fault.Withheld) {
			return err
		}
	}
	return nil // a small exhibit has none
}

// imports takes a table in, and leaves another to be decided about: both with what
// goes wrong in tables.
func (x *Exhibit) imports(ctx context.Context, by policy.Actor) (err error) {
	const header = "ref,observed,prs_FirstName,prs_Gender,prs_Birthdate,Colour of the car\n"
	good := "T-1,2023-07-03,Linh,Feminine,1999-02-28,red\nT-2,2023-07-04,Ионел,Masculine,2001-05-06,\nT-3,2023-07-04,سلمى,Feminine,2002,\n"
	bad := "T-4,03/04/2023,Mai,Feminine,1999-02-28,\nT-5,2023-07-05,Ana,unsure,05/06/2001,blue\n"
	if x.Import, err = x.Node.Imports.Hold(ctx, by, []byte(header+good+bad), intake.Mapping{}); err != nil {
		return err
	}
	if err := x.Node.Evidence.Order(ctx, by, x.Import); err != nil {
		return err
	}
	if err := x.Node.Drain(ctx); err != nil {
		return err
	}
	more := strings.ReplaceAll(good, "T-", "H-") // and one row that is there already
	x.Held, err = x.Node.Imports.Hold(ctx, by, []byte(header+more+good[:strings.Index(good, "\n")+1]+bad), intake.Mapping{})
	return err
}

// Enter is the address that signs a persona in.
func (x *Exhibit) Enter(code string) (string, error) {
	token, err := x.Server.Door.PersonaToken(userOf(code).String())
	return "/sign-in/persona/" + token, err
}
