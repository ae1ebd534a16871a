package demo

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Print writes the report as a table for a terminal.
func (r Report) Print(w io.Writer) error {
	var b strings.Builder
	tw := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "kind\tplanted\tfound\trecall\tcoverage\tleads\ttrue\tprecision\t")
	for _, k := range r.Kinds {
		fmt.Fprintf(tw, "%s\t%d\t%d\t%.3f\t%.3f\t%d\t%d\t%.3f\t\n", k.Kind, k.Planted, k.Found, k.Recall, k.Coverage, k.Leads, k.True, k.Precision)
	}
	d := r.Duplicates
	fmt.Fprintf(tw, "referred twice\t%d\t%d\t%.3f\t\t%d\t%d\t%.3f\t\n", d.Planted, d.True, d.Recall, d.Found, d.True, d.Precision)
	tw.Flush()
	r.printTraps(&b)
	for _, m := range r.Missed {
		fmt.Fprintf(&b, "missed  %s (%d of %d signals in other leads)\n", m.Key, m.Covered, m.Planted)
	}
	for _, l := range r.False {
		fmt.Fprintf(&b, "false   %s: %s\n", l.Kind, strings.Join(first(l.Signals, 4), ", "))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r Report) printTraps(b *strings.Builder) {
	for _, kind := range []TrapKind{SameName, Family, SharedHome, NonPunishment} {
		held, of, fell := 0, 0, []string{}
		for _, t := range r.Traps {
			if t.Kind != kind {
				continue
			}
			of++
			if t.Held {
				held++
			} else {
				fell = append(fell, t.Key)
			}
		}
		fmt.Fprintf(b, "trap    %s: %d of %d avoided %s\n", kind, held, of, strings.Join(fell, ", "))
	}
}

// first are the first n signals, with dots for the rest.
func first(signals []string, n int) []string {
	if len(signals) <= n {
		return signals
	}
	return append(signals[:n:n], "…")
}
