package story

import (
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"lodestar/internal/domain/screening"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/typology/indicator"
)

const family = "ilo-ec-2009-labour"

// interview: what she answers in one pass; "no=all" is every code not named.
func interview(ts *testscript.TestScript, s *teller, a []string) error {
	in := screening.In{Case: s.of(ts, a[0]), Family: family, Pass: screening.Pass(a[1]), Answers: indicator.Answers{}}
	for _, arg := range a[2:] {
		answer, codes, _ := strings.Cut(arg, "=")
		if codes == "all" {
			list, _ := s.node.Interviews.Instruments.Latest(family, evidence.Adult)
			codes = strings.Join(list.Codes(), ",")
		}
		for _, code := range strings.Split(codes, ",") {
			if _, said := in.Answers[code]; !said {
				in.Answers[code] = indicator.Answer(answer)
			}
		}
	}
	_, err := s.node.Interviews.Interview(ctx(ts), s.by, in)
	return err
}

// interviewed: what the page of the case's interviews says, the latest first.
func interviewed(ts *testscript.TestScript, s *teller, a []string) error {
	v, err := s.node.Interviews.See(ctx(ts), s.by, s.of(ts, a[0]))
	if err != nil {
		return err
	}
	var words []string
	for n, h := range v.Held {
		at := strconv.Itoa(n) + ":"
		words = append(words, at+string(h.Result.Outcome), at+h.Instrument, at+"superseded="+strconv.FormatBool(h.Superseded), at+"answers="+strconv.Itoa(len(h.Shut.Value)), at+"erased="+strconv.FormatBool(h.Shut.Erased))
	}
	for _, w := range a[1:] {
		word, absent := strings.CutPrefix(w, "-")
		if strings.Contains(strings.Join(words, " "), word) == absent {
			ts.Fatalf("held are %v: %q", words, w)
		}
	}
	return nil
}
