// Package backup writes a database as one sealed file and reads it back, from
// either engine into either: rows by name and type, in no engine's own format.
//
// A file begins with a header in the clear that says which part of a node it
// holds and nothing of anybody; the rest is one authenticated stream (Tink
// streaming AEAD, AES-256-GCM with HKDF, RFC 5869) under a key made for this file
// and wrapped by the node's key, which is in no backup. In the stream stand a
// Manifest, the tables in an order in which they can be loaded, the waiting jobs,
// and their numbers.
//
// The key store is a part of its own, for a file of its own with a short
// retention: whoever holds an old copy of the keys can undo an erasure.
//
// Start at Create and Open, then Dump and Load.
package backup

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"os"

	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/streamingaead"
	"github.com/tink-crypto/tink-go/v2/tink"

	"lodestar/internal/base/fault"
)

// Part says what of a node a file holds.
type Part byte

// The parts.
const (
	Node Part = 'n' // the node's database: personal fields sealed
	Keys Part = 'k' // the key store: key sets wrapped by the node's key
)

const (
	magic   = "lodestar backup\n"
	version = 1
	// A wrapped key set is some 200 bytes, or a few hundred more from a key service.
	maxWrapped = 4096
	sumSize    = 8
)

// header is what stands before the stream: magic, version, part, the wrapped
// key with its length in two bytes, and the beginning of the SHA-256 of all that.
// The sum tells damage from another node's key; what protects the header is that
// the stream authenticates it.
type header struct {
	part    Part
	wrapped []byte
}

func (h header) bytes() []byte {
	b := append([]byte(magic), version, byte(h.part))
	b = binary.BigEndian.AppendUint16(b, uint16(len(h.wrapped)))
	b = append(b, h.wrapped...)
	sum := sha256.Sum256(b)
	return append(b, sum[:sumSize]...)
}

func readHeader(r io.Reader) (header, error) {
	const op = "backup.readHeader"
	fixed := make([]byte, len(magic)+4)
	if n, err := io.ReadFull(r, fixed); err != nil && !bytes.HasPrefix([]byte(magic), fixed[:min(n, len(magic))]) {
		return header{}, fault.New(fault.Invalid, op, "backup.not_a_backup")
	} else if err != nil {
		return header{}, fault.New(fault.Invalid, op, "backup.damaged").Because(err)
	}
	if string(fixed[:len(magic)]) != magic {
		return header{}, fault.New(fault.Invalid, op, "backup.not_a_backup")
	}
	if v := fixed[len(magic)]; v > version {
		return header{}, fault.New(fault.Conflict, op, "backup.newer_format", "have", int(v), "know", version)
	}
	h := header{part: Part(fixed[len(magic)+1])}
	n := binary.BigEndian.Uint16(fixed[len(magic)+2:])
	if n == 0 || n > maxWrapped || h.part != Node && h.part != Keys {
		return header{}, fault.New(fault.Invalid, op, "backup.damaged")
	}
	rest := make([]byte, int(n)+sumSize)
	if _, err := io.ReadFull(r, rest); err != nil {
		return header{}, fault.New(fault.Invalid, op, "backup.damaged").Because(err)
	}
	h.wrapped = rest[:n]
	if !bytes.Equal(h.bytes(), append(fixed, rest...)) {
		return header{}, fault.New(fault.Invalid, op, "backup.damaged")
	}
	return h, nil
}

// about binds a wrapped key to its purpose.
func about(part Part) []byte { return append([]byte(magic), version, byte(part)) }

// encrypt writes a header with a new key to w and gives the writer of the stream.
func encrypt(w io.Writer, part Part, kek tink.AEAD) (io.WriteCloser, error) {
	const op = "backup.encrypt"
	key, err := keyset.NewHandle(streamingaead.AES256GCMHKDF1MBKeyTemplate())
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	var wrapped bytes.Buffer
	if err := key.WriteWithAssociatedData(keyset.NewBinaryWriter(&wrapped), kek, about(part)); err != nil {
		return nil, fault.New(fault.Busy, op, "seal.no_key_service").Because(err)
	}
	if wrapped.Len() > maxWrapped {
		return nil, fault.New(fault.Internal, op, "fault.internal")
	}
	s, err := streamingaead.New(key)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	head := header{part, wrapped.Bytes()}.bytes()
	if _, err := w.Write(head); err != nil {
		return nil, err
	}
	return s.NewEncryptingWriter(w, head)
}

// decrypt reads the header of a part from r and gives the reader of the stream.
func decrypt(r io.Reader, part Part, kek tink.AEAD) (io.Reader, error) {
	const op = "backup.decrypt"
	h, err := readHeader(r)
	if err != nil {
		return nil, err
	}
	if h.part != part {
		return nil, fault.New(fault.Invalid, op, "backup.wrong_part")
	}
	key, err := keyset.ReadWithAssociatedData(keyset.NewBinaryReader(bytes.NewReader(h.wrapped)), kek, about(part))
	if err != nil {
		return nil, fault.New(fault.Invalid, op, "backup.wrong_node_key")
	}
	s, err := streamingaead.New(key)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	stream, err := s.NewDecryptingReader(r, h.bytes())
	if err != nil {
		return nil, fault.New(fault.Invalid, op, "backup.damaged").Because(err)
	}
	return authentic{stream}, nil
}

// authentic says of every byte that does not authenticate, and of an end that is
// missing, what an operator has to know: this file cannot be relied on.
type authentic struct{ io.Reader }

func (a authentic) Read(p []byte) (int, error) {
	n, err := a.Reader.Read(p)
	if err != nil && err != io.EOF {
		err = fault.New(fault.Invalid, "backup.read", "backup.damaged").Because(err)
	}
	return n, err
}

// Create writes a file of a part, readable by its owner only, with what fill puts
// into it. It refuses to overwrite. Until all is safely on the disk the file has
// ".part" after its name, so that a file with its own name is a whole one.
func Create(path string, part Part, kek tink.AEAD, fill func(*Encoder) error) (err error) {
	const op = "backup.Create"
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		return fault.New(fault.Conflict, op, "backup.file_exists")
	}
	f, err := os.OpenFile(path+".part", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fault.New(fault.Invalid, op, "backup.cannot_write").Because(err)
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	stream, err := encrypt(f, part, kek)
	if err != nil {
		return unwritten(err)
	}
	e := newEncoder(stream)
	if err := fill(e); err != nil {
		return unwritten(err)
	}
	if err := errors.Join(e.flush(), stream.Close(), f.Sync(), f.Close()); err != nil {
		return unwritten(err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return unwritten(err)
	}
	return nil
}

// unwritten is the fault of a file that could not be written, a full disk for
// instance; what the database refused stays as it is.
func unwritten(err error) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return err
	}
	return fault.New(fault.Busy, "backup.Create", "backup.cannot_write").Because(err)
}

// Open reads a file of a part from its beginning.
func Open(path string, part Part, kek tink.AEAD, read func(*Decoder) error) error {
	f, err := os.Open(path)
	if err != nil {
		return fault.New(fault.Invalid, "backup.Open", "backup.cannot_read").Because(err)
	}
	defer f.Close()
	stream, err := decrypt(f, part, kek)
	if err != nil {
		return err
	}
	return read(newDecoder(stream))
}
