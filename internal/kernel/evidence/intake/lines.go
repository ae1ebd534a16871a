package intake

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"iter"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/evidence/intake/table"
)

// lines reads JSON Lines: one evidence.Incoming per line. A line that is too
// long is rejected without being held in memory, and reading goes on after it.
func lines(ctx context.Context, f table.File) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		text, err := table.Text(f)
		if err != nil {
			yield(Row{}, err)
			return
		}
		r := bufio.NewReaderSize(text, 64<<10)
		for n := 1; ; n++ {
			line, long, err := readLine(r)
			if err == nil && n > table.MaxRows {
				err = fault.New(fault.Invalid, "intake.lines", "import.too_many_rows", "max", table.MaxRows)
			}
			if err == nil {
				err = ctx.Err()
			}
			if err == io.EOF {
				return
			}
			if err != nil {
				yield(Row{}, table.TextFault(err))
				return
			}
			row := Row{Number: n}
			switch {
			case long:
				row.Reasons = []Rejection{{Key: "evidence.too_large", Args: []fault.Arg{{Name: "bytes", Value: evidence.MaxSignal}}}}
			case len(bytes.TrimSpace(line)) == 0:
				continue
			default:
				row = readSignal(row, line)
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

func readSignal(row Row, line []byte) Row {
	in, err := evidence.ReadIncoming(bytes.NewReader(line))
	if err != nil {
		key, args := fault.Say(err)
		row.Reasons = []Rejection{{Key: key, Args: args, held: string(line)}}
		return row
	}
	row.Incoming = in
	return judge(row)
}

// readLine gives the next line, or says that it was longer than a signal may be.
// The last line needs no end.
func readLine(r *bufio.Reader) (line []byte, long bool, err error) {
	for {
		part, err := r.ReadSlice('\n')
		if long = long || len(line)+len(part) > evidence.MaxSignal; long {
			line = nil
		} else {
			line = append(line, part...)
		}
		switch {
		case err == bufio.ErrBufferFull:
		case err == io.EOF && (len(line) > 0 || long):
			return line, long, nil
		default:
			return line, long, err
		}
	}
}
