package node

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/seal"
)

// sealed is one column that holds sealed fields. rows gives of each that is
// filled its subject, the row's part of its place, its kind and the box.
type sealed struct {
	table, column string
	class         func(kind string) seal.Class
	rows          string
}

func (s sealed) name() string { return s.table + "." + s.column }

func always(c seal.Class) func(string) seal.Class { return func(string) seal.Class { return c } }

// sealedColumns are all of them: a test holds this list against the tables.
var sealedColumns = append([]sealed{
	{"evidence_signal", "narrative", always(seal.Narrative), `SELECT subject, id, '', narrative FROM evidence_signal WHERE narrative IS NOT NULL`},
	{"evidence_held", "body", always(seal.Narrative), `SELECT subject, import, '', body FROM evidence_held`},
	{"evidence_signal", "named", always(seal.Identity), `SELECT subject, id, '', named FROM evidence_signal WHERE named IS NOT NULL`},
	{"evidence_mention", "details", func(kind string) seal.Class { return evidence.MentionKind(kind).Class() },
		`SELECT subject, id, kind, details FROM evidence_mention WHERE details IS NOT NULL`},
	{"casework_person", "alias", always(seal.Identity), `SELECT subject, id, '', alias FROM casework_person WHERE alias IS NOT NULL`},
	{"casework_person", "name", always(seal.Identity), `SELECT subject, id, '', name FROM casework_person WHERE name IS NOT NULL`},
	{"casework_person", "phone", always(seal.Contact), `SELECT subject, id, '', phone FROM casework_person WHERE phone IS NOT NULL`},
	{"casework_case", "note", always(seal.Narrative),
		`SELECT p.subject, c.id, '', c.note FROM casework_case c JOIN casework_person p ON p.id = c.person WHERE c.note IS NOT NULL`},
	{"casework_referral", "payload", always(seal.Identity),
		`SELECT CASE r.subject WHEN '' THEN p.subject ELSE r.subject END, r.id, '', r.payload FROM casework_referral r JOIN casework_person p ON p.id = r.person WHERE r.payload IS NOT NULL`},
	{"disclosure_emergency", "reason", always(seal.Narrative), `SELECT subject, referral, '', reason FROM disclosure_emergency`},
	{"identification_decision", "reasons", always(seal.Narrative), `SELECT subject, "case" || '/' || n, '', reasons FROM identification_decision`},
	{"identification_period", "reasons", always(seal.Narrative), `SELECT subject, "case" || '/' || n, '', reasons FROM identification_period WHERE reasons IS NOT NULL`},
	{"screening_interview", "answers", always(seal.Narrative), `SELECT subject, id, '', answers FROM screening_interview`},
	{"receipt_message", "words", always(seal.Narrative), `SELECT subject, "case" || '/' || n, '', words FROM receipt_message`},
	{"receipt_message", "answer", always(seal.Narrative), `SELECT subject, "case" || '/' || n, '', answer FROM receipt_message WHERE answer IS NOT NULL`},
	{"act_proposal", "payload", always(seal.Narrative), `SELECT subject, id, '', payload FROM act_proposal WHERE payload IS NOT NULL`},
	{"casework_draft", "body", always(seal.Narrative), `SELECT subject, owner || '/' || form, '', body FROM casework_draft`},
	{"prosecution_charge", "name", always(seal.Identity), `SELECT subject, id, '', name FROM prosecution_charge WHERE name IS NOT NULL`},
	{"rights_act", "link", always(seal.Narrative), rightsRows("rights_act", "link", "x.n")},
	{"rights_request", "reasons", always(seal.Narrative), rightsRows("rights_request", "reasons", "x.n")},
	{"rights_return", "assessment", always(seal.Narrative), rightsRows("rights_return", "assessment", "x.n")},
	{"rights_breach", "done", always(seal.Narrative), rightsRows("rights_breach", "done", "x.measure", "x.n")},
}, childColumns...)

// rightsRows are the filled rows of a column that is sealed under the key of the
// person whose case it is.
func rightsRows(table, column string, numbers ...string) string {
	place := `x."case"`
	for _, n := range numbers {
		place += ` || '/' || CAST(` + n + ` AS TEXT)`
	}
	return `SELECT p.subject, ` + place + `, '', x.` + column + ` FROM ` + table + ` x JOIN casework_case c ON c.id = x."case" JOIN casework_person p ON p.id = c.person WHERE x.` + column + ` IS NOT NULL`
}

