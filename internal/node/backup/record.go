package backup

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/jobs"
)

// Manifest is the first thing in a stream: what the file is a copy of.
type Manifest struct {
	Node   string           `json:"node"`   // opaque; the same in every backup of one node
	Lines  int64            `json:"lines"`  // of the ledger at that moment: files are ordered by it, not by a clock
	Made   time.Time        `json:"made"`   // by the node's clock, for people
	Schema map[string]int64 `json:"schema"` // newest migration applied, by set
}

// A stream is a sequence of records, each begun by its letter. Texts and byte
// strings have their length before them.
const (
	recManifest = 'M' // JSON
	recTable    = 'T' // name, number of columns, their names
	recRow      = 'R' // a value for each column of the table
	recJob      = 'J' // JSON
	recEnd      = 'E' // number of rows, number of jobs
)

// A value begins with its type.
const (
	valNull  = 0
	valInt   = 1
	valFalse = 2
	valTrue  = 3
	valText  = 4
	valBytes = 5
)

const (
	// maxValue bounds one value, in bytes: far more than any row of ours holds.
	maxValue   = 64 << 20
	maxColumns = 1000
)

// Encoder writes the records of a stream.
type Encoder struct {
	w          *bufio.Writer
	rows, jobs uint64
}

func newEncoder(w io.Writer) *Encoder { return &Encoder{w: bufio.NewWriterSize(w, 64<<10)} }

func (e *Encoder) flush() error { return e.w.Flush() }

func (e *Encoder) number(n uint64) error {
	_, err := e.w.Write(binary.AppendUvarint(e.w.AvailableBuffer(), n))
	return err
}

func (e *Encoder) text(s string) error {
	if len(s) > maxValue {
		return fault.New(fault.Internal, "backup.text", "backup.value_too_large", "max", maxValue)
	}
	if err := e.number(uint64(len(s))); err != nil {
		return err
	}
	_, err := e.w.WriteString(s)
	return err
}

func (e *Encoder) document(letter byte, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fault.Wrap("backup.document", err)
	}
	if err := e.w.WriteByte(letter); err != nil {
		return err
	}
	return e.text(string(b))
}

func (e *Encoder) table(name string, columns []string) error {
	if err := e.w.WriteByte(recTable); err != nil {
		return err
	}
	if err := e.text(name); err != nil {
		return err
	}
	if err := e.number(uint64(len(columns))); err != nil {
		return err
	}
	for _, c := range columns {
		if err := e.text(c); err != nil {
			return err
		}
	}
	return nil
}

func (e *Encoder) row(values []any) error {
	e.rows++
	if err := e.w.WriteByte(recRow); err != nil {
		return err
	}
	for _, v := range values {
		if err := e.value(v); err != nil {
			return err
		}
	}
	return nil
}

func (e *Encoder) value(v any) error {
	var err error
	switch v := v.(type) {
	case nil:
		return e.w.WriteByte(valNull)
	case bool:
		if v {
			return e.w.WriteByte(valTrue)
		}
		return e.w.WriteByte(valFalse)
	case int64:
		if err = e.w.WriteByte(valInt); err == nil {
			_, err = e.w.Write(binary.AppendVarint(e.w.AvailableBuffer(), v))
		}
	case string:
		if err = e.w.WriteByte(valText); err == nil {
			err = e.text(v)
		}
	case []byte:
		if err = e.w.WriteByte(valBytes); err == nil {
			err = e.text(string(v))
		}
	default:
		// The portable subset of SQL has no other type (sqldb).
		return fault.New(fault.Internal, "backup.value", "backup.unknown_type").Because(fmt.Errorf("type %T", v))
	}
	return err
}

func (e *Encoder) job(j jobs.Waiting) error {
	e.jobs++
	return e.document(recJob, j)
}

func (e *Encoder) end() error {
	if err := e.w.WriteByte(recEnd); err != nil {
		return err
	}
	if err := e.number(e.rows); err != nil {
		return err
	}
	return e.number(e.jobs)
}

