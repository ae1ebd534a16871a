package graph

import (
	"testing"

	"lodestar/internal/base/sqldb/dbtest"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/id"
)

func TestNumbersConnect(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		w := newWorld(t, source)
		var phones []id.Entity
		for _, v := range []string{"+44 7911 123456", "07911-123456", "0044 (0)7911 123 456", "٠٧٩١١١٢٣٤٥٦", "7911 123456"} {
			s := w.record(w.source, signal(mentions(person(evidence.PresumedVictim, "", "Maria Ionescu"), thing(evidence.Phone, 0, v))))
			w.resolve()
			phones = append(phones, w.entity(s, 2))
		}
		other := w.record(w.source, signal(mentions(thing(evidence.Phone, 0, "07911 123457"), thing(evidence.Phone, 0, "+447911123456"))))
		w.resolve()
		for _, e := range append(phones, w.entity(other, 2)) {
			if e != phones[0] {
				t.Errorf("one number is %v and %v", phones[0], e)
			}
		}
		if w.entity(other, 1) == phones[0] {
			t.Error("two numbers are one entity")
		}
		w.rebuilds()
	})
}
