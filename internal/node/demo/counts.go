package demo

import (
	"embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"lodestar/internal/base/fault"
)

//go:embed data
var data embed.FS

// Cell is one cell of the published joint distribution, in the words of the
// publication.
type Cell struct {
	ResponderType string
	Responder     string
	Exploitation  string
	Age           string
	Gender        string
	Nationality   string
	People        int
}

// Source is the attribution that must stand wherever the counts are shown.
const Source = "Home Office, National Referral Mechanism and Duty to Notify statistics, Q3 2023. " +
	"Contains public sector information licensed under the Open Government Licence v3.0."

// Counts reads the published cells, in their order.
func Counts() ([]Cell, error) {
	rows, err := table("data/referrals_2023_q3.csv", 7)
	if err != nil {
		return nil, err
	}
	cells := make([]Cell, len(rows))
	for i, r := range rows {
		n, err := strconv.Atoi(r[6])
		if err != nil || n < 1 {
			return nil, damaged("demo.Counts", fmt.Errorf("row %d: %q people", i+2, r[6]))
		}
		cells[i] = Cell{r[0], r[1], r[2], r[3], r[4], r[5], n}
	}
	return cells, nil
}

// table reads a file of the package without its heading.
func table(name string, columns int) ([][]string, error) {
	f, err := data.Open(name)
	if err != nil {
		return nil, damaged("demo.table", err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = columns
	rows, err := r.ReadAll()
	if err != nil || len(rows) < 2 {
		return nil, damaged("demo.table", fmt.Errorf("%s: %w", name, err))
	}
	return rows[1:], nil
}

// lines reads the lines of a file of the package that are not empty and no
// comment, each cut after its first word.
func lines(name string) (words, rests []string, err error) {
	text, err := data.ReadFile(name)
	if err != nil {
		return nil, nil, damaged("demo.lines", err)
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		word, rest, _ := strings.Cut(line, " ")
		words, rests = append(words, word), append(rests, rest)
	}
	return words, rests, nil
}

// damaged is the fault of a file that was built in and cannot be read.
func damaged(op string, err error) error { return fault.Wrap(op, err) }
