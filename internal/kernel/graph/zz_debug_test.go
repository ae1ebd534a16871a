package graph

import (
	"database/sql"
	"fmt"
)

func (w *world) dump() map[string]bool {
	out := map[string]bool{}
	for _, t := range ownTables {
		w.ground.DB.InRead(w.t.Context(), func(tx *sql.Tx) error {
			rows, err := tx.Query("SELECT * FROM " + t)
			if err != nil {
				return err
			}
			defer rows.Close()
			c, _ := rows.Columns()
			for rows.Next() {
				v, p := make([]any, len(c)), make([]any, len(c))
				for i := range v {
					p[i] = &v[i]
				}
				rows.Scan(p...)
				s := t
				for i := range v {
					if t == "graph_mention" && c[i] == "keys" {
						s += " keys="
						for _, k := range unpackKeys(v[i].([]byte)) {
							s += fmt.Sprintf("%c%d:%x ", k.sort, k.from, k.token[:3])
						}
						continue
					}
					if t == "graph_token" {
						if b, ok := v[i].([]byte); ok {
							s += fmt.Sprintf(" %x", b[:3])
							continue
						}
					}
					s += fmt.Sprintf(" %s=%v", c[i], v[i])
				}
				out[s] = true
			}
			return nil
		})
	}
	return out
}

func (w *world) diff() {
	a := w.dump()
	w.graph.Rebuild(w.t.Context(), false)
	b := w.dump()
	for k := range a {
		if !b[k] {
			fmt.Println("- ", k)
		}
	}
	for k := range b {
		if !a[k] {
			fmt.Println("+ ", k)
		}
	}
}
