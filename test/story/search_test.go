package story

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"lodestar/internal/kernel/consent"
)

type sqlTx = sql.Tx

func ctx(*testscript.TestScript) context.Context { return context.Background() }

// erased searches every row of every table for a word: after forgetting, it is
// nowhere, sealed or not (the sealed rows are gone with their keys).
func erased(ts *testscript.TestScript, s *teller, a []string) error {
	tables, err := s.node.Ground.DB.Tables(ctx(ts))
	if err != nil {
		return err
	}
	return s.node.Ground.DB.InRead(ctx(ts), func(tx *sqlTx) error {
		for _, table := range tables {
			if err := search(tx, table, a[0]); err != nil {
				ts.Fatalf("%v", err)
			}
		}
		return nil
	})
}

func search(tx *sqlTx, table, word string) error {
	rows, err := tx.Query(`SELECT * FROM "` + table + `"`)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	for rows.Next() {
		cells, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, c := range cells {
			if b, ok := c.([]byte); ok {
				c = string(b)
			}
			if strings.Contains(fmt.Sprint(c), word) {
				return fmt.Errorf("%q stands in %s.%s", word, table, columns[i])
			}
		}
	}
	return rows.Err()
}

// says holds what the source of a signal reads of it against words.
func says(ts *testscript.TestScript, s *teller, a []string) error {
	v, err := s.node.Evidence.See(ctx(ts), s.by, consent.Identification, s.signal[a[0]])
	if err != nil {
		return err
	}
	text := v.Narrative.Value
	for _, m := range v.Mentions {
		text += fmt.Sprintf(" %v", m.Shown.Value)
	}
	for _, w := range a[1:] {
		word, absent := strings.CutPrefix(w, "-")
		if strings.Contains(text, word) == absent {
			ts.Fatalf("signal %s says %q: %q", a[0], text, w)
		}
	}
	return nil
}

// search tells whether the actor finds anything by a word.
func (s *teller) search(ts *testscript.TestScript, word string, want bool) error {
	hits, err := s.node.Graph.Search(ctx(ts), s.by, consent.Identification, word, 10)
	if err == nil && len(hits) > 0 != want {
		ts.Fatalf("%q is found: %v", word, hits)
	}
	return err
}
