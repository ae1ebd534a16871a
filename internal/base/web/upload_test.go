package web

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http/httptest"
	"strings"
	"testing"

	"lodestar/internal/base/fault"
)

// sent is a form with files as a browser sends it.
func sent(fields, files map[string]string) (*bytes.Buffer, string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range fields {
		w.WriteField(k, v)
	}
	for k, v := range files {
		name := k + ".csv"
		if v == "" {
			name = ""
		}
		f, _ := w.CreateFormFile(k, name)
		io.WriteString(f, v)
	}
	w.Close()
	return &b, w.FormDataContentType()
}

func TestUpload(t *testing.T) {
	const most = 1 << 20
	for name, c := range map[string]struct {
		fields, files map[string]string
		key           string
	}{
		"nothing":          {nil, nil, ""},
		"no file chosen":   {map[string]string{"a": "b"}, map[string]string{"file": ""}, ""},
		"a file":           {map[string]string{"a": " Ж\x00 "}, map[string]string{"file": "имя,город\n"}, ""},
		"just small":       {nil, map[string]string{"file": strings.Repeat("x", most)}, ""},
		"a byte too much":  {nil, map[string]string{"file": strings.Repeat("x", most+1)}, "fault.file_too_large"},
		"two files":        {nil, map[string]string{"one": strings.Repeat("x", most/2), "two": strings.Repeat("x", most/2+1)}, "fault.file_too_large"},
		"a field too long": {map[string]string{"a": strings.Repeat("x", maxUploadText+1)}, nil, "fault.file_too_large"},
	} {
		body, kind := sent(c.fields, c.files)
		r := httptest.NewRequest("POST", "/", body)
		r.Header.Set("Content-Type", kind)
		form, files, err := ReadUpload(r, most)
		if key, _ := fault.Say(err); err != nil && key != c.key || (err != nil) != (c.key != "") {
			t.Errorf("%s: %v, want %q", name, err, c.key)
			continue
		}
		if err == nil && (string(files["file"]) != c.files["file"] || form.Text("a") != strings.Trim(c.fields["a"], " \x00")) {
			t.Errorf("%s: %q %q", name, files, form.Text("a"))
		}
	}
}

// What says itself that it is too large is refused unread, and taken from the
// network, so that the browser shows the refusal.
func TestUploadTooLargeIsNotRead(t *testing.T) {
	body, kind := sent(nil, map[string]string{"file": strings.Repeat("x", 3<<20)})
	r := httptest.NewRequest("POST", "/", body)
	r.Header.Set("Content-Type", kind)
	if _, files, err := ReadUpload(r, 1<<20); !fault.Is(err, fault.Invalid) || files != nil {
		t.Error(err)
	}
	if body.Len() != 0 {
		t.Errorf("%d bytes are left: the browser still sends", body.Len())
	}
}

func FuzzUpload(f *testing.F) {
	body, kind := sent(map[string]string{"a": "b"}, map[string]string{"file": "x"})
	f.Add(body.String(), kind)
	f.Add("--x\r\n\r\n", "multipart/form-data; boundary=x")
	f.Add("", "text/plain")
	f.Fuzz(func(t *testing.T, body, kind string) {
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		_, files, err := ReadUpload(r, 1000)
		if err != nil && !fault.Is(err, fault.Invalid) {
			t.Fatal(err)
		}
		n := 0
		for _, file := range files {
			n += len(file)
		}
		if n > 1000 {
			t.Fatalf("%d bytes", n)
		}
	})
}
