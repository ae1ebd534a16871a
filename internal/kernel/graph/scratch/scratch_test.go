package scratch

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/graph"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
	"lodestar/internal/kernel/seal"
	"lodestar/internal/node/demo"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func TestDemo(t *testing.T) {
	ctx := t.Context()
	source := dbtest.SQLite(t)
	if os.Getenv("PG") != "" {
		source = dbtest.Postgres(t)
	}
	keys, err := sqldb.Open(ctx, source, "keys")
	must(err)
	defer keys.Close()
	kp := filepath.Join(t.TempDir(), "k")
	must(seal.MakeKEKFile(kp))
	kek, err := seal.KEKFile(kp)
	must(err)
	g := &act.Ground{DB: dbtest.Open(t, source, ledger.Migrations(), evidence.Migrations(), graph.Migrations()), Clock: clock.System()}
	g.Vault, err = seal.OpenVault(ctx, keys, kek)
	must(err)
	verbs := map[policy.Verb]string{}
	for _, s := range []map[policy.Verb]string{graph.Verbs, evidence.Verbs} {
		for v, k := range s {
			verbs[v] = k
		}
	}
	g.Policy, err = policy.Load(os.DirFS("../testdata/policy"), verbs)
	must(err)
	g.Facts = map[string]act.FactsFunc{"entity": graph.EntityFacts}
	self := policy.Actor{User: id.Derived[id.User]("node"), Organisation: id.Derived[id.Organisation]("node"), Roles: []string{"node"}}
	gr, err := graph.New(g, self, graph.Derived{})
	must(err)
	gr.Home = "GB"
	pop, err := demo.Generate(7)
	must(err)
	refs := map[string]id.Signal{}
	back := map[string]string{}
	d := clock.Elapsed(func() {
		batch := map[string][]evidence.Incoming{}
		flush := func(org string) {
			by := policy.Actor{User: id.Derived[id.User](org), Organisation: id.Derived[id.Organisation](org), Roles: []string{"responder"}}
			_, err := act.Do(ctx, g, policy.Ask{Actor: by, Verb: evidence.VerbRecord, On: ledger.Ref{Kind: "signal"}, Purpose: "identification"}, func(a *act.Act) (int, error) {
				for _, in := range batch[org] {
					r, err := evidence.Record(a, in, id.Import{})
					if err != nil {
						return 0, err
					}
					refs[in.Ref] = r.ID
					back[r.ID.String()] = in.Ref
				}
				return 0, nil
			})
			must(err)
			delete(batch, org)
		}
		for _, r := range pop.Referrals {
			batch[r.Organisation] = append(batch[r.Organisation], r.Signal)
			if len(batch[r.Organisation]) == 100 {
				flush(r.Organisation)
			}
		}
		for o := range batch {
			flush(o)
		}
	})
	n := len(pop.Referrals)
	fmt.Printf("recorded %d in %v (%.0f/s)\n", n, d, float64(n)/d.Seconds())
	d = clock.Elapsed(func() { must(gr.Resolve(ctx)) })
	fmt.Printf("resolved in %v (%.0f/s)\n", d, float64(n)/d.Seconds())
	report(ctx, g, pop, refs, back)
	if os.Getenv("LEARN") != "" {
		var l graph.Learned
		d = clock.Elapsed(func() { l, err = gr.Learn(ctx); must(err) })
		fmt.Printf("learned in %v: %+v\n", d, l)
		d = clock.Elapsed(func() { must(gr.Resolve(ctx)) })
		fmt.Printf("adopted in %v\n", d)
		report(ctx, g, pop, refs, back)
		must(g.DB.InRead(ctx, func(tx *sql.Tx) error {
			var body string
			must(tx.QueryRow("SELECT body FROM graph_model ORDER BY seq DESC LIMIT 1").Scan(&body))
			return os.WriteFile("/tmp/learned.json", []byte(body), 0o644)
		}))
	}
	d = clock.Elapsed(func() {
		r, err := gr.Rebuild(ctx, true)
		must(err)
		fmt.Println("rebuild", r)
	})
	fmt.Printf("rebuilt in %v (%.0f/s)\n", d, float64(n)/d.Seconds())
	_ = time.Now
}

