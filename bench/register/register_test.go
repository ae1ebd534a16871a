package register_test

import (
	"bytes"
	"encoding/csv"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"lodestar/bench/register"
	"lodestar/internal/node/matching"
)

func TestWriteRefuses(t *testing.T) {
	for _, n := range []int{-1, 0, 9, register.MaxRecords + 1} {
		if err := register.Write(io.Discard, n, 1); err == nil {
			t.Errorf("%d records were not refused", n)
		}
	}
	if err := register.Write(broken{}, 1000, 1); err == nil {
		t.Error("a writer that fails was not noticed")
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, os.ErrClosed }

func write(t testing.TB, n int, seed uint64) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := register.Write(&b, n, seed); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSameSeedSameRegister(t *testing.T) {
	if !bytes.Equal(write(t, 2000, 5), write(t, 2000, 5)) {
		t.Error("one seed gave two registers")
	}
	if bytes.Equal(write(t, 2000, 5), write(t, 2000, 6)) {
		t.Error("two seeds gave one register")
	}
}

func TestTruthHolds(t *testing.T) {
	r := csv.NewReader(bytes.NewReader(write(t, 20_000, 1)))
	r.TrimLeadingSpace = true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	records, numbers, homes := map[string]bool{}, map[string]string{}, map[string]int{}
	first, repeats := 0, 0
	for _, row := range rows[1:] {
		if records[row[0]] {
			t.Fatalf("%s comes twice", row[0])
		}
		records[row[0]] = true
		person, _, _ := strings.Cut(strings.TrimPrefix(row[0], "rec-"), "-")
		if !strings.HasSuffix(row[0], "-org") {
			repeats++
			continue
		}
		first++
		homes[row[2]+row[3]+row[4]+row[7]]++
		if number := row[10]; len(number) == 9 {
			if other, taken := numbers[number]; taken && other != person {
				t.Errorf("%s and %s share a number", person, other)
			}
			numbers[number] = person
		}
	}
	if first != 14_000 || repeats != 6_000 {
		t.Errorf("%d first records and %d repeats, want 14000 and 6000", first, repeats)
	}
	if families := first - len(homes); families < first/3 {
		t.Errorf("only %d people share a home", families)
	}
}

// sizes are the registers to measure; a million takes minutes under load.
var sizes = flag.String("records", "10000,100000", "sizes of the registers linked by BenchmarkLinkage")

// BenchmarkLinkage is the path of "lodestar eval linkage FILE", file and all.
func BenchmarkLinkage(b *testing.B) {
	for size := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.Atoi(size)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "register.csv")
			if err := os.WriteFile(path, write(b, n, 1), 0o600); err != nil {
				b.Fatal(err)
			}
			var r matching.Report
			for b.Loop() {
				r = link(b, path)
			}
			b.ReportMetric(r.F1, "F1")
			b.ReportMetric(float64(r.PairsCompared), "pairs")
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "records/s")
			b.ReportMetric(float64(r.MemoryBytes>>20), "MiB")
			b.ReportMetric(float64(r.Cores), "cores")
		})
	}
}

func link(tb testing.TB, path string) matching.Report {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	r, err := matching.Run(tb.Context(), matching.Options{}, matching.Input{Name: path, Reader: f})
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// Families, twins and people who move are in the register; few are confused.
func TestRegisterIsLinked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "register.csv")
	if err := os.WriteFile(path, write(t, 10_000, 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := link(t, path); r.F1 < 0.995 || r.Precision < 0.995 {
		t.Errorf("precision %.4f, recall %.4f, F1 %.4f", r.Precision, r.Recall, r.F1)
	}
}
