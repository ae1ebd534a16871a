package rest

import (
	"bytes"
	"database/sql"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb/dbtest"
)

func TestKeysMakeARepeatHarmless(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		f := start(t, source)
		first := f.post("anna", "one", good)
		if first.Code != 201 || f.shop.made != 1 {
			t.Fatalf("%d %s", first.Code, first.Body)
		}
		p := problem(t, f.post("anna", "one", `{"name":"other"}`), 422)
		if got := fields(p); !slices.Equal(got, []string{"/header/Idempotency-Key api.other_request"}) {
			t.Errorf("another body: %v", got)
		}
		f.clock.Move(keyKept - time.Second)
		again := f.post("anna", "one", good)
		if again.Code != 303 || again.Body.Len() != 0 || again.Header().Get("Location") != "/made/1" ||
			again.Header().Get("Idempotency-Replayed") != "true" || f.shop.made != 1 {
			t.Errorf("again: %d %s %v, made %d", again.Code, again.Body, again.Header(), f.shop.made)
		}
		if w := f.post("boris", "one", good); w.Code != 201 || f.shop.made != 2 {
			t.Errorf("somebody else's key: %d, made %d", w.Code, f.shop.made)
		}
		f.clock.Move(2 * time.Second)
		if w := f.post("anna", "one", good); w.Code != 201 || f.shop.made != 3 {
			t.Errorf("after the keeping: %d, made %d", w.Code, f.shop.made)
		}
		if places := f.places(t); !slices.Equal(places, []string{"/made/1", "/made/2"}) && !slices.Equal(places, []string{"/made/2", "/made/3"}) {
			t.Errorf("kept is more than where something was made, or less: %q", places)
		}
		if f.kept(t, []byte(canary)) || f.kept(t, []byte(`"number"`)) {
			t.Error("a request or an answer can be read in the table")
		}
		if n, err := f.db.Scalar(t.Context(), "SELECT count(*) FROM rest_key"); err != nil || n != 2 {
			t.Errorf("%d keys are kept, %v", n, err)
		}
	})
}

// kept tells whether the table of keys holds the bytes.
func (f *fixture) kept(t *testing.T, what []byte) (found bool) {
	t.Helper()
	n := 0
	err := f.db.InRead(t.Context(), func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(t.Context(), "SELECT hash, print, answer FROM rest_key")
		if err != nil {
			return err
		}
		defer rows.Close()
		for n = 0; rows.Next(); n++ {
			var hash, print, answer []byte
			if err := rows.Scan(&hash, &print, &answer); err != nil {
				return err
			}
			found = found || bytes.Contains(slices.Concat(hash, print, answer), what)
		}
		return rows.Err()
	})
	if err != nil || n == 0 {
		t.Fatalf("%d rows, %v", n, err)
	}
	return found
}

// places opens what is kept under the keys: a node can, whatever else was forgotten.
func (f *fixture) places(t *testing.T) (out []string) {
	t.Helper()
	err := f.db.InRead(t.Context(), func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(t.Context(), "SELECT hash, answer FROM rest_key")
		if err != nil {
			return err
		}
		defer rows.Close()
		for out = nil; rows.Next(); {
			var hash, box []byte
			if err := rows.Scan(&hash, &box); err != nil {
				return err
			}
			place, err := f.api.keys.open(hash, box)
			if err != nil {
				return err
			}
			out = append(out, place)
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

// TestAKeyNeedsAPlace: an operation that cannot say where what it did can be read
// cannot promise to do it once.
func TestAKeyNeedsAPlace(t *testing.T) {
	f := start(t, dbtest.SQLite(t))
	defer func() {
		if recover() == nil {
			t.Error("an operation with a key and without a place was added")
		}
	}()
	f.api.Add(Serves(Operation{ID: "reads", Method: "POST", Path: "/reads", Keyed: true}, f.shop.read))
}

func TestTheSameKeyAtTheSameTime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		f := start(t, source)
		f.shop.wait = make(chan struct{})
		done := make(chan *httptest.ResponseRecorder)
		go func() { done <- f.post("anna", "k", good) }()
		<-f.shop.wait // the first is being made
		problem(t, f.post("anna", "k", good), 409)
		f.shop.wait <- struct{}{}
		if w := <-done; w.Code != 201 || f.shop.made != 1 {
			t.Errorf("%d, made %d", w.Code, f.shop.made)
		}
	})
}

func TestARefusalFreesTheKeyAFailureDoesNot(t *testing.T) {
	f := start(t, dbtest.SQLite(t))
	for kind, then := range map[fault.Kind]int{fault.Withheld: 201, fault.Denied: 201, fault.Conflict: 201, fault.Busy: 201, fault.Internal: 409} {
		key := kind.String()
		f.shop.fails = fault.New(kind, "test", "fault.internal")
		problem(t, f.post("anna", key, good), fault.Status(kind))
		f.shop.fails = nil
		if w := f.post("anna", key, good); w.Code != then {
			t.Errorf("after %v: %d, want %d", kind, w.Code, then)
		}
	}
}

func TestAShortKeyIsRefused(t *testing.T) {
	if _, err := New(Config{Key: []byte("short")}); !fault.Is(err, fault.Invalid) {
		t.Error(err)
	}
}
