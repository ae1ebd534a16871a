package backup

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"

	"lodestar/internal/base/fault"
)

func newKEK(t testing.TB) tink.AEAD {
	t.Helper()
	h, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		t.Fatal(err)
	}
	kek, err := aead.New(h)
	if err != nil {
		t.Fatal(err)
	}
	return kek
}

// write makes a file of a part with one manifest and n rows.
func write(t *testing.T, part Part, kek tink.AEAD, n int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "copy")
	err := Create(path, part, kek, func(e *Encoder) error { return fillWith(e, n) })
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func fillWith(e *Encoder, n int) error {
	err := errors.Join(e.document(recManifest, Manifest{Node: "n", Lines: 7}), e.table("t_x", []string{"a", "b"}))
	for i := range n {
		err = errors.Join(err, e.row([]any{int64(i), "Zoë"}))
	}
	return errors.Join(err, e.end())
}

func inspectFile(path string, part Part, kek tink.AEAD) (n Counted, err error) {
	err = Open(path, part, kek, func(d *Decoder) error {
		_, n, err = Inspect(d)
		return err
	})
	return n, err
}

func TestFileRefuses(t *testing.T) {
	kek := newKEK(t)
	path := write(t, Node, kek, 200_000) // more than one segment of the stream
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := inspectFile(path, Node, kek); err != nil || n.Rows != 200_000 {
		t.Fatalf("the file itself: %+v, %v", n, err)
	}
	head := header{wrapped: make([]byte, int(whole[18])<<8|int(whole[19]))}
	begin := len(head.bytes())
	newer := bytes.Clone(whole)
	newer[len(magic)] = version + 1
	for name, c := range map[string]struct {
		doc  []byte
		kek  tink.AEAD
		part Part
		key  string
	}{
		"another node's key":         {whole, newKEK(t), Node, "backup.wrong_node_key"},
		"the other part":             {whole, kek, Keys, "backup.wrong_part"},
		"a newer format":             {newer, kek, Node, "backup.newer_format"},
		"nothing":                    {nil, kek, Node, "backup.damaged"},
		"something else":             {[]byte("PK\x03\x04 and so on, and so on"), kek, Node, "backup.not_a_backup"},
		"something short":            {[]byte("PK"), kek, Node, "backup.not_a_backup"},
		"half a header":              {whole[:begin/2], kek, Node, "backup.damaged"},
		"a header only":              {whole[:begin], kek, Node, "backup.damaged"},
		"cut by a byte":              {whole[:len(whole)-1], kek, Node, "backup.damaged"},
		"cut in the first segment":   {whole[:begin+1000], kek, Node, "backup.damaged"},
		"cut where a segment ends":   {whole[:begin+(1<<20)], kek, Node, "backup.damaged"},
		"something after it":         {append(bytes.Clone(whole), 0), kek, Node, "backup.damaged"},
		"another's header before it": {splice(t, kek, whole, begin), kek, Node, "backup.damaged"},
	} {
		other := filepath.Join(t.TempDir(), "other")
		if err := os.WriteFile(other, c.doc, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := inspectFile(other, c.part, c.kek)
		if key, _ := fault.Say(err); key != c.key {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
}

// splice puts the header of another file, which the same node made, before the
// stream of this one.
func splice(t *testing.T, kek tink.AEAD, whole []byte, begin int) []byte {
	other, err := os.ReadFile(write(t, Node, kek, 1))
	if err != nil {
		t.Fatal(err)
	}
	return append(bytes.Clone(other[:begin]), whole[begin:]...)
}

// TestEveryByteCounts changes each byte of a small file in turn.
func TestEveryByteCounts(t *testing.T) {
	kek := newKEK(t)
	whole, err := os.ReadFile(write(t, Node, kek, 3))
	if err != nil {
		t.Fatal(err)
	}
	for i := range whole {
		changed := bytes.Clone(whole)
		changed[i] ^= 0x10
		stream, err := decrypt(bytes.NewReader(changed), Node, kek)
		if err == nil {
			_, _, err = Inspect(newDecoder(stream))
		}
		if kind := fault.KindOf(err); err == nil || kind != fault.Invalid && kind != fault.Conflict {
			t.Errorf("byte %d of %d changed: %v", i, len(whole), err)
		}
	}
}

func TestCreateRefuses(t *testing.T) {
	kek := newKEK(t)
	path := write(t, Node, kek, 1)
	before, _ := os.ReadFile(path)
	if err := Create(path, Node, kek, func(*Encoder) error { return nil }); !fault.Is(err, fault.Conflict) {
		t.Errorf("overwrote a file: %v", err)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("the file changed")
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	broken := filepath.Join(filepath.Dir(path), "broken")
	if err := Create(broken, Node, kek, func(*Encoder) error { return io.ErrShortWrite }); !fault.Is(err, fault.Busy) {
		t.Errorf("a disk that is full: %v", err)
	}
	if err := Create(filepath.Join(path, "x"), Node, kek, func(*Encoder) error { return nil }); err == nil {
		t.Error("wrote below a file")
	}
	if left, _ := filepath.Glob(broken + "*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func FuzzHeader(f *testing.F) {
	good := header{Keys, []byte("wrapped")}.bytes()
	f.Add(good)
	f.Add(good[:20])
	f.Add([]byte(magic))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, doc []byte) {
		h, err := readHeader(bytes.NewReader(doc))
		if err != nil {
			if fault.Is(err, fault.Internal) {
				t.Errorf("not a refusal: %v", err)
			}
			return
		}
		if !bytes.HasPrefix(doc, h.bytes()) {
			t.Errorf("read %+v, which is not what was written", h)
		}
	})
}

// FuzzDecoder: what authenticates was written by somebody with the node's key,
// and is read with the same care.
func FuzzDecoder(f *testing.F) {
	var good bytes.Buffer
	e := newEncoder(&good)
	if err := errors.Join(fillWith(e, 2), e.flush()); err != nil {
		f.Fatal(err)
	}
	f.Add(good.Bytes())
	f.Add(good.Bytes()[:good.Len()-1])
	f.Add([]byte("M\x02{}E\x00\x00"))
	f.Add([]byte("M\x02{}R"))
	f.Add([]byte("M\x02{}T\x01t\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"))
	f.Add([]byte("M\x02{}T\x01t\x01\x01aR\x04\xff\xff\xff\x7f"))
	f.Fuzz(func(t *testing.T, doc []byte) {
		_, n, err := Inspect(newDecoder(bytes.NewReader(doc)))
		if err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("not a refusal: %v", err)
		}
		if err == nil && n.Rows > int64(len(doc)) {
			t.Errorf("%d rows out of %d bytes", n.Rows, len(doc))
		}
	})
}
