package ledger

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/sqldb/dbtest"
)

func TestKeyFileRefuses(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "ledger.key")
	if _, err := KeyFile(path); !fault.Is(err, fault.Invalid) {
		t.Errorf("missing file: %v", err)
	}
	for _, name := range []string{"", "two words", "a+b"} {
		if err := MakeKeyFile(filepath.Join(dir, "bad"), name); !fault.Is(err, fault.Invalid) {
			t.Errorf("name %q: %v", name, err)
		}
	}
	if err := MakeKeyFile(path, "here.example"); err != nil {
		t.Fatal(err)
	}
	if err := MakeKeyFile(path, "here.example"); !fault.Is(err, fault.Conflict) {
		t.Errorf("overwrote a key: %v", err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	bad := filepath.Join(dir, "changed")
	for i := range text {
		changed := []byte(string(text))
		changed[i] ^= 1
		if err := os.WriteFile(bad, changed, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := KeyFile(bad); !fault.Is(err, fault.Invalid) {
			t.Errorf("took a key file with byte %d changed: %v", i, err)
		}
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := KeyFile(path); !fault.Is(err, fault.Invalid) {
		t.Errorf("took a key that others may read: %v", err)
	}
}

// TestSpecificationExamples reads the examples of C2SP tlog-checkpoint and
// tlog-cosignature; the keys are not published, so only the form is checked.
func TestSpecificationExamples(t *testing.T) {
	text := "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
	c, ok := parseHead(text)
	if !ok || c.Origin != "example.com/behind-the-sofa" || c.Size != 20852163 || c.Root.String() != "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=" {
		t.Errorf("%+v, %v", c, ok)
	}
	if got, want := string(cosigned(1679315147, []byte(text))), "cosignature/v1\ntime 1679315147\n"+text; got != want {
		t.Errorf("signed message %q", got)
	}
	for name, bad := range map[string]string{
		"no root":              "o\n1\n",
		"no last newline":      strings.TrimSuffix(text, "\n"),
		"empty origin":         strings.TrimPrefix(text, "example.com/behind-the-sofa"),
		"leading zero":         strings.Replace(text, "20852163", "020852163", 1),
		"plus sign":            strings.Replace(text, "20852163", "+20852163", 1),
		"negative size":        strings.Replace(text, "20852163", "-1", 1),
		"endless size":         strings.Replace(text, "20852163", "9223372036854775807", 1),
		"short root":           strings.Replace(text, "CsUY", "", 1),
		"unused bits in root":  strings.Replace(text, "q2I=", "q2J=", 1),
		"empty extension line": text + "\n",
		"empty tree, its root": strings.Replace(text, "20852163", "0", 1),
	} {
		if c, ok := parseHead(bad); ok {
			t.Errorf("%s: read as %+v", name, c)
		}
	}
	if _, ok := parseHead(text + "extension\n"); !ok {
		t.Error("refused an extension line, which the format allows")
	}
}

func TestSignAndConsistency(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		store := dbtest.Open(t, source, Migrations())
		key := makeKey(t, "here.example")
		keys := parseKeys(t, key.LogKey())
		sign := func() (c Checkpoint, err error) {
			err = store.InTx(t.Context(), func(tx *sql.Tx) error {
				c, err = Sign(t.Context(), tx, key)
				return err
			})
			return c, err
		}
		if _, err := sign(); !fault.Is(err, fault.NotFound) {
			t.Errorf("signed an empty log: %v", err)
		}
		var signed []Checkpoint
		for i := range 12 {
			appendLines(t, store, lineOn(i, person(i)))
			c, err := sign()
			if err != nil || c.Size != int64(i+1) || c.Origin != "here.example" {
				t.Fatalf("Sign = %+v, %v", c, err)
			}
			again, err := sign()
			if err != nil || again.Note != c.Note {
				t.Errorf("signed the same size twice: %v", err)
			}
			signed = append(signed, c)
		}
		inTx(t, store, func(ctx context.Context, tx *sql.Tx) error {
			for _, a := range signed {
				for _, b := range signed {
					p, err := Consistency(ctx, tx, a.Size, b.Size)
					if (err == nil) != (a.Size <= b.Size) {
						t.Errorf("Consistency(%d, %d): %v", a.Size, b.Size, err)
					}
					if err == nil && tlog.CheckTree(p, b.Size, b.Root, a.Size, a.Root) != nil {
						t.Errorf("proof from %d to %d fails", a.Size, b.Size)
					}
				}
			}
			if p, err := Consistency(ctx, tx, 0, 5); len(p) != 0 || err != nil {
				t.Errorf("from nothing: %v, %v", p, err)
			}
			if _, err := Consistency(ctx, tx, 5, 13); !fault.Is(err, fault.Invalid) {
				t.Errorf("to more than there is: %v", err)
			}
			newest, err := Latest(ctx, tx, keys)
			if newest.Size != 12 {
				t.Errorf("Latest = %+v", newest)
			}
			return err
		})
		// A log that was rewritten is not signed again. Line 11 completes the
		// subtree of lines 8 to 11, which the last checkpoint contains.
		inTx(t, store, func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE ledger_line SET hashes = (SELECT hashes FROM ledger_line WHERE n = 3) WHERE n = 11`)
			return err
		})
		appendLines(t, store, lineOn(12))
		if _, err := sign(); !fault.Is(err, fault.Internal) {
			t.Errorf("signed a rewritten log: %v", err)
		}
	})
}

// fork is a log that shares its first lines with another and then differs.
func fork(t *testing.T, source string, shared []Line, rest ...Line) *sqldb.DB {
	store := dbtest.Open(t, source, Migrations())
	appendLines(t, store, shared...)
	appendLines(t, store, rest...)
	return store
}

func head(t *testing.T, store *sqldb.DB, key *Key) (c Checkpoint) {
	t.Helper()
	inTx(t, store, func(ctx context.Context, tx *sql.Tx) (err error) {
		c, err = Sign(ctx, tx, key)
		return err
	})
	return c
}

func consistency(t *testing.T, store *sqldb.DB, old, size int64) (p tlog.TreeProof) {
	t.Helper()
	inTx(t, store, func(ctx context.Context, tx *sql.Tx) (err error) {
		p, err = Consistency(ctx, tx, old, size)
		return err
	})
	return p
}

func TestWitness(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		memory := dbtest.Open(t, source, Migrations())
		log, alien, here := makeKey(t, "log.example"), makeKey(t, "log.example"), makeKey(t, "witness.example")
		w, err := NewWitness(here, log.LogKey())
		if err != nil {
			t.Fatal(err)
		}
		add := func(origin string, old int64, text string, p tlog.TreeProof) (line []byte, err error) {
			err = memory.InTx(t.Context(), func(tx *sql.Tx) error {
				line, err = w.Add(t.Context(), tx, noon, origin, old, []byte(text), p)
				return err
			})
			return line, err
		}
		// Lines without refs have no salts, so two logs of them can share a start.
		var shared []Line
		for i := range 5 {
			shared = append(shared, lineOn(i))
		}
		honest := fork(t, dbtest.SQLite(t), shared)
		five := head(t, honest, log)
		if _, err := add("log.example", 0, five.Note, nil); err != nil {
			t.Fatal(err)
		}
		appendLines(t, honest, lineOn(5), lineOn(6), lineOn(7))
		eight := head(t, honest, log)
		proof := consistency(t, honest, 5, 8)
		other := head(t, fork(t, dbtest.SQLite(t), shared, lineOn(5), lineOn(6), lineOn(7)), log)
		forked := fork(t, dbtest.SQLite(t), shared[:3], lineOn(3), lineOn(4), lineOn(5), lineOn(6), lineOn(7))
		forkedEight, forkedFive := head(t, forked, log), head(t, fork(t, dbtest.SQLite(t), shared[:3], lineOn(3), lineOn(4)), log)
		three := head(t, fork(t, dbtest.SQLite(t), shared[:3]), log)
		falsely := head(t, fork(t, dbtest.SQLite(t), shared, lineOn(5)), alien)

		for name, c := range map[string]struct {
			origin string
			old    int64
			note   string
			proof  tlog.TreeProof
			kind   fault.Kind
		}{
			"unknown log":             {"other.example", 5, eight.Note, proof, fault.NotFound},
			"key of another":          {"log.example", 5, falsely.Note, proof, fault.Denied},
			"no signature":            {"log.example", 5, strings.SplitAfter(eight.Note, "\n\n")[0], proof, fault.Denied},
			"changed size":            {"log.example", 5, strings.Replace(eight.Note, "8", "9", 1), proof, fault.Denied},
			"old size beyond the new": {"log.example", 9, eight.Note, proof, fault.Invalid},
			"negative old size":       {"log.example", -1, eight.Note, proof, fault.Invalid},
			"not the newest size":     {"log.example", 4, eight.Note, consistency(t, honest, 4, 8), fault.Conflict},
			"as if never seen":        {"log.example", 0, eight.Note, nil, fault.Conflict},
			"smaller log":             {"log.example", 3, three.Note, nil, fault.Conflict},
			"no proof":                {"log.example", 5, eight.Note, nil, fault.Invalid},
			"proof too long":          {"log.example", 5, eight.Note, append(proof, tlog.Hash{}), fault.Invalid},
			"proof of another log":    {"log.example", 5, forkedEight.Note, consistency(t, forked, 5, 8), fault.Invalid},
			"same size, other root":   {"log.example", 5, forkedFive.Note, nil, fault.Conflict},
		} {
			if line, err := add(c.origin, c.old, c.note, c.proof); !fault.Is(err, c.kind) {
				t.Errorf("%s: %q, %v", name, line, err)
			}
		}
		_, err = add("log.example", 4, eight.Note, nil)
		if _, args := fault.Say(err); !cmp.Equal(args, []fault.Arg{{Name: "size", Value: int64(5)}}) {
			t.Errorf("the refusal does not tell the newest size: %v", args)
		}

		// The same checkpoint again is countersigned again; then the next one.
		if _, err := add("log.example", 5, five.Note, nil); err != nil {
			t.Error(err)
		}
		line, err := add("log.example", 5, eight.Note, proof)
		if err != nil {
			t.Fatal(err)
		}
		opened, err := ParseCheckpoint([]byte(eight.Note+string(line)), parseKeys(t, log.LogKey(), here.WitnessKey()))
		if err != nil || !cmp.Equal(opened.Witnesses, []string{"witness.example"}) {
			t.Errorf("countersigned: %+v, %v", opened, err)
		}
		// Of two histories of one log, only one finds this witness.
		if _, err := add("log.example", 8, other.Note, nil); !fault.Is(err, fault.Conflict) {
			t.Errorf("countersigned two histories: %v", err)
		}
		// A rolled-back countersignature is forgotten with it.
		appendLines(t, honest, lineOn(8))
		nine := head(t, honest, log)
		errNo := errors.New("no")
		err = memory.InTx(t.Context(), func(tx *sql.Tx) error {
			if _, err := w.Add(t.Context(), tx, noon, "log.example", 8, []byte(nine.Note), consistency(t, honest, 8, 9)); err != nil {
				return err
			}
			return errNo
		})
		if !errors.Is(err, errNo) {
			t.Fatal(err)
		}
		if _, err := add("log.example", 9, nine.Note, nil); !fault.Is(err, fault.Conflict) {
			t.Errorf("remembers what was rolled back: %v", err)
		}
		// A memory that somebody rewrote is not believed.
		inTx(t, memory, func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE ledger_witness SET size = 9`)
			return err
		})
		if _, err := add("log.example", 9, nine.Note, nil); !fault.Is(err, fault.Internal) {
			t.Errorf("believed a rewritten memory: %v", err)
		}
	})
}

