// Package node assembles the desks into one program: configuration, database,
// keys, policies, jobs, pages and commands. The list of desks is in modules.
package node

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"lodestar/catalog"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/rest"
	"lodestar/internal/base/signin"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/domain/analysis"
	"lodestar/internal/domain/child"
	"lodestar/internal/domain/disclosure"
	"lodestar/internal/domain/identification"
	"lodestar/internal/domain/prosecution"
	"lodestar/internal/domain/protection"
	"lodestar/internal/domain/receipt"
	"lodestar/internal/domain/rights"
	"lodestar/internal/domain/screening"
	"lodestar/internal/domain/standards"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/evidence/intake"
	"lodestar/internal/kernel/graph"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/jobs"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/module"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/seal"
	"lodestar/internal/kernel/typology"
	"lodestar/internal/kernel/typology/indicator"
)

// Node is one running node.
type Node struct {
	Settings       string // the file of settings that was read; "" if none
	Config         Config
	Log            *slog.Logger
	Ground         *act.Ground
	Graph          *graph.Graph
	Evidence       evidence.Desk
	Imports        intake.Importer
	Leads          *typology.Leads
	Protection     *protection.Desk
	Disclosure     *disclosure.Desk
	Identification *identification.Desk
	Interviews     *screening.Desk
	Receipts       *receipt.Desk
	Child          *child.Desk
	Analysis       *analysis.Desk
	Rights         *rights.Desk
	// Prosecution is the desk of those who charge.
	Prosecution *prosecution.Desk
	Screening   *indicator.Instrument
	Key         *ledger.Key
	Network     []typology.Network

	keys    *sqldb.DB
	modules []module.Module
	behind  int // migrations to do, of a node that was opened as it is
}

// pagesOfCases are where the cases of each type have their page.
var pagesOfCases = map[string]string{protection.Case.Name: "/cases/", rights.Case.Name: "/rights/", child.Case.Name: "/children/", identification.Determination.Name: "/determinations/"}

// linksOfCases lead from a case of help to what other desks do for the same person.
var linksOfCases = []protection.Link{
	{Text: "child.link", Path: "/child/", OnlyChild: true, Verb: child.Open},
	{Text: "screening.title", Path: "/screenings/", Verb: screening.See},
	{Text: "identification.title", Path: "/nrm/", Verb: identification.Prepare},
	{Text: "receipt.staff", Path: "/receipts/", Verb: receipt.Read},
	{Text: "disclosure.title", Path: "/disclosures/", Verb: disclosure.See},
}

// Self is the node as an actor: its jobs act under it, and the policies give it
// only what connecting needs.
var Self = policy.Actor{User: id.Derived[id.User]("node"), Organisation: id.Derived[id.Organisation]("node"), Roles: []string{"node"}, Name: "Lodestar"}

// Migrations are the tables of the node in the order of the river.
func Migrations() []sqldb.Migrations {
	return []sqldb.Migrations{ledger.Migrations(), consent.Migrations(), act.Migrations(), evidence.Migrations(), graph.Migrations(),
		typology.Migrations(), casework.Migrations(), disclosure.Migrations(), screening.Migrations(), receipt.Migrations(), rights.Migrations(), prosecution.Migrations(), child.Migrations(), identification.Migrations(), signin.Migrations(), rest.Migrations()}
}

func (n *Node) assemble() error {
	instruments, err := n.instruments()
	if err != nil {
		return err
	}
	list, ok := instruments.Latest("ilo-ec-2009-labour", evidence.Adult)
	if !ok {
		return fault.New(fault.Invalid, "node.assemble", "node.no_instrument")
	}
	network, err := typology.LoadNetwork(sub(catalog.Typology, "typology"), "network.json")
	if err != nil {
		return err
	}
	n.Screening, n.Network = list, network
	sheet, err := standards.Spreadsheet(sub(catalog.HTCDS, "htcds"))
	if err != nil {
		return err
	}
	deriver := &typology.Deriver{Network: network, Screening: list}
	if n.Graph, err = graph.New(n.Ground, Self, graph.Derived{Signal: deriver.Signal, Version: typology.Derivation, Tables: typology.Tables, Anew: deriver.Anew}); err != nil {
		return err
	}
	n.Evidence = evidence.Desk{Ground: n.Ground}
	n.Imports = intake.Importer{Evidence: n.Evidence, Readers: []intake.Reader{sheet}, Keyed: n.keyed}
	n.Leads = &typology.Leads{Ground: n.Ground}
	n.Protection = &protection.Desk{Ground: n.Ground, Screening: list, Node: Self, Unlink: graph.Forget, Links: linksOfCases, Pages: pagesOfCases,
		Beside: []func(*act.Act, id.Person) error{rights.ForgetPerson, child.ForgetPerson}}
	n.Disclosure = &disclosure.Desk{Ground: n.Ground, Case: protection.Case, Expire: protection.JobExpire}
	n.Identification = &identification.Desk{Ground: n.Ground, Case: protection.Case, Node: Self}
	n.Interviews = &screening.Desk{Ground: n.Ground, Instruments: instruments, Case: protection.Case}
	n.Receipts = &receipt.Desk{Ground: n.Ground, Case: protection.Case}
	n.Rights = &rights.Desk{Ground: n.Ground, Screening: list, Node: Self, Helps: protection.Case, Signs: []casework.Type{protection.Case, rights.Case, identification.Determination}}
	n.Prosecution = &prosecution.Desk{Ground: n.Ground, Node: Self, Types: n.Rights.Signs, Offences: rights.Offences, Custody: rights.CustodyStates, Flag: n.flag}
	n.Child = &child.Desk{Ground: n.Ground, Node: Self, Help: protection.Case, HelpPage: pagesOfCases[protection.Case.Name], Guardians: guardians}
	n.Analysis = &analysis.Desk{Evidence: n.Evidence, Imports: n.Imports, Leads: n.Leads, Graph: n.Graph}
	n.Ground.Who = who
	n.modules = n.list()
	return n.wire()
}

