package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"lodestar/catalog"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/i18n"
	"lodestar/internal/kernel/evidence/intake"
	"lodestar/internal/kernel/policy"
)

// speech is the book of messages, read once however much is said.
type speech struct {
	once sync.Once
	book *i18n.Book
	err  error
}

func (s *speech) read() (*i18n.Book, error) {
	s.once.Do(func() { s.book, s.err = i18n.Load(nil, catalog.Messages) })
	return s.book, s.err
}

// tongue puts the language of the commands into a context: --lang, otherwise the
// configuration's, otherwise English.
func (p *program) tongue(ctx context.Context) context.Context {
	book, err := p.speech.read()
	if err != nil {
		return ctx
	}
	return i18n.With(ctx, book.Match(p.lang, p.language, "en"))
}

// checkLanguage refuses a language that the messages are not in.
func (p *program) checkLanguage() error {
	if p.lang == "" || slices.Contains(i18n.Official, p.lang) {
		return nil
	}
	return usageError{fault.New(fault.Invalid, "command", "command.no_language", "language", p.lang, "languages", strings.Join(i18n.Official, ", "))}
}

// say is a message in the language of the commands.
func (p *program) say(key string, args []fault.Arg) string {
	return i18n.Say(p.tongue(context.Background()), key, args)
}

// tell is a message with name, value pairs.
func (p *program) tell(key string, args ...any) string {
	return i18n.T(p.tongue(context.Background()), key, args...)
}

// count is a message in the plural form for n.
func (p *program) count(key string, n int, args ...any) string {
	return i18n.N(p.tongue(context.Background()), key, n, args...)
}

// told is an error as the command line gives it: a stable code, the key of its
// sentence, and the sentence.
type told struct {
	Code    string      `json:"code"`
	Key     string      `json:"key,omitempty"`
	Message string      `json:"message"`
	Cause   string      `json:"cause,omitempty"` // for the operator, in English
	Next    string      `json:"next,omitempty"`  // the command that mends it
	lead    string      // what stands before Next
	Fields  []toldField `json:"fields,omitempty"`
}

type toldField struct {
	Pointer string `json:"pointer"`
	Key     string `json:"key"`
	Message string `json:"message"`
}

func (p *program) told(err error) told {
	var f *fault.Error
	switch {
	case errors.Is(err, context.Canceled):
		return told{Code: "interrupted", Key: "command.interrupted", Message: p.tell("command.interrupted")}
	case !errors.As(err, &f):
		return told{Code: fault.Internal.String(), Key: "fault.internal", Message: p.tell("fault.internal"), Cause: err.Error()}
	}
	t := told{Code: f.Kind.String(), Key: f.Key, Message: p.say(f.Key, f.Args)}
	for _, x := range f.Fields {
		t.Fields = append(t.Fields, toldField{x.Pointer, x.Key, p.say(x.Key, x.Args)})
	}
	if cause := f.Unwrap(); cause != nil {
		t.Cause = cause.Error()
	}
	if words := mends[f.Key]; words != nil {
		t.mend(p, p.next(words...))
	}
	return t
}

// misuse is how a command line that cannot be understood is answered: with what is
// wrong, and where help is.
func (p *program) misuse(err error, path string) told {
	t := told{Key: "command.misused", Message: p.tell("command.misused"), Cause: err.Error()}
	if errors.As(err, new(*fault.Error)) {
		t = p.told(err)
	}
	t.Code = "usage"
	t.mend(p, path+" --help")
	return t
}

func (t *told) mend(p *program, command string) {
	t.Next, t.lead = command, p.tell("command.next", "command", command)
}

// complain tells why a command failed: in words, or with --json as {"error": …}.
func (p *program) complain(w io.Writer, t told) {
	if p.json {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		e.Encode(map[string]told{"error": t})
		return
	}
	first, rest, more := strings.Cut(t.String(), "\n")
	fmt.Fprintf(w, "lodestar: %s [%s]\n", first, t.Code)
	if more {
		fmt.Fprintln(w, rest)
	}
}

// String is the error in words.
func (t told) String() string {
	text := t.Message
	for _, f := range t.Fields {
		text += "\n  " + f.Pointer + ": " + f.Message
	}
	if t.Cause != "" {
		text += " (" + t.Cause + ")"
	}
	if t.lead != "" {
		text += "\n" + t.lead
	}
	return text
}

// importedSaid is what became of a file, with the sentences of what was not read.
type importedSaid struct {
	intake.Imported
	Unread []columnSaid `json:"unread,omitempty"`
}

type columnSaid struct {
	Number   int    `json:"number"`
	Header   string `json:"header"`
	Key      string `json:"key"`
	Sentence string `json:"sentence"`
}

func (p *program) imported(done intake.Imported) importedSaid {
	out := importedSaid{Imported: done}
	for _, c := range done.Unread {
		out.Unread = append(out.Unread, columnSaid{c.Number, c.Header, c.Note, p.say(c.Note, nil)})
	}
	return out
}

// verdictSaid is a verdict with the sentences of the policies that made it.
type verdictSaid struct {
	Action  string     `json:"action"`
	Allowed bool       `json:"allowed"`
	By      []noteSaid `json:"by"`
}

type noteSaid struct {
	policy.Note
	Key      string `json:"key"`
	Sentence string `json:"sentence"`
}

func (p *program) verdicts(list []policy.Verdict) []verdictSaid {
	out := make([]verdictSaid, len(list))
	for i, v := range list {
		out[i] = verdictSaid{v.Action, v.Allowed, []noteSaid{}}
		for _, n := range v.By {
			out[i].By = append(out[i].By, noteSaid{n, n.MessageKey(), p.say(n.MessageKey(), nil)})
		}
	}
	return out
}

// checkSaid is a line of the doctor with its sentence.
type checkSaid struct {
	Check
	Key      string `json:"key"`
	Sentence string `json:"sentence"`
	Advice   string `json:"advice,omitempty"` // what is wrong, and what to do
}

// checks says each check in words. What mends it is a command for this node.
func (p *program) checks(list []Check) []checkSaid {
	out := make([]checkSaid, len(list))
	for i, c := range list {
		key := "doctor." + c.Name
		if words, ok := strings.CutPrefix(c.Fix, "lodestar "); ok {
			c.Fix = p.next(strings.Fields(words)...)
		}
		out[i] = checkSaid{Check: c, Key: key, Sentence: p.say(key, nil) + ": " + p.say("health."+string(c.State), nil)}
		if c.Why != nil {
			out[i].Advice = p.say(fault.Say(c.Why))
		}
	}
	return out
}

// printChecks writes them one a line, and below each that is not well what to do.
func (p *program) printChecks(w io.Writer, list []checkSaid) {
	for _, x := range list {
		fmt.Fprintf(w, "%-4s  %s\n", x.State, strings.TrimSpace(x.Sentence+"  "+x.Value))
		for _, more := range []string{x.Advice, x.Fix} {
			if more != "" {
				fmt.Fprintln(w, "      "+more)
			}
		}
	}
}
