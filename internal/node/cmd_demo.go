package node

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"lodestar/internal/base/clock"
	"lodestar/internal/domain/protection"
	"lodestar/internal/kernel/casework"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/typology/indicator"
	"lodestar/internal/node/demo"
)

func (p *program) demo() *cobra.Command {
	var once bool
	var seed uint64
	var listen string
	c := &cobra.Command{
		Use: "demo", Short: "A node full of invented people, in a temporary directory",
		Long: "Replays the third quarter of 2023 of the United Kingdom's referral mechanism as invented people. Nothing is configured and nothing is kept, unless --dir says where.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := p.demoConfig(listen)
			if err != nil {
				return err
			}
			if p.dir == "" {
				defer os.RemoveAll(cfg.Dir)
			}
			n, err := demoNode(c.Context(), cfg)
			if err != nil {
				return err
			}
			if once {
				return p.demoOnce(c, n, seed)
			}
			return p.demoServe(c, n, seed)
		},
	}
	c.Flags().BoolVar(&once, "once", false, "seed, let the story run, print the trace of one signal, and end")
	c.Flags().Uint64Var(&seed, "seed", 1, "another population")
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:8080", "where to serve")
	return c
}

func (p *program) demoConfig(listen string) (Config, error) {
	cfg, err := p.read()
	if err != nil {
		return cfg, err
	}
	cfg.Name, cfg.State, cfg.Law, cfg.Listen = "Lodestar", "GB", "XN", listen
	if p.dir == "" {
		if cfg.Dir, err = os.MkdirTemp("", "lodestar-demo-"); err != nil {
			return cfg, err
		}
	}
	return cfg, nil
}

func demoNode(ctx context.Context, cfg Config) (*Node, error) {
	if _, err := os.Stat(filepath.Join(cfg.Dir, "node.key")); errors.Is(err, os.ErrNotExist) {
		if err := Init(cfg, "demo.lodestar.invalid"); err != nil {
			return nil, err
		}
	}
	return Open(ctx, cfg, system, slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))
}

