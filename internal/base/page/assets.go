package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/web"
)

//go:generate go run ./gen

// dist is made by gen from css, js and vendor_js.
//
//go:embed dist
var dist embed.FS

// asset is a file that never changes under its name, because the name carries a
// hash of the content.
type asset struct {
	kind          string
	plain, packed []byte
}

// kinds are the media types of our assets, independent of the machine's tables.
var kinds = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// assets are all files by their hashed name, and the hashed names by file.
var assets = sync.OnceValues(func() (map[string]asset, map[string]string) {
	files, names := map[string]asset{}, map[string]string{}
	entries, err := dist.ReadDir("dist")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	for _, e := range entries {
		data, err := dist.ReadFile("dist/" + e.Name())
		if err != nil {
			panic(err)
		}
		sum := sha256.Sum256(data)
		ext := path.Ext(e.Name())
		name := strings.TrimSuffix(e.Name(), ext) + "-" + hex.EncodeToString(sum[:6]) + ext
		files[name] = asset{kind: kinds[ext], plain: data, packed: pack(data)}
		names[e.Name()] = "/assets/" + name
	}
	return files, names
})

func pack(data []byte) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	z.Write(data)
	z.Close()
	return b.Bytes()
}

// Asset is the address of a file of dist, such as "page.css".
func Asset(file string) string {
	_, names := assets()
	return names[file]
}

func serveAsset(w http.ResponseWriter, r *http.Request) error {
	files, _ := assets()
	a, ok := files[r.PathValue("name")]
	if !ok {
		return fault.New(fault.NotFound, "page.Asset", "fault.not_found")
	}
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	body := a.plain
	if web.WantsGzip(r) {
		h.Set("Content-Encoding", "gzip")
		body = a.packed
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, err := w.Write(body)
	return err
}