func TestCosignaturesAreChecked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		store := dbtest.Open(t, source, Migrations())
		log, by, alien := makeKey(t, "log.example"), makeKey(t, "witness.example"), makeKey(t, "witness.example")
		appendLines(t, store, lineOn(0))
		c := head(t, store, log)
		line := func(k *Key, at time.Time) []byte {
			w := &Witness{key: k, logs: parseKeys(t, log.LogKey())}
			_, line, err := w.cosign(c, at)
			if err != nil {
				t.Fatal(err)
			}
			return line
		}
		add := func(size int64, lines []byte) error {
			return store.InTx(t.Context(), func(tx *sql.Tx) error {
				return AddCosignatures(t.Context(), tx, size, lines, parseKeys(t, log.LogKey()), parseKeys(t, by.WitnessKey()))
			})
		}
		good := line(by, noon)
		raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(good[bytes.LastIndexByte(good, ' ')+1:])))
		if err != nil {
			t.Fatal(err)
		}
		raw[11] ^= 1 // another time
		late := "— witness.example " + base64.StdEncoding.EncodeToString(raw) + "\n"
		for name, lines := range map[string]string{
			"nothing":        "",
			"another key":    string(line(alien, noon)),
			"another time":   late,
			"not a line":     "hello\n",
			"cut off":        string(good[:len(good)-10]) + "\n",
			"the log itself": c.Note[strings.Index(c.Note, "—"):],
		} {
			if err := add(1, []byte(lines)); !fault.Is(err, fault.Denied) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := add(2, good); !fault.Is(err, fault.NotFound) {
			t.Errorf("a size that is not signed: %v", err)
		}
		for _, lines := range [][]byte{append(line(alien, noon), good...), line(by, noon.Add(time.Hour))} {
			if err := add(1, lines); err != nil {
				t.Error(err)
			}
		}
		r := verify(t, store, parseKeys(t, log.LogKey(), by.WitnessKey()))
		if !r.Sound() {
			t.Errorf("%+v", r.Findings)
		}
		if r := verify(t, store, parseKeys(t, log.LogKey())); r.Sound() {
			t.Error("a countersignature that no key was given for passed as verified")
		}
	})
}
