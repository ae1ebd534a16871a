package node

import (
	"io"
	"strings"
)

// next is a command for the reader to copy: it names the same node as the command
// that prints it, so that it is true as it stands.
func (p *program) next(words ...string) string {
	for _, f := range []struct{ flag, value string }{{"--dir", p.dir}, {"--config", p.file}, {"--database", withoutPassword(p.database)}} {
		if f.value != "" {
			words = append(words, f.flag, f.value)
		}
	}
	return shell(append([]string{"lodestar"}, words...)...)
}

// sayNext prints the command that comes next.
func (p *program) sayNext(w io.Writer, words ...string) {
	io.WriteString(w, p.tell("command.next", "command", p.next(words...))+"\n")
}

// withoutPassword is the URL of a database as it may be printed: what may hold a
// password is left out, and must be given again.
func withoutPassword(database string) string {
	if isPostgres(database) && strings.Contains(database, "@") {
		return "postgres://…"
	}
	return database
}

// shell writes words so that a shell takes each as it is.
func shell(words ...string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = w
		if w == "" || strings.ContainsFunc(w, special) {
			out[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
	}
	return strings.Join(out, " ")
}

func special(r rune) bool {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%…"
	return !strings.ContainsRune(plain, r)
}

// mends are the commands after which what these messages complain of is mended.
var mends = map[string][]string{
	"seal.no_node_key":    {"init"},
	"ledger.no_key":       {"init"},
	"ledger.not_signed":   {"ledger", "checkpoint"},
	"ledger.tampered":     {"ledger", "verify"},
	"signin.no_such_user": {"user", "list"},
}