// instruments are those of the catalogue, and the State's own.
func (n *Node) instruments() (indicator.Set, error) {
	from := []fs.FS{sub(catalog.Indicators, "indicators")}
	if dir := n.Config.Instruments; dir != "" {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return indicator.Set{}, fault.New(fault.Invalid, "node.instruments", "node.no_instruments", "dir", dir).Because(err)
		}
		from = append(from, os.DirFS(dir))
	}
	return indicator.Load(from...)
}

// flag brings a charge from those who charge to those who help, and nothing back.
func (n *Node) flag(ctx context.Context, in id.Case, x prosecution.Accusation) error {
	return n.Rights.Flag(ctx, in, rights.Accused{Charge: x.ID, By: x.Organisation, Offence: x.Offence, Month: x.Month, Custody: x.Custody})
}

// who is the name of a user as the directory knows them. The node and its operator
// are in none.
func who(ctx context.Context, tx *sql.Tx, userID string) string {
	for _, a := range []policy.Actor{Self, operator} {
		if a.User.String() == userID {
			return a.Name
		}
	}
	u, err := signin.FindUser(ctx, tx, userID)
	if err != nil {
		return ""
	}
	return u.Name
}

// guardians are the active users who can be appointed for a child.
func guardians(ctx context.Context, tx *sql.Tx) (out []policy.Actor, err error) {
	users, err := signin.Users(ctx, tx)
	for _, u := range users {
		if u.Active && u.Has("guardian") {
			out = append(out, policy.Actor{User: id.Trusted[id.User](u.ID), Organisation: id.Trusted[id.Organisation](u.Organisation), Roles: u.Roles, Name: u.Name})
		}
	}
	return out, err
}

// list is the list of desks and of the kernel packages that have verbs.
func (n *Node) list() []module.Module {
	return []module.Module{
		{Name: "act", Verbs: act.Verbs, Operations: n.proposalOperations(), Facts: map[string]act.FactsFunc{"proposal": act.ProposalFacts},
			Jobs: map[string]module.Worker{act.JobExpire: func(ctx context.Context, on ledger.Ref) error {
				return act.Expire(ctx, n.Ground, Self, on, consent.Administration)
			}}},
		{Name: "evidence", Verbs: evidence.Verbs, Facts: map[string]act.FactsFunc{"signal": evidence.Facts, "import": evidence.ImportFacts},
			Jobs: map[string]module.Worker{evidence.JobDrop: n.drop, evidence.JobStop: n.stop, evidence.JobDestroy: n.Evidence.Destroy,
				evidence.JobUndo: func(ctx context.Context, on ledger.Ref) error { return n.Evidence.GoOn(ctx, Self, on) }}},
		{Name: "graph", Verbs: graph.Verbs, Facts: map[string]act.FactsFunc{"entity": graph.EntityFacts, "mention": graph.MentionFacts},
			Hears: map[act.Event]string{act.SignalRecorded: jobResolve},
			Jobs: map[string]module.Worker{
				jobResolve: func(ctx context.Context, _ ledger.Ref) error { return n.Graph.Resolve(ctx) },
				jobLearn:   func(ctx context.Context, _ ledger.Ref) error { return n.Graph.LearnIfDue(ctx) },
			},
			Every: map[string]time.Duration{jobLearn: 24 * time.Hour}},
		{Name: "typology", Verbs: typology.Verbs, Facts: map[string]act.FactsFunc{"lead": typology.LeadFacts}},
		{Name: "casework", Verbs: casework.Verbs,
			Jobs: map[string]module.Worker{
				casework.JobReview: func(ctx context.Context, on ledger.Ref) error { return casework.AskForReview(ctx, n.Ground, Self, on) },
				casework.JobClock:  func(ctx context.Context, on ledger.Ref) error { return casework.AskForClocks(ctx, n.Ground, Self, on) },
			}},
		protection.Module(n.Protection),
		disclosure.Module(n.Disclosure),
		identification.Module(n.Identification),
		screening.Module(n.Interviews),
		receipt.Module(n.Receipts),
		child.Module(n.Child),
		analysis.Module(n.Analysis),
		rights.Module(n.Rights),
		prosecution.Module(n.Prosecution),
		{Name: "node", Verbs: map[policy.Verb]string{Administer: "node", KeepAccount: "node", SearchLedger: "node", Trace: "node"}},
	}
}

