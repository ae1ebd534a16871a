package evidence

import (
	"context"
	"maps"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/policy"
)

// Seen is what the earlier rows of a file would have recorded: their digests by
// the digests of their references.
type Seen map[string]string

// Weigh says what would become of a batch, by the rules of Take, and records
// nothing: which rows would be new, which are there already, from before or from
// earlier in the file, and which cannot be taken. It asks for the right to import.
func (d Desk) Weigh(ctx context.Context, by policy.Actor, seen Seen, batch []Row) ([]Taken, error) {
	var fresh Seen
	out, err := act.Look(ctx, d.Ground, ask(by, VerbImport, "signal", ""), func(a *act.Act) ([]Taken, error) {
		fresh = Seen{} // anew each time: a reading may be begun again
		out, _, err := each(batch, func(in Incoming) (Recorded, error) { return weigh(a, in, seen, fresh) })
		return out, err
	})
	if err == nil {
		maps.Copy(seen, fresh)
	}
	return out, err
}

func weigh(a *act.Act, in Incoming, seen, fresh Seen) (Recorded, error) {
	_, r, err := examine(a, in)
	if err != nil {
		return Recorded{}, err
	}
	for _, earlier := range []Seen{seen, fresh} {
		switch content, ok := earlier[r.key]; {
		case ok && content == string(r.content):
			return Recorded{Again: true}, nil
		case ok:
			return Recorded{}, changed()
		}
	}
	there, err := r.after(a)
	if err == nil && !there.Again {
		fresh[r.key] = string(r.content)
	}
	return there, err
}

// each gives every row of a batch that has been read to take. A row that cannot
// be taken says why and does not hold up the others.
func each(batch []Row, take func(Incoming) (Recorded, error)) (out []Taken, refused []Rejected, err error) {
	out = make([]Taken, len(batch))
	for i, row := range batch {
		if len(row.Reasons) > 0 {
			out[i].Fault = fault.New(fault.Invalid, "evidence.Take", "evidence.invalid")
			refused = append(refused, Rejected{row.Number, row.Reasons})
			continue
		}
		done, err := take(row.Incoming)
		switch fault.KindOf(err) {
		case fault.Invalid, fault.Conflict, fault.Denied:
			out[i].Fault = err
			refused = append(refused, Rejected{row.Number, reasonsOf(err)})
		default:
			if err != nil {
				return nil, nil, err
			}
			out[i].Recorded = done
		}
	}
	return out, refused, nil
}
