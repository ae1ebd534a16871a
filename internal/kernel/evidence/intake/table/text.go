package table

import (
	"bytes"
	"errors"
	"io"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"lodestar/internal/base/fault"
)

// Text reads f as text: UTF-8, or UTF-16 if a byte order mark says so. Older
// encodings are not guessed at, because a wrong guess changes names unseen: the
// reader ends with a fault as soon as the text is not valid UTF-8. An unpaired
// half of UTF-16 is read as U+FFFD.
func Text(f File) (io.Reader, error) {
	mark := make([]byte, 4)
	n, err := f.ReadAt(mark, 0)
	if err != nil && err != io.EOF {
		return nil, fault.Wrap("table.Text", err)
	}
	mark = mark[:n]
	var order transform.Transformer = encoding.UTF8Validator
	skip := int64(0)
	switch {
	case bytes.Equal(mark, []byte{0xFF, 0xFE, 0, 0}), bytes.Equal(mark, []byte{0, 0, 0xFE, 0xFF}): // UTF-32
		return nil, fault.New(fault.Invalid, "table.Text", "import.encoding")
	case bytes.HasPrefix(mark, []byte{0xEF, 0xBB, 0xBF}):
		skip = 3
	case bytes.HasPrefix(mark, []byte{0xFF, 0xFE}):
		order, skip = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder(), 2
	case bytes.HasPrefix(mark, []byte{0xFE, 0xFF}):
		order, skip = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder(), 2
	case bytes.IndexByte(mark, 0) >= 0: // UTF-16 without its mark, or no text at all
		return nil, fault.New(fault.Invalid, "table.Text", "import.encoding")
	}
	return transform.NewReader(io.NewSectionReader(f, skip, max(f.Size-skip, 0)), order), nil
}

// TextFault is the fault of an error of a Text reader.
func TextFault(err error) error {
	if errors.Is(err, encoding.ErrInvalidUTF8) {
		return fault.New(fault.Invalid, "table.Text", "import.encoding")
	}
	return fault.Wrap("table.Text", err)
}
