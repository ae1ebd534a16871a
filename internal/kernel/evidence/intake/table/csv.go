package table

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"strings"

	"lodestar/internal/base/fault"
)

// openCSV finds out the delimiter: what a first line "sep=;" says, otherwise
// whichever of comma, semicolon and tab stands most often in the first line that
// is not blank.
func openCSV(f File) (func(context.Context) iter.Seq2[Row, error], error) {
	text, err := Text(f)
	if err != nil {
		return nil, err
	}
	lines := bufio.NewReaderSize(text, 64<<10)
	delimiter, skip := ',', 0
	for n := 1; ; n++ {
		line, err := lines.ReadSlice('\n') // a longer line is judged by its first 64 KiB
		if err != nil && err != io.EOF && err != bufio.ErrBufferFull {
			return nil, TextFault(err)
		}
		s := strings.TrimRight(string(line), "\r\n")
		if sep, ok := strings.CutPrefix(s, "sep="); ok && n == 1 && len(sep) == 1 && strings.Contains(",;\t", sep) {
			delimiter, skip = rune(sep[0]), 1
			break
		}
		if strings.TrimSpace(s) != "" {
			delimiter = commonest(s)
			break
		}
		if err != nil {
			break
		}
	}
	return func(ctx context.Context) iter.Seq2[Row, error] { return records(ctx, f, delimiter, skip) }, nil
}

// commonest is the delimiter that stands most often in line outside quotes.
func commonest(line string) rune {
	count := map[rune]int{}
	quoted := false
	for _, r := range line {
		if r == '"' {
			quoted = !quoted
		}
		if !quoted {
			count[r]++
		}
	}
	best := ','
	for _, r := range ";\t" {
		if count[r] > count[best] {
			best = r
		}
	}
	return best
}

// records yields every record. A record whose quotes are wrong is marked and the
// next line read; but if it ran over several lines, rows may be hidden in it,
// and the file is refused from there.
func records(ctx context.Context, f File, delimiter rune, skip int) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		stop := func(err error) { yield(Row{}, err) }
		text, err := Text(f)
		if err != nil {
			stop(err)
			return
		}
		ration := &ration{r: text}
		r := csv.NewReader(ration)
		r.Comma, r.FieldsPerRecord, r.ReuseRecord = delimiter, -1, true
		for n := 1; ; n++ {
			ration.left = MaxRecord
			cells, err := r.Read()
			if err == io.EOF {
				return
			}
			if e := ctx.Err(); e != nil {
				stop(e)
				return
			}
			row, err := record(r, cells, err)
			switch {
			case err == nil && n > MaxRows:
				err = fault.New(fault.Invalid, "table.Rows", "import.too_many_rows", "max", MaxRows)
			case err == nil && len(row.Cells) > MaxColumns:
				err = fault.New(fault.Invalid, "table.Rows", "import.too_many_columns", "row", row.Number, "max", MaxColumns)
			}
			if err != nil {
				stop(err)
				return
			}
			if row.Number > skip && !yield(row, nil) {
				return
			}
		}
	}
}

// record makes a row of what the CSV reader gave.
func record(r *csv.Reader, cells []string, err error) (Row, error) {
	var quotes *csv.ParseError
	switch {
	case err == nil:
		line, _ := r.FieldPos(0)
		return Row{Number: line, Cells: append([]string(nil), cells...)}, nil
	case errors.Is(err, errRation):
		return Row{}, fault.New(fault.Invalid, "table.Rows", "import.record_too_long", "max", MaxRecord)
	case errors.As(err, &quotes) && quotes.Line == quotes.StartLine:
		return Row{Number: quotes.StartLine, Faults: []Fault{{0, "import.bad_quotes"}}}, nil
	case errors.As(err, &quotes):
		return Row{}, fault.New(fault.Invalid, "table.Rows", "import.open_quote", "row", quotes.StartLine)
	}
	return Row{}, TextFault(err)
}

var errRation = errors.New("record too long")

// ration lets a reader have a limited number of bytes until it is filled again:
// an unclosed quote must not draw the whole file into memory.
type ration struct {
	r    io.Reader
	left int
}

func (r *ration) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, errRation
	}
	n, err := r.r.Read(p[:min(len(p), r.left)])
	r.left -= n
	return n, err
}
