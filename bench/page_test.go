package bench

import (
	"context"
	"database/sql"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"lodestar/internal/node"
)

// exhibited is an exhibit's server in which a police officer is signed in.
func exhibited(b *testing.B) (*node.Exhibit, []*http.Cookie) {
	b.Helper()
	cfg := node.Defaults()
	cfg.Dir, cfg.Law = filepath.Join(b.TempDir(), "node"), "XN"
	x, err := node.NewExhibit(context.Background(), cfg, 100, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { x.Node.Close() })
	enter, err := x.Enter("tessa")
	if err != nil {
		b.Fatal(err)
	}
	res := httptest.NewRecorder()
	x.Server.ServeHTTP(res, httptest.NewRequest(http.MethodGet, "http://localhost:8080"+enter, nil))
	return x, res.Result().Cookies()
}

// draw draws a page over and over, and says how long that took.
func draw(b *testing.B, x *node.Exhibit, cookies []*http.Cookie, path string) {
	b.Helper()
	var times []time.Duration
	for b.Loop() {
		req := httptest.NewRequest(http.MethodGet, "http://localhost:8080"+path, nil)
		for _, c := range cookies {
			req.AddCookie(c)
		}
		res := httptest.NewRecorder()
		from := time.Now()
		x.Server.ServeHTTP(res, req)
		times = append(times, time.Since(from))
		if res.Code != http.StatusOK {
			b.Fatalf("status %d", res.Code)
		}
	}
	percentiles(b, times)
}

// BenchmarkCasePage draws a case's page over HTTP, in a database of -cases cases.
func BenchmarkCasePage(b *testing.B) {
	x, cookies := exhibited(b)
	keep(b, x.Node, *cases)
	draw(b, x, cookies, "/cases/"+x.Case.String())
	b.ReportMetric(float64(*cases), "cases")
}

// BenchmarkMyWork draws My work over HTTP, for an organisation to which the open
// tasks of -cases cases belong, three of each.
func BenchmarkMyWork(b *testing.B) {
	x, cookies := exhibited(b)
	keep(b, x.Node, *cases)
	err := x.Node.Ground.DB.InTx(context.Background(), func(tx *sql.Tx) error {
		_, err := tx.Exec(`UPDATE casework_task SET organisation = (SELECT organisation FROM casework_case WHERE id = $1)`, x.Case.String())
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	draw(b, x, cookies, "/work")
	b.ReportMetric(float64(count(b, x.Node, `SELECT count(*) FROM casework_task WHERE state = 'open'`)), "tasks")
}