func (p *program) demoServe(c *cobra.Command, n *Node, seed uint64) error {
	defer n.keys.Close()
	defer n.Ground.DB.Close()
	s, err := newSeeding(n, seed)
	if err != nil {
		return err
	}
	if err := s.people(c.Context()); err != nil {
		return err
	}
	server, err := n.Serve(true)
	if err != nil {
		return err
	}
	server.seeding = s
	seeded := make(chan error, 1)
	err = server.Run(c.Context(), func(net.Addr) {
		p.introduce(c, server)
		go func() {
			err := s.signals(c.Context())
			if err == nil {
				_, err = s.story(c.Context())
			}
			if err == nil && !p.json {
				fmt.Fprintln(c.OutOrStdout(), p.tell("command.seeded"))
			}
			seeded <- err
		}()
	})
	select {
	case serr := <-seeded:
		err = errors.Join(err, serr)
	default:
	}
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// introduce says where the demonstration is, and as whom one may enter it.
func (p *program) introduce(c *cobra.Command, s *Server) {
	type entrance struct {
		Name string `json:"name"`
		Work string `json:"work"`
		Link string `json:"link"`
	}
	out := struct {
		Origin   string     `json:"origin"`
		Personas []entrance `json:"personas"`
	}{Origin: s.node.Config.origin()}
	for _, x := range demo.Personas() {
		if token, err := s.Door.PersonaToken(userOf(x.Code).String()); err == nil {
			out.Personas = append(out.Personas, entrance{x.Name, x.Work, out.Origin + "/sign-in/persona/" + token})
		}
	}
	p.print(c, out, func(w io.Writer) {
		fmt.Fprintf(w, "%s\n\n", p.tell("command.demo_open", "origin", out.Origin))
		for _, x := range out.Personas {
			fmt.Fprintf(w, "  %s\n      %s: %s\n", x.Link, x.Name, x.Work)
		}
		fmt.Fprintf(w, "\n%s\n", p.tell("command.seeding", "count", s.seeding.total.Load()))
	})
}

// demoOnce seeds, drains the river, compares what was found with what was
// planted, lets the story run and prints the trace of its signal.
func (p *program) demoOnce(c *cobra.Command, n *Node, seed uint64) error {
	defer n.Close()
	ctx := c.Context()
	s, err := newSeeding(n, seed)
	if err != nil {
		return err
	}
	if err := s.people(ctx); err != nil {
		return err
	}
	took := clock.Elapsed(func() {
		if err = s.signals(ctx); err == nil {
			err = n.Drain(ctx)
		}
	})
	if err != nil {
		return err
	}
	found, err := n.found(ctx, s.pop.Referrals)
	if err != nil {
		return err
	}
	report := s.pop.Truth.Score(found)
	signal, err := s.story(ctx)
	if err != nil {
		return err
	}
	course, err := n.TraceSignal(ctx, signal)
	if err != nil {
		return err
	}
	return p.print(c, struct {
		Seconds float64     `json:"seconds"`
		Report  demo.Report `json:"report"`
		Trace   Course      `json:"trace"`
	}{took.Seconds(), report, course}, func(w io.Writer) {
		fmt.Fprintf(w, "%s\n\n", p.tell("command.derived", "referrals", s.total.Load(), "seconds", fmt.Sprintf("%.1f", took.Seconds()), "rate", int(float64(s.total.Load())/took.Seconds())))
		fmt.Fprintln(w, p.tell("command.found"))
		report.Print(w)
		fmt.Fprintf(w, "\n%s\n", p.tell("command.course"))
		p.printCourse(w, course)
	})
}

// story is one person's course: an officer meets her, she is asked, the shelter
// takes her in, the doctor has no room, and she takes a consent back.
func (s *seeding) story(ctx context.Context) (id.Signal, error) {
	desk := s.node.Protection
	service := func(code string) id.Service { return id.Derived[id.Service]("demo", code) }
	officer, night, doctor := s.by("tessa"), s.by("lena"), s.by("jonas")
	done, err := desk.Screen(ctx, officer, protection.Intake{
		Danger: "no", Alias: "Rowan", Age: "adult", Language: "ro", Phone: "+447700900461", Safety: casework.Conditions,
		Answers: indicator.Answers{"D1.job_location_employer": indicator.Yes, "D1.wages": indicator.Yes, "D4.excessive_hours": indicator.Yes,
			"D4.low_or_no_pay": indicator.Yes, "D5.documents_confiscated": indicator.Yes, "D5.debt_bondage": indicator.Yes},
		Needs: []string{"shelter", "doctor"}, SpokenBy: consent.Self, Interpreter: true,
		Share: []protection.Share{{Service: service("north-women"), Agreed: true}, {Service: service("clinic-walk-in"), Agreed: true}, {Service: service("law-wages")}},
	})
	if err != nil {
		return id.Signal{}, err
	}
	if err := s.node.Drain(ctx); err != nil {
		return id.Signal{}, err
	}
	shelter, clinic := done.Referrals[0], done.Referrals[1]
	for _, step := range []func() error{
		func() error { _, err := desk.Receive(ctx, night, shelter.ID); return err },
		func() error {
			_, err := desk.Answer(ctx, night, protection.AnswerIn{Referral: shelter.ID, Version: shelter.Version, To: casework.Accepted})
			return err
		},
		func() error { _, err := desk.Receive(ctx, doctor, clinic.ID); return err },
		func() error { _, err := desk.Withdraw(ctx, officer, done.Case.ID, clinic.Consent); return err },
	} {
		if err := step(); err != nil {
			return id.Signal{}, err
		}
	}
	if err := s.asked(ctx); err != nil {
		return id.Signal{}, err
	}
	if err := s.rights(ctx); err != nil {
		return id.Signal{}, err
	}
	if err := s.children(ctx); err != nil {
		return id.Signal{}, err
	}
	return done.Signal, s.node.Drain(ctx)
}

// asked brings the doctor and the lawyer somebody whom they have not answered yet:
// who signs in as one of them finds something to do.
func (s *seeding) asked(ctx context.Context) error {
	clinic, law := id.Derived[id.Service]("demo", "clinic-walk-in"), id.Derived[id.Service]("demo", "law-residence")
	_, err := s.node.Protection.Screen(ctx, s.by("idris"), protection.Intake{
		Danger: "no", Alias: "Linnet", Age: "adult", Language: "ar", Phone: "+447700900462", Safety: casework.Conditions,
		Answers: indicator.Answers{"D4.excessive_hours": indicator.Yes, "D5.documents_confiscated": indicator.Yes},
		Needs:   []string{"doctor", "lawyer"}, SpokenBy: consent.Self, Interpreter: true,
		Share: []protection.Share{{Service: clinic, Agreed: true}, {Service: law, Agreed: true}},
	})
	return err
}

// by is a persona as an actor.
func (s *seeding) by(code string) policy.Actor {
	for _, p := range demo.Personas() {
		if p.Code == code {
			return policy.Actor{User: userOf(p.Code), Organisation: orgOf(p.Organisation), Roles: p.Roles, Name: p.Name}
		}
	}
	return policy.Actor{}
}
