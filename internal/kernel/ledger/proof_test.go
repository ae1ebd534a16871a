package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/id"
)

// provenLine is a log whose line about person 1 and 2 is proven, opening 1.
func provenLine(t testing.TB, store *sqldb.DB) (doc []byte, line Line, log, by *Key) {
	log, by = makeKey(t, "log.example"), makeKey(t, "witness.example")
	line = lineOn(3, person(1), person(2))
	appendLines(t, store, lineOn(0), lineOn(1), lineOn(2), line, lineOn(4))
	var c Checkpoint
	inTx(t, store, func(ctx context.Context, tx *sql.Tx) (err error) {
		if _, err := Prove(ctx, tx, line.ID); !fault.Is(err, fault.Busy) {
			t.Errorf("proved a line that nothing signs: %v", err)
		}
		c, err = Sign(ctx, tx, log)
		return err
	})
	w := &Witness{key: by, logs: parseKeys(t, log.LogKey())}
	_, cosignature, err := w.cosign(c, noon)
	if err != nil {
		t.Fatal(err)
	}
	inTx(t, store, func(ctx context.Context, tx *sql.Tx) error {
		err := AddCosignatures(ctx, tx, c.Size, cosignature, w.logs, parseKeys(t, by.WitnessKey()))
		if err != nil {
			return err
		}
		if _, err := Prove(ctx, tx, id.New[id.Line]()); !fault.Is(err, fault.NotFound) {
			t.Errorf("proved a line that is not there: %v", err)
		}
		p, err := Prove(ctx, tx, line.ID, person(1))
		if err != nil {
			return err
		}
		doc, err = json.MarshalIndent(p, "", "  ")
		return err
	})
	return doc, line, log, by
}

func TestProofVerifiesOffline(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		store := dbtest.Open(t, source, Migrations())
		doc, line, log, by := provenLine(t, store)
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
		got, err := CheckProof(doc, log.LogKey(), by.WitnessKey())
		if err != nil || got.ID != line.ID || got.N != 3 || got.Sealed != 1 || !cmp.Equal(got.On, []Ref{person(1)}) {
			t.Fatalf("CheckProof = %+v, %v", got, err)
		}
		if strings.Contains(string(doc), person(2).ID) {
			t.Error("the proof tells of a ref that was not asked for")
		}
		stranger := makeKey(t, "witness.example")
		for name, keys := range map[string][]string{
			"another log":            {stranger.LogKey()},
			"not a key":              {"x"},
			"a witness key":          {by.WitnessKey()},
			"a witness who did not":  {log.LogKey(), stranger.WitnessKey()},
			"the log as its witness": {log.LogKey(), log.LogKey()},
		} {
			if _, err := CheckProof(doc, keys[0], keys[1:]...); err == nil {
				t.Errorf("%s: proof holds", name)
			}
		}
		for name, change := range map[string]func(*Proof){
			"another number": func(p *Proof) { p.N = 2 },
			"another actor": func(p *Proof) {
				p.Line = json.RawMessage(strings.Replace(string(p.Line), "usr_ana", "usr_bo", 1))
			},
			"another spelling": func(p *Proof) {
				p.Line = json.RawMessage(strings.Replace(string(p.Line), `"usr_ana"`, `"\u0075sr_ana"`, 1))
			},
			"another person":   func(p *Proof) { p.Opened[0].ID = person(2).ID },
			"another position": func(p *Proof) { p.Opened[0].Ordinal = 1 },
			"no such position": func(p *Proof) { p.Opened[0].Ordinal = 2 },
			"opened twice":     func(p *Proof) { p.Opened = append(p.Opened, p.Opened[0]) },
			"another salt":     func(p *Proof) { p.Opened[0].Salt[0]++ },
			"short salt":       func(p *Proof) { p.Opened[0].Salt = p.Opened[0].Salt[1:] },
			"another path":     func(p *Proof) { p.Path[0][0]++ },
			"shorter path":     func(p *Proof) { p.Path = p.Path[1:] },
			"another format":   func(p *Proof) { p.Format = "x" },
			"no line":          func(p *Proof) { p.Line = nil },
		} {
			var p Proof
			if err := json.Unmarshal(doc, &p); err != nil {
				t.Fatal(err)
			}
			change(&p)
			changed, err := json.Marshal(p)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := CheckProof(changed, log.LogKey()); err == nil {
				t.Errorf("%s: proof holds", name)
			}
		}
		for name, bad := range map[string][]byte{
			"empty": nil, "cut off": doc[:len(doc)/2], "followed by more": append(doc, '{'),
			"huge":          []byte(strings.Repeat(" ", maxProof+1)),
			"unknown field": []byte(strings.Replace(string(doc), `"n":`, `"m": 1, "n":`, 1)),
		} {
			if _, err := CheckProof(bad, log.LogKey()); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// FuzzCheckProof changes a true proof: it may still hold only if it says the
// same.
func FuzzCheckProof(f *testing.F) {
	doc, line, log, by := provenLine(f, dbtest.Open(f, dbtest.SQLite(f), Migrations()))
	f.Add(doc)
	f.Add([]byte(`{"format":"lodestar-ledger-proof/1","n":0,"line":{},"opened":[],"path":[],"checkpoint":""}`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		got, err := CheckProof(doc, log.LogKey(), by.WitnessKey())
		if err == nil && (got.ID != line.ID || got.N != 3 || len(got.On)+got.Sealed != 2) {
			t.Errorf("a forged proof holds: %s", doc)
		}
	})
}

// FuzzParseCheckpoint finds no text but the true one that carries the signature.
func FuzzParseCheckpoint(f *testing.F) {
	key := makeKey(f, "log.example")
	text, err := note.Sign(&note.Note{Text: fmt.Sprintf("log.example\n7\n%s\n", tlog.Hash{7})}, key.log)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte("log.example\n7\nAAAA\n\n— log.example AAAA\n"))
	keys := parseKeys(f, key.LogKey())
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := ParseCheckpoint(text, keys)
		if err == nil && (c.Size != 7 || c.Root != tlog.Hash{7} || c.Origin != "log.example") {
			t.Errorf("forged: %+v", c)
		}
		if c, ok := parseHead(string(text)); ok && (c.Size < 0 || c.Size > maxSize || c.Origin == "") {
			t.Errorf("parseHead: %+v", c)
		}
	})
}

// FuzzDecode holds that a leaf has one spelling.
func FuzzDecode(f *testing.F) {
	l := lineOn(1)
	l.Erased = []Place{{0, 1}}
	leaf, err := encode(7, l, []tlog.Hash{{1}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(leaf)
	f.Fuzz(func(t *testing.T, leaf []byte) {
		n, l, on, err := decode(leaf)
		if err != nil {
			return
		}
		if again, err := encode(n, l, on); err != nil || string(again) != string(leaf) {
			t.Errorf("%s decodes, and encodes as %s", leaf, again)
		}
	})
}

// FuzzParseKeys holds that a key that is read is written the same.
func FuzzParseKeys(f *testing.F) {
	key := makeKey(f, "log.example")
	f.Add(key.LogKey())
	f.Add(key.WitnessKey())
	f.Fuzz(func(t *testing.T, text string) {
		v, err := parseVerifier(text)
		if err == nil && !strings.HasPrefix(text, fmt.Sprintf("%s+", v.Name())) {
			t.Errorf("%q is a key of %q", text, v.Name())
		}
	})
}
