package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"go/format"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/a-h/templ"
	"github.com/a-h/templ/generator"
	"github.com/a-h/templ/parser/v2"
	"github.com/evanw/esbuild/pkg/api"
)

const pageDir = "internal/base/page"

// generate returns every generated file by its path below root.
func generate(root string, folders []string) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, folder := range folders {
		if err := compile(root, folder, files); err != nil {
			return nil, err
		}
	}
	if err := checkVendored(filepath.Join(root, pageDir, "vendor_js")); err != nil {
		return nil, err
	}
	bundles, err := bundle(filepath.Join(root, pageDir))
	maps.Copy(files, bundles)
	return files, err
}

// compile turns the templ files at and below folder into Go, as the templ
// command does when it runs at the module's root.
func compile(root, folder string, files map[string][]byte) error {
	return filepath.WalkDir(filepath.Join(root, folder), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".templ" {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		tree, err := parser.Parse(path)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		var code bytes.Buffer
		version := generator.WithVersion(templ.Version())
		if _, err := generator.Generate(tree, &code, version, generator.WithFileName(name)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		formatted, err := format.Source(code.Bytes())
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		files[strings.TrimSuffix(name, ".templ")+"_templ.go"] = formatted
		return nil
	})
}

// bundle makes the files of dist.
func bundle(dir string) (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, b := range []struct {
		entry  string
		format api.Format
	}{
		{"js/app.js", api.FormatIIFE},
		{"js/public.js", api.FormatIIFE},
		{"js/chart.js", api.FormatESModule},
		{"css/page.css", api.FormatDefault},
	} {
		result := api.Build(api.BuildOptions{
			AbsWorkingDir: dir,
			EntryPoints:   []string{b.entry},
			Bundle:        true,
			Format:        b.format,
			// Browsers of 2022 and later; native nesting of CSS is younger and is lowered.
			Target:            api.ES2022,
			Engines:           []api.Engine{{Name: api.EngineChrome, Version: "105"}, {Name: api.EngineSafari, Version: "16"}, {Name: api.EngineFirefox, Version: "110"}},
			MinifyWhitespace:  true,
			MinifyIdentifiers: true,
			MinifySyntax:      true,
			Charset:           api.CharsetUTF8,
			LegalComments:     api.LegalCommentsNone,
			Alias:             map[string]string{"cose-base": "./vendor_js/cose-base.js", "layout-base": "./vendor_js/layout-base.js"},
			Outdir:            "dist",
		})
		if len(result.Errors) > 0 {
			return nil, errors.New(strings.Join(api.FormatMessages(result.Errors, api.FormatMessagesOptions{}), "\n"))
		}
		for _, out := range result.OutputFiles {
			files[pageDir+"/dist/"+filepath.Base(out.Path)] = out.Contents
		}
	}
	icon, err := os.ReadFile(filepath.Join(dir, "css/icon.svg"))
	files[pageDir+"/dist/icon.svg"] = icon
	return files, err
}

// checkVendored compares the scripts of others with the hashes under which they
// were taken in.
func checkVendored(dir string) error {
	data, err := os.ReadFile(filepath.Join(dir, "VENDOR.json"))
	if err != nil {
		return err
	}
	var list []struct{ File, SHA256 string }
	if err := json.Unmarshal(data, &list); err != nil {
		return fmt.Errorf("VENDOR.json: %w", err)
	}
	known := map[string]string{}
	for _, v := range list {
		known[v.File] = v.SHA256
	}
	scripts, err := filepath.Glob(filepath.Join(dir, "*js"))
	if err != nil {
		return err
	}
	for _, path := range scripts {
		script, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(script)
		if name := filepath.Base(path); known[name] != hex.EncodeToString(sum[:]) {
			return fmt.Errorf("vendor_js/%s is not the file that VENDOR.json names", name)
		}
		delete(known, filepath.Base(path))
	}
	if len(known) > 0 {
		return fmt.Errorf("VENDOR.json names files that are missing: %v", known)
	}
	return nil
}
