package indicator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"

	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/evidence"
)

// maxFile is the largest instrument file that is read, in bytes.
const maxFile = 1 << 20

// Load reads every *.json below each of the file systems as an instrument. It refuses
// the whole set (fault.Invalid) for an unknown key, a double code, a word outside its
// list, a rule that is not monotone, or a list for adults without its twin for
// children; the cause names the file and the field.
func Load(from ...fs.FS) (Set, error) {
	var s Set
	for _, fsys := range from {
		if err := s.load(fsys); err != nil {
			return Set{}, fault.Wrap("indicator.Load", err)
		}
	}
	slices.SortFunc(s.instruments, order)
	for _, i := range s.instruments {
		if err := s.pair(i); err != nil {
			return Set{}, bad(i.ID, err)
		}
	}
	return s, nil
}

func (s *Set) load(fsys fs.FS) error {
	return fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".json" {
			return err
		}
		i, err := read(fsys, name)
		if err != nil {
			return bad(name, err)
		}
		if _, double := s.Get(i.ID, i.Version); double {
			return bad(name, field("id", "is defined twice in this version"))
		}
		s.instruments = append(s.instruments, i)
		return nil
	})
}

// pair ties a list for adults to the list for children, without which an unknown
// age could not be screened.
func (s Set) pair(i *Instrument) error {
	same := func(age evidence.AgeClass) (found []*Instrument) {
		for _, j := range s.instruments {
			if j.Family == i.Family && j.Version == i.Version && j.Age == age {
				found = append(found, j)
			}
		}
		return found
	}
	if len(same(i.Age)) > 1 {
		return field("age", "has two lists of one family and version")
	}
	if i.Age == evidence.Child {
		return nil
	}
	children := same(evidence.Child)
	if len(children) != 1 {
		return field("family", "has no list for children in this version")
	}
	i.child = children[0]
	return nil
}

func bad(name string, cause error) error {
	return fault.New(fault.Invalid, "indicator.Load", "indicator.bad_instrument", "file", name).
		Because(fmt.Errorf("%s: %w", name, cause))
}

func field(name, problem string) error { return fmt.Errorf("%s: %s", name, problem) }

func read(fsys fs.FS, name string) (*Instrument, error) {
	file, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	limited := &io.LimitedReader{R: file, N: maxFile + 1}
	dec := json.NewDecoder(limited)
	dec.DisallowUnknownFields()
	i := new(Instrument)
	if err := dec.Decode(i); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) {
			return nil, field(wrong.Field, "is a "+wrong.Value)
		}
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF || limited.N <= 0 {
		return nil, errors.New("holds more than one instrument, or is too large")
	}
	return i, i.check()
}
