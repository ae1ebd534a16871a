package story

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"lodestar/internal/base/rest"
	"lodestar/internal/base/signin"
	"lodestar/internal/domain/prosecution"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/ledger"
)

func rightsCharges(add func(name string, least int, fn func(ts *testscript.TestScript, s *teller, args []string) error)) {
	add("charge", 3, func(ts *testscript.TestScript, s *teller, a []string) error {
		_, err := s.node.Prosecution.Charge(ctx(ts), s.by, prosecution.ChargeIn{Name: a[0], Offence: a[1], Custody: a[2]})
		return err
	})
	add("charges", 1, func(ts *testscript.TestScript, s *teller, a []string) error {
		v, err := s.node.Prosecution.List(ctx(ts), s.by, prosecution.Page{Limit: 50})
		var said []string
		for _, x := range v.Charges {
			said = append(said, "charge:"+x.Who.Value)
		}
		for _, r := range v.Told {
			said = append(said, "told:"+string(r.State))
		}
		if err == nil {
			holds(ts, strings.Join(said, " | "), a)
		}
		return err
	})
	add("end-charges", 0, func(ts *testscript.TestScript, s *teller, _ []string) error {
		v, err := s.node.Prosecution.List(ctx(ts), s.by, prosecution.Page{Limit: 50})
		for _, x := range v.Charges {
			if err == nil {
				err = s.node.Prosecution.End(ctx(ts), s.by, x.ID)
			}
		}
		return err
	})
	add("told", 1, func(ts *testscript.TestScript, s *teller, a []string) error {
		v, err := s.node.Prosecution.Receive(ctx(ts), s.by, s.lastTold(ts))
		if err != nil {
			return err
		}
		b, err := json.Marshal(v.Payload.Value)
		holds(ts, string(b), a)
		return err
	})
	add("same-answer", 2, sameAnswer)
}

func (s *teller) lastTold(ts *testscript.TestScript) id.Referral {
	if s.told.IsZero() {
		ts.Fatalf("nobody was told of anything")
	}
	return s.told
}

// sameAnswer sends two charges over HTTP, and compares all that the prosecutor gets:
// the answer of each with its headers, his list afterwards apart from the two names,
// and the shape of the lines that the ledger keeps of him.
func sameAnswer(ts *testscript.TestScript, s *teller, a []string) error {
	server, err := s.node.Serve(true)
	if err != nil {
		return err
	}
	var token string
	err = s.node.Ground.DB.InTx(ctx(ts), func(tx *sqlTx) (err error) {
		u := signin.User{ID: s.by.User.String(), Name: s.by.Name, Organisation: s.by.Organisation.String(), Roles: s.by.Roles, Language: "en", Active: true}
		if err := signin.AddUser(ctx(ts), tx, u); err != nil {
			return err
		}
		token, err = signin.MakeToken(ctx(ts), tx, u.ID, u.Roles, s.clock.Now().AddDate(0, 1, 0))
		return err
	})
	if err != nil {
		return err
	}
	var answers []string
	for _, name := range a[:2] {
		s.clock.Move(time.Second) // so that the list has one order
		before := linesOf(ts, s)
		text := send(server, token, "POST", "/charges", fmt.Sprintf(`{"name":%q,"offence":"cannabis","month":"2026-09","custody":"remanded"}`, name))
		if !strings.HasPrefix(text, "201") && !strings.HasPrefix(text, "200") {
			return fmt.Errorf("%s", text)
		}
		text += strings.Join(linesOf(ts, s)[len(before):], "\n")
		if err := s.node.Drain(ctx(ts)); err != nil { // whatever follows has followed
			return err
		}
		list := send(server, token, "GET", "/charges", "")
		for _, n := range a[:2] {
			list = strings.ReplaceAll(list, n, "NAME")
		}
		for _, p := range []string{`chg_[0-9a-z]+`, `"made":"[^"]*"`} {
			list = regexp.MustCompile(p).ReplaceAllString(list, "#")
		}
		answers = append(answers, text+"\n"+firstItem(list))
	}
	if answers[0] != answers[1] {
		ts.Fatalf("he can tell them apart:\n%s\n---\n%s", answers[0], answers[1])
	}
	ts.Logf("%s", answers[0])
	return nil
}

// firstItem is what the list says of the latest charge, with what stands around it.
func firstItem(list string) string {
	head, rest, _ := strings.Cut(list, `"items":[`)
	item, _, _ := strings.Cut(rest, `},{"id"`)
	item, _, _ = strings.Cut(item, `}]`)
	return head + item
}

func send(h http.Handler, token, method, path, body string) string {
	requests++
	r := httptest.NewRequest(method, "http://localhost"+rest.Root+path, bytes.NewReader([]byte(body)))
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", fmt.Sprintf("00000000-0000-4000-8000-%012d", requests))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	var head bytes.Buffer
	w.Header().Write(&head)                                                                                    // in the order of their names
	text := regexp.MustCompile(`nonce-[0-9A-Z]+|X-Request-Id: [0-9a-f]+`).ReplaceAllString(head.String(), "#") // by chance
	return strconv.Itoa(w.Code) + "\n" + text + w.Body.String()
}

// linesOf are the lines that the ledger keeps of the actor, without what differs by
// chance: their ids.
func linesOf(ts *testscript.TestScript, s *teller) []string {
	var out []string
	err := s.node.Ground.DB.InRead(ctx(ts), func(tx *sqlTx) error {
		list, err := ledger.ForActor(ctx(ts), tx, s.by.User.String(), ledger.Newest, 1000)
		for i := len(list) - 1; i >= 0; i-- {
			e := list[i]
			out = append(out, fmt.Sprintf("%s %s %s %v %v about %d", e.Verb, e.Purpose, e.Outcome, e.Policies, e.Classes, len(e.On)+e.Sealed))
		}
		return err
	})
	if err != nil {
		ts.Fatalf("%v", err)
	}
	return out
}