// wire tells the ground what the modules bring, and loads the policies against
// the verbs that there are.
func (n *Node) wire() (err error) {
	verbs := map[policy.Verb]string{}
	kinds := []jobs.Kind{n.takeKind()}
	for _, m := range n.modules {
		for v, kind := range m.Verbs {
			verbs[v] = kind
		}
		for kind, f := range m.Facts {
			n.Ground.Facts[kind] = f
		}
		for event, job := range m.Hears {
			n.Ground.Heard[event] = append(n.Ground.Heard[event], job)
		}
		for job, w := range m.Jobs {
			kind := jobs.Record(job, w)
			kind.Every = m.Every[job]
			kinds = append(kinds, kind)
		}
		for v, r := range m.Replays {
			n.Ground.Replays[v] = r
		}
	}
	if n.Ground.Policy, err = policy.Load(sub(catalog.Policies, "policy"), verbs); err != nil {
		return err
	}
	if err = n.check(); err != nil {
		return err
	}
	n.Ground.Queue, err = jobs.Open(n.Ground.DB, n.Ground.Clock, n.Log, kinds...)
	return err
}

// check refuses to start with what could not be carried out: a case type that
// leads nowhere, and a second pair of eyes for an act that cannot be parked.
func (n *Node) check() error {
	seconded := n.Ground.Policy.Seconded()
	for _, v := range seconded {
		if n.Ground.Replays[v] == nil {
			return fault.New(fault.Invalid, "node.check", "node.cannot_park", "verb", string(v))
		}
	}
	for _, m := range n.modules {
		for _, t := range m.Types {
			if err := t.Check(seconded); err != nil {
				return fault.New(fault.Internal, "node.check", "fault.internal").Because(err)
			}
		}
	}
	return nil
}

// The node's own verbs.
const (
	Administer   policy.Verb = "node.administer"
	KeepAccount  policy.Verb = "node.account"
	SearchLedger policy.Verb = "ledger.search"
	Trace        policy.Verb = "node.trace"
)

// jobResolve connects what was recorded; jobLearn learns from it how to.
const (
	jobResolve = "graph.resolve"
	jobLearn   = "graph.learn"
)

// Init makes the keys of a node that has none. name is the origin of its ledger.
func Init(cfg Config, name string) error {
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return fault.New(fault.Invalid, "node.Init", "node.cannot_make_dir").Because(err)
	}
	if err := seal.MakeKEKFile(cfg.kek()); err != nil {
		return err
	}
	return ledger.MakeKeyFile(cfg.ledgerKey(), name)
}

// Close closes what Open opened.
func (n *Node) Close() error {
	var errs []error
	if n.Ground != nil && n.Ground.Queue != nil {
		errs = append(errs, n.Ground.Queue.Stop(context.Background()))
	}
	if n.keys != nil {
		errs = append(errs, n.keys.Close())
	}
	if n.Ground != nil && n.Ground.DB != nil {
		errs = append(errs, n.Ground.DB.Close())
	}
	return errors.Join(errs...)
}

// Drain works every job that is due now, until none is left. A job that failed
// is a failure here.
func (n *Node) Drain(ctx context.Context) error {
	d, err := n.Ground.Queue.Drain(ctx)
	if err == nil && d.Failed > 0 {
		return fault.New(fault.Internal, "node.Drain", "node.job_failed")
	}
	return err
}

// Checkpoint signs the ledger as it stands.
func (n *Node) Checkpoint(ctx context.Context) (c ledger.Checkpoint, err error) {
	err = n.Ground.DB.InTx(ctx, func(tx *sql.Tx) error {
		c, err = ledger.Sign(ctx, tx, n.Key)
		return err
	})
	return c, err
}

func sub(f fs.FS, dir string) fs.FS {
	s, err := fs.Sub(f, dir)
	if err != nil {
		panic(err) // the directories are embedded
	}
	return s
}
