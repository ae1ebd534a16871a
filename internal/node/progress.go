package node

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"
)

// progress tells on standard error how far a long work is: on a terminal over one
// line, with --json as one JSON object a second, and otherwise not at all. what is
// rows, signals or lines; total is 0 while nobody knows it. end ends the line.
func (p *program) progress(c *cobra.Command, what string) (tell func(done, total int64), end func()) {
	w := c.ErrOrStderr()
	if p.json {
		return jsonProgress(w, what), func() {}
	}
	if !terminal(w) {
		return func(int64, int64) {}, func() {}
	}
	begun := false
	tell = func(done, total int64) {
		begun = true
		text := p.tell("command.progress."+what, "count", done)
		if total > 0 {
			text = p.tell("command.progress_of", "progress", text, "total", total)
		}
		fmt.Fprintf(w, "\r%s\x1b[K", text)
	}
	return tell, func() {
		if begun {
			fmt.Fprintln(w)
		}
	}
}

func jsonProgress(w io.Writer, what string) func(done, total int64) {
	var last time.Time
	e := json.NewEncoder(w)
	return func(done, total int64) {
		if now := system.Now(); now.Sub(last) >= time.Second {
			last = now
			e.Encode(struct {
				Done  int64  `json:"done"`
				Total int64  `json:"total,omitempty"`
				What  string `json:"what"`
			}{done, total, what})
		}
	}
}

func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
