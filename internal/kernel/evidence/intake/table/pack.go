package table

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"lodestar/internal/base/fault"
)

// pack is the package of an XLSX file (ISO/IEC 29500-2): a ZIP archive of parts.
type pack map[string]*zip.File

// active and linked are the parts that a table has no need of and that make a
// workbook do something, or fetch something from elsewhere.
var (
	active = []string{"xl/vbaproject", "xl/macrosheets/", "xl/activex/", "xl/embeddings/"}
	linked = []string{"xl/externallinks/", "xl/connections.xml", "xl/querytables/", "xl/model/"}
)

// unpack opens the package and checks it as a whole before any part is read.
func unpack(f File) (pack, error) {
	if f.Size > MaxWorkbook {
		return nil, fault.New(fault.Invalid, "table.unpack", "import.too_large", "max", MaxWorkbook)
	}
	n, err := entries(f)
	if err != nil {
		return nil, fault.Wrap("table.unpack", err)
	}
	if n > MaxParts {
		return nil, fault.New(fault.Invalid, "table.unpack", "import.bomb")
	}
	archive, err := zip.NewReader(f, f.Size)
	if err != nil {
		return nil, fault.New(fault.Invalid, "table.unpack", "import.truncated").Because(err)
	}
	p := pack{}
	total := uint64(0)
	for _, part := range archive.File {
		name := strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(part.Name, `\`, "/"), "/"))
		if _, double := p[name]; double {
			return nil, malformed("a part twice")
		}
		p[name] = part
		if part.UncompressedSize64 > MaxUnpacked-total ||
			part.UncompressedSize64 > 1<<20 && part.UncompressedSize64/MaxRatio > part.CompressedSize64 {
			return nil, fault.New(fault.Invalid, "table.unpack", "import.bomb")
		}
		total += part.UncompressedSize64
	}
	return p, p.harmless()
}

func (p pack) harmless() error {
	for name := range p {
		is := func(prefix string) bool { return strings.HasPrefix(name, prefix) }
		if slices.ContainsFunc(active, is) {
			return fault.New(fault.Invalid, "table.unpack", "import.macros")
		}
		if slices.ContainsFunc(linked, is) {
			return fault.New(fault.Invalid, "table.unpack", "import.external_link")
		}
	}
	types, err := p.read("[content_types].xml", MaxPart)
	if err == nil && bytes.Contains(bytes.ToLower(types), []byte("macroenabled")) {
		return fault.New(fault.Invalid, "table.unpack", "import.macros")
	}
	return err
}

// entries counts the headers of the archive's directory without building it: a
// directory of a million parts would take far more memory than the file.
func entries(f File) (n int, err error) {
	mark := []byte("PK\x01\x02")
	buf := make([]byte, 64<<10)
	kept := 0
	for r := f.reader(); ; {
		got, err := io.ReadFull(r, buf[kept:])
		chunk := buf[:kept+got]
		n += bytes.Count(chunk, mark)
		if err != nil {
			if err == io.EOF || err == io.ErrUnexpectedEOF {
				err = nil
			}
			return n, err
		}
		kept = copy(buf, chunk[len(chunk)-len(mark)+1:])
	}
}

// read unpacks one part of at most limit bytes and checks its sum.
func (p pack) read(name string, limit uint64) ([]byte, error) {
	part, ok := p[strings.ToLower(name)]
	if !ok {
		return nil, fault.New(fault.Invalid, "table.read", "import.not_workbook")
	}
	if part.UncompressedSize64 > limit {
		return nil, fault.New(fault.Invalid, "table.read", "import.too_large", "max", limit)
	}
	r, err := part.Open()
	if err != nil {
		return nil, malformed("a part cannot be opened")
	}
	defer r.Close()
	data := bytes.NewBuffer(make([]byte, 0, part.UncompressedSize64))
	if _, err := io.Copy(data, io.LimitReader(r, int64(limit)+1)); err != nil {
		return nil, malformed("a part cannot be unpacked: " + err.Error())
	}
	return data.Bytes(), nil
}

// decode unpacks a small part and decodes it into v.
func (p pack) decode(name string, v any) error {
	data, err := p.read(name, MaxPart)
	if err != nil {
		return err
	}
	if err := xml.Unmarshal(data, v); err != nil {
		return malformed("a part is no XML")
	}
	return nil
}

// links are the relationships of one part.
type links struct {
	Links []struct {
		ID     string `xml:"Id,attr"`
		Type   string `xml:"Type,attr"`
		Target string `xml:"Target,attr"`
		Mode   string `xml:"TargetMode,attr"`
	} `xml:"Relationship"`
}

// linksOf reads the relationships of a part. A hyperlink may lead outside, since
// nobody follows it; nothing else may.
func (p pack) linksOf(name string) (links, error) {
	var l links
	rels := path.Join(path.Dir(name), "_rels", path.Base(name)+".rels")
	if _, ok := p[strings.ToLower(rels)]; !ok {
		return l, nil
	}
	if err := p.decode(rels, &l); err != nil {
		return l, err
	}
	for _, link := range l.Links {
		if link.Mode == "External" && path.Base(link.Type) != "hyperlink" {
			return l, fault.New(fault.Invalid, "table.linksOf", "import.external_link")
		}
	}
	return l, nil
}

func malformed(what string) *fault.Error {
	return fault.New(fault.Invalid, "table.Open", "import.malformed").Because(errors.New(what))
}