func report(ctx context.Context, g *act.Ground, pop *demo.Population, refs map[string]id.Signal, back map[string]string) {
	must(g.DB.InRead(ctx, func(tx *sql.Tx) error {
		rows, err := tx.Query("SELECT signal, entity, kind, role, place FROM graph_mention ORDER BY place")
		must(err)
		type m struct {
			sig, kind, role string
			e, place         int64
		}
		var all []m
		for rows.Next() {
			var x m
			must(rows.Scan(&x.sig, &x.e, &x.kind, &x.role, &x.place))
			all = append(all, x)
		}
		rows.Close()
		for _, kind := range evidence.Kinds {
			ents, n := map[int64]bool{}, 0
			for _, x := range all {
				if x.kind == string(kind) {
					n++
					ents[x.e] = true
				}
			}
			var same, doubt, asked int
			must(tx.QueryRow("SELECT count(CASE WHEN p.state='same' THEN 1 END), count(CASE WHEN p.state='doubt' THEN 1 END), count(CASE WHEN p.asked AND m.entity<>o.entity THEN 1 END) FROM graph_pair p JOIN graph_mention m ON m.place=p.a JOIN graph_mention o ON o.place=p.b WHERE m.kind=$1", string(kind)).Scan(&same, &doubt, &asked))
			fmt.Printf("%-14s mentions %6d entities %6d same %6d doubt %6d asked %5d\n", kind, n, len(ents), same, doubt, asked)
		}
		// victims' duplicates: person with n=1 in signal
		first := map[string]int64{}
		for _, x := range all {
			if x.place&1023 == 1 {
				first[back[x.sig]] = x.e
			}
		}
		planted := map[[2]string]bool{}
		for _, d := range pop.Truth.Duplicates {
			for i := range d {
				for j := i + 1; j < len(d); j++ {
					planted[pair(d[i], d[j])] = true
				}
			}
		}
		by := map[int64][]string{}
		for r, e := range first {
			by[e] = append(by[e], r)
		}
		tp, fp := 0, 0
		var fps []string
		for _, l := range by {
			sort.Strings(l)
			for i := range l {
				for j := i + 1; j < len(l); j++ {
					if planted[pair(l[i], l[j])] {
						tp++
					} else {
						fp++
						fps = append(fps, l[i]+"="+l[j])
					}
				}
			}
		}
		fmt.Printf("victims: planted %d tp %d fp %d  %v\n", len(planted), tp, fp, fps[:min(len(fps), 10)])
		byRef := map[string]evidence.Incoming{}
		for _, r := range pop.Referrals {
			byRef[r.Signal.Ref] = r.Signal
		}
		for i, f := range fps {
			if i < 14 {
				x, y, _ := strings.Cut(f, "=")
				for _, r := range []string{x, y} {
					fmt.Printf("   FP %s:", r)
					for _, m := range byRef[r].Mentions {
						fmt.Printf(" [%s %s of%d %v %s %s|%s|%s %s]", m.Kind, m.Role, m.Of, m.Names, m.Born, m.Value, m.Line, m.Postcode, m.Town)
					}
					fmt.Println()
				}
			}
		}
		if os.Getenv("DBG") != "" {
			for _, ref := range strings.Split(os.Getenv("DBG"), ",") {
				rows, err := tx.Query("SELECT x.place, y.place, x.entity, y.entity, p.state, p.score, p.levels, y.signal FROM graph_pair p JOIN graph_mention x ON x.place=p.a JOIN graph_mention y ON y.place=p.b WHERE x.signal=$1 OR y.signal=$1", refs[ref].String())
				must(err)
				for rows.Next() {
					var a, b, ea, eb, sc int64
					var st, lv, sg string
					must(rows.Scan(&a, &b, &ea, &eb, &st, &sc, &lv, &sg))
					fmt.Printf("  pair %d.%d-%d.%d ent %d.%d %d.%d %s %d %s\n", a>>10, a&1023, b>>10, b&1023, ea>>10, ea&1023, eb>>10, eb&1023, st, sc, lv)
				}
				rows.Close()
			}
		}
		inDoubt := 0
		for p := range planted {
			a, b := first[p[0]], first[p[1]]
			if a == b {
				continue
			}
			var n int
			must(tx.QueryRow("SELECT count(*) FROM graph_pair p JOIN graph_mention x ON x.place=p.a JOIN graph_mention y ON y.place=p.b WHERE p.state='doubt' AND ((x.entity=$1 AND y.entity=$2) OR (x.entity=$2 AND y.entity=$1))", a, b).Scan(&n))
			if n > 0 {
				inDoubt++
			}
		}
		fmt.Printf("victims missed but in doubt: %d\n", inDoubt)
		// networks: for kind recruiter etc: biggest entity share among signals
		roleKind := map[string]string{}
		_ = roleKind
		for _, n := range pop.Truth.Networks {
			in := map[string]bool{}
			for _, r := range n.Signals {
				in[refs[r].String()] = true
			}
			count := map[int64]map[string]bool{}
			total := map[int64]map[string]bool{}
			kinds := map[int64]string{}
			for _, x := range all {
				if x.place&1023 == 1 {
					continue
				}
				kinds[x.e] = x.kind + "/" + x.role
				if total[x.e] == nil {
					total[x.e] = map[string]bool{}
				}
				total[x.e][x.sig] = true
				if in[x.sig] {
					if count[x.e] == nil {
						count[x.e] = map[string]bool{}
					}
					count[x.e][x.sig] = true
				}
			}
			best := int64(0)
			for e := range count {
				if best == 0 || len(count[e]) > len(count[best]) || len(count[e]) == len(count[best]) && e < best {
					best = e
				}
			}
			flag := ""
			if len(count[best]) < len(n.Signals) {
				flag = " <"
			}
			if len(total[best]) > len(count[best]) {
				flag += " IMPURE"
			}
			if flag != "" {
			if strings.Contains(flag, "<") && n.Kind != "recruiter" && os.Getenv("NET") != "" {
				for _, r := range n.Signals {
					if !count[best][refs[r].String()] {
						fmt.Printf("     miss %s:", r)
						for _, m := range byRef[r].Mentions {
							fmt.Printf(" [%s %s of%d %v %s %s|%s|%s %s]", m.Kind, m.Role, m.Of, m.Names, m.Born, m.Value, m.Line, m.Postcode, m.Town)
						}
						fmt.Println()
					}
				}
			}
			fmt.Printf("%-16s %-22s signals %3d best %3d (of %d) %s%s\n", n.Kind, n.Key, len(n.Signals), len(count[best]), len(total[best]), kinds[best], flag)
			}
		}
		return nil
	}))
}

func pair(a, b string) [2]string {
	if b < a {
		a, b = b, a
	}
	return [2]string{a, b}
}