// childColumns are those of the desk of child protection: rows of a case, numbered.
var childColumns = []sealed{
	columnOf("child_age", "note", seal.Health, ""), columnOf("child_entry", "note", seal.Health, ""),
	columnOf("child_missing", "note", seal.Narrative, ""), columnOf("child_missing", "talk", seal.Narrative, ""),
	columnOf("child_assessment", "wishes", seal.Narrative, ""), columnOf("child_assessment", "reasons", seal.Narrative, ""),
	columnOf("child_determination", "wishes", seal.Narrative, ""), columnOf("child_determination", "options", seal.Narrative, ""),
	columnOf("child_determination", "reasons", seal.Narrative, ""),
	columnOf("child_part", "note", seal.Narrative, `CAST(x.determination AS TEXT) || '/' || `),
	{"child_birth", "month", always(seal.Identity), `SELECT p.subject, x."case" || '/1', '', x.month
		FROM child_birth x JOIN casework_case c ON c.id = x."case" JOIN casework_person p ON p.id = c.person WHERE x.month IS NOT NULL`},
}

// columnOf is a column whose row is a case and a number; before comes what else is
// part of its place.
func columnOf(table, column string, class seal.Class, before string) sealed {
	return sealed{table, column, always(class), `SELECT p.subject, ` + before + `x."case" || '/' || CAST(x.n AS TEXT), '', x.` + column + `
		FROM ` + table + ` x JOIN casework_case c ON c.id = x."case" JOIN casework_person p ON p.id = c.person WHERE x.` + column + ` IS NOT NULL`}
}

// each gives the filled fields of the column until fn says stop.
func (s sealed) each(ctx context.Context, tx *sql.Tx, fn func(subject id.Subject, place string, class seal.Class, box []byte) (stop bool, err error)) error {
	rows, err := tx.QueryContext(ctx, s.rows)
	if err != nil {
		return fault.Wrap("node.sealed", err)
	}
	defer rows.Close()
	for rows.Next() {
		var subject, row, kind string
		var box []byte
		if err := rows.Scan(&subject, &row, &kind, &box); err != nil {
			return fault.Wrap("node.sealed", err)
		}
		place := s.table + "/" + s.column + "/" + row
		if stop, err := fn(id.Trusted[id.Subject](subject), place, s.class(kind), box); stop || err != nil {
			return err
		}
	}
	return fault.Wrap("node.sealed", rows.Err())
}

// verifySealed opens one field of each column with the node's key, and tells only
// whether it could be opened.
func (n *Node) verifySealed(ctx context.Context) (out []Verified, err error) {
	err = n.Ground.DB.InRead(ctx, func(tx *sql.Tx) error {
		out = nil
		for _, s := range sealedColumns {
			v := Verified{"sealed " + s.name(), Well, "nothing to open"}
			err := s.each(ctx, tx, func(subject id.Subject, place string, class seal.Class, box []byte) (bool, error) {
				err := n.Ground.Vault.Check(ctx, class, subject, place, box)
				switch {
				case fault.Is(err, fault.NotFound):
					v.Value = "all erased"
					return false, nil
				case err != nil:
					v.State, v.Value = Fail, rowOf(place)
				default:
					v.Value = "opens"
				}
				return true, nil
			})
			if err != nil {
				return err
			}
			out = append(out, v)
		}
		return nil
	})
	return out, err
}

func rowOf(place string) string { return place[strings.LastIndexByte(place, '/')+1:] }

// keyless counts the subjects of filled fields that have no key set any more.
func (n *Node) keyless(ctx context.Context) (int64, error) {
	gone := map[id.Subject]bool{}
	err := n.keys.InRead(ctx, func(keys *sql.Tx) error {
		has, err := keys.PrepareContext(ctx, `SELECT 1 FROM seal_key WHERE subject = $1`)
		if err != nil {
			return fault.Wrap("node.keyless", err)
		}
		defer has.Close()
		clear(gone)
		return n.Ground.DB.InRead(ctx, func(tx *sql.Tx) error {
			for _, s := range sealedColumns {
				err := s.each(ctx, tx, func(subject id.Subject, _ string, _ seal.Class, _ []byte) (bool, error) {
					var one int
					err := has.QueryRowContext(ctx, subject.String()).Scan(&one)
					if errors.Is(err, sql.ErrNoRows) {
						gone[subject], err = true, nil
					}
					return false, fault.Wrap("node.keyless", err)
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
	})
	return int64(len(gone)), err
}