// Decoder reads the records of a stream.
type Decoder struct {
	r          *bufio.Reader
	columns    int // of the table in hand
	rows, jobs uint64
}

func newDecoder(r io.Reader) *Decoder { return &Decoder{r: bufio.NewReaderSize(r, 64<<10)} }

// record is one record; which fields are set depends on its letter.
type record struct {
	letter  byte
	table   string
	columns []string
	values  []any
	job     jobs.Waiting
}

// malformed is the fault of a stream that is authentic and not as it should be;
// a fault of the file underneath stands before it.
func malformed(err error) error {
	if err != nil && fault.KindOf(err) != fault.Internal {
		return err
	}
	f := fault.New(fault.Invalid, "backup.Decoder", "backup.malformed")
	if err != nil {
		f.Because(err)
	}
	return f
}

// Manifest reads what a stream begins with.
func (d *Decoder) Manifest() (m Manifest, err error) {
	letter, err := d.r.ReadByte()
	if err != nil || letter != recManifest {
		return m, malformed(err)
	}
	return m, d.document(&m)
}

// next reads the record after the manifest and the ones before it. The last is
// recEnd: nothing follows it.
func (d *Decoder) next() (rec record, err error) {
	if rec.letter, err = d.r.ReadByte(); err != nil {
		return rec, malformed(err)
	}
	switch rec.letter {
	case recTable:
		return rec, d.table(&rec)
	case recRow:
		return rec, d.row(&rec)
	case recJob:
		d.jobs++
		return rec, d.document(&rec.job)
	case recEnd:
		return rec, d.end()
	}
	return rec, malformed(nil)
}

func (d *Decoder) number() (uint64, error) {
	n, err := binary.ReadUvarint(d.r)
	if err != nil {
		return 0, malformed(err)
	}
	return n, nil
}

// text reads a text or a byte string. Its length is a claim: memory grows with
// what is really there.
func (d *Decoder) text() ([]byte, error) {
	n, err := d.number()
	if err != nil || n > maxValue {
		return nil, malformed(err)
	}
	var b bytes.Buffer
	if _, err := io.CopyN(&b, d.r, int64(n)); err != nil {
		return nil, malformed(err)
	}
	return b.Bytes(), nil
}

func (d *Decoder) document(into any) error {
	b, err := d.text()
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, into); err != nil {
		return malformed(err)
	}
	return nil
}

func (d *Decoder) table(rec *record) error {
	name, err := d.text()
	if err != nil {
		return err
	}
	n, err := d.number()
	if err != nil || n == 0 || n > maxColumns {
		return malformed(err)
	}
	rec.table, rec.columns = string(name), make([]string, n)
	for i := range rec.columns {
		c, err := d.text()
		if err != nil {
			return err
		}
		rec.columns[i] = string(c)
	}
	d.columns = int(n)
	return nil
}

func (d *Decoder) row(rec *record) (err error) {
	if d.columns == 0 {
		return malformed(nil)
	}
	d.rows++
	rec.values = make([]any, d.columns)
	for i := range rec.values {
		if rec.values[i], err = d.value(); err != nil {
			return err
		}
	}
	return nil
}

func (d *Decoder) value() (any, error) {
	kind, err := d.r.ReadByte()
	if err != nil {
		return nil, malformed(err)
	}
	switch kind {
	case valNull:
		return nil, nil
	case valFalse, valTrue:
		return kind == valTrue, nil
	case valInt:
		n, err := binary.ReadVarint(d.r)
		if err != nil {
			return nil, malformed(err)
		}
		return n, nil
	case valText:
		b, err := d.text()
		return string(b), err
	case valBytes:
		b, err := d.text()
		if b == nil {
			b = []byte{} // present and empty, which is not absent
		}
		return b, err
	}
	return nil, malformed(nil)
}

func (d *Decoder) end() error {
	rows, err := d.number()
	if err != nil {
		return err
	}
	n, err := d.number()
	if err != nil {
		return err
	}
	if rows != d.rows || n != d.jobs {
		return malformed(nil)
	}
	if _, err := d.r.ReadByte(); err != io.EOF {
		return malformed(err)
	}
	return nil
}
