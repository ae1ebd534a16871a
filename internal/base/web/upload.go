package web

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"path/filepath"

	"lodestar/internal/base/fault"
)

// Bounds of a form with files, besides the bytes of the files themselves.
const (
	maxUploadText = 64 << 10 // bytes of the other fields together
	maxUploadPart = 20       // parts
)

// ReadUpload reads a form of type multipart/form-data whose files have at most
// most bytes together. They stay in memory: what a person sends may be about
// others, and is not written to a disk unsealed. A form that says itself that it
// is larger is refused before it is read.
//
// The rest of a refused form is taken from the network and thrown away, up to
// what the route lets in: a browser shows no answer while it is still sending.
func ReadUpload(r *http.Request, most int64) (Form, map[string][]byte, error) {
	form, files, err := readUpload(r, most)
	if err != nil {
		io.Copy(io.Discard, r.Body)
	}
	return form, files, err
}

func readUpload(r *http.Request, most int64) (Form, map[string][]byte, error) {
	large := fault.New(fault.Invalid, "web.ReadUpload", "fault.file_too_large", "most", int(most>>20))
	if r.ContentLength > most+2*maxUploadText {
		return Form{}, nil, large
	}
	bad := fault.New(fault.Invalid, "web.ReadUpload", "fault.unreadable")
	parts, err := r.MultipartReader()
	if err != nil {
		return Form{}, nil, bad
	}
	values, files := url.Values{}, map[string][]byte{}
	text := int64(maxUploadText)
	for n := 0; ; n++ {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return Form{values}, files, nil
		}
		if err != nil || n == maxUploadPart {
			if tooLarge(err) {
				return Form{}, nil, large
			}
			return Form{}, nil, bad
		}
		left := &most
		if !isFile(p) {
			left = &text
		}
		data, err := io.ReadAll(io.LimitReader(p, *left+1))
		if *left -= int64(len(data)); *left < 0 || tooLarge(err) {
			return Form{}, nil, large
		}
		if err != nil {
			return Form{}, nil, bad
		}
		if !isFile(p) {
			values.Add(p.FormName(), string(data))
		} else if len(data) > 0 || p.FileName() != "" {
			files[p.FormName()] = data
		}
	}
}

// isFile tells a file from a field. A browser sends a field for files that was
// left empty as a file without name and content.
func isFile(p *multipart.Part) bool {
	return p.FileName() != "" || filepath.Base(p.Header.Get("Content-Type")) == "octet-stream"
}
