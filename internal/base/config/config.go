// Package config reads one strict struct from defaults, a JSON file with comments,
// the environment and flags, in this order, and remembers where each value came
// from. An unknown key is a refusal to start: a misspelt security setting must
// not be a silent default.
package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"math"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/names"
)

// Origin says where a value came from: default, file, environment or flag.
type Origin string

// The origins, weakest first.
const (
	Default     Origin = "default"
	File        Origin = "file"
	Environment Origin = "environment"
	Flag        Origin = "flag"
)

// Setting is one value with its origin, for `config show`.
type Setting struct {
	Key    string `json:"key"` // "oidc.issuer"
	Value  string `json:"value"`
	Origin Origin `json:"origin"`
}

// Read fills into, a pointer to a struct whose present values are the defaults.
// Keys are the json tags, joined by dots; the environment variable of "tls.cert"
// with prefix LODESTAR is LODESTAR_TLS_CERT. file may be empty. Fields are
// strings, booleans, integers, durations ("30s"), lists of strings (in the
// environment and in flags separated by commas) and structs of these.
func Read(into any, file, prefix string, environ []string, flags map[string]string) ([]Setting, error) {
	fields := map[string]reflect.Value{}
	walk(reflect.ValueOf(into).Elem(), "", fields)
	origin := map[string]Origin{}
	if file != "" {
		if err := readFile(into, file, fields, origin); err != nil {
			return nil, err
		}
	}
	for _, kv := range environ {
		name, value, _ := strings.Cut(kv, "=")
		rest, ok := strings.CutPrefix(name, prefix+"_")
		if !ok {
			continue
		}
		if err := set(fields, origin, place{name, envKey(fields, rest), Environment}, value); err != nil {
			return nil, err
		}
	}
	for key, value := range flags {
		if err := set(fields, origin, place{"--" + key, key, Flag}, value); err != nil {
			return nil, err
		}
	}
	return list(fields, origin), nil
}

func readFile(into any, file string, fields map[string]reflect.Value, origin map[string]Origin) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return fault.New(fault.Invalid, "config.Read", "config.no_file", "file", file).Because(err)
	}
	b = plain(b)
	var raw any
	d := json.NewDecoder(bytes.NewReader(b))
	if err := d.Decode(&raw); err != nil {
		return notJSON(file, b, d.InputOffset(), err)
	}
	if _, err := d.Token(); err != io.EOF {
		return fault.New(fault.Invalid, "config.Read", "config.two_documents", "file", file)
	}
	if err := mark(raw, place{where: file, from: File}, fields, origin); err != nil {
		return err
	}
	// What is left is a name that is written in other letters, or twice.
	d = json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return notJSON(file, b, d.InputOffset(), err)
	}
	return nil
}

// notJSON names the line in which a file stops being JSON.
func notJSON(file string, b []byte, at int64, err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		at = syntax.Offset
	}
	line := 1 + bytes.Count(b[:min(max(at, 0), int64(len(b)))], []byte("\n"))
	return fault.New(fault.Invalid, "config.Read", "config.bad_file", "file", file, "line", line).Because(err)
}

// mark notes what the file sets, and refuses what there is not and what is of
// another kind.
func mark(raw any, p place, fields map[string]reflect.Value, origin map[string]Origin) error {
	if f, leaf := fields[p.key]; leaf {
		origin[p.key] = File
		return fits(raw, p, f)
	}
	if p.key != "" && !group(fields, p.key) {
		return p.unknown(fields)
	}
	m, ok := raw.(map[string]any)
	if !ok && raw != nil {
		return p.wrong("group")
	}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if err := mark(m[k], place{p.where, join(p.key, k), p.from}, fields, origin); err != nil {
			return err
		}
	}
	return nil
}

func group(fields map[string]reflect.Value, key string) bool {
	for k := range fields {
		if strings.HasPrefix(k, key+".") {
			return true
		}
	}
	return false
}

// fits refuses a value of the file that is not of its setting's kind; null leaves
// a setting as it is.
func fits(raw any, p place, f reflect.Value) error {
	if raw == nil {
		return nil
	}
	text, isText := raw.(string)
	wanted := kindOf(f)
	ok := isText
	switch wanted {
	case "truth":
		_, ok = raw.(bool)
	case "number":
		n, isNumber := raw.(float64)
		ok = isNumber && n == math.Trunc(n)
	case "list":
		list, isList := raw.([]any)
		ok = isList && !slices.ContainsFunc(list, func(x any) bool { _, isText := x.(string); return !isText })
	case "span":
		if isText {
			return p.span(text, new(Duration))
		}
	}
	if !ok {
		return p.wrong(wanted)
	}
	return nil
}

// kindOf is the last part of the message key that says what a setting must be.
func kindOf(f reflect.Value) string {
	switch f.Addr().Interface().(type) {
	case *bool:
		return "truth"
	case *int:
		return "number"
	case *Duration:
		return "span"
	case *[]string:
		return "list"
	}
	return "text"
}

// place is where a setting is given: in the file, in a variable of the environment
// or by a flag.
type place struct {
	where string // as its author calls it
	key   string
	from  Origin
}

func (p place) unknown(fields map[string]reflect.Value) error {
	near, best := "", 1<<30
	for _, k := range slices.Sorted(maps.Keys(fields)) {
		_, last, _ := strings.Cut(k, ".")
		if far := min(names.OSA(p.key, k), names.OSA(p.key, last)); far < best {
			near, best = k, far
		}
	}
	return fault.New(fault.Invalid, "config.Read", "config.unknown_key", "where", p.where, "key", p.key, "near", near)
}

func (p place) wrong(wanted string) error {
	return fault.New(fault.Invalid, "config.Read", "config.wrong_type", "where", p.where, "key", p.key, "wanted", fault.Key("config.type."+wanted))
}

func (p place) span(text string, into *Duration) error {
	v, err := time.ParseDuration(text)
	switch {
	case err != nil:
		return p.wrong("span")
	case v < 0:
		return fault.New(fault.Invalid, "config.Read", "config.negative", "where", p.where, "key", p.key)
	}
	into.Duration = v
	return nil
}

// envKey finds the key whose environment name is rest; rest itself, lowered, if
// there is none, so that the refusal names it.
func envKey(fields map[string]reflect.Value, rest string) string {
	for key := range fields {
		if strings.ToUpper(strings.ReplaceAll(key, ".", "_")) == rest {
			return key
		}
	}
	return strings.ToLower(rest)
}

func set(fields map[string]reflect.Value, origin map[string]Origin, p place, value string) (err error) {
	f, ok := fields[p.key]
	if !ok {
		return p.unknown(fields)
	}
	switch v := f.Addr().Interface().(type) {
	case *string:
		*v = value
	case *bool:
		*v, err = strconv.ParseBool(value)
	case *int:
		*v, err = strconv.Atoi(value)
	case *Duration:
		if err := p.span(value, v); err != nil {
			return err
		}
	case *[]string:
		*v = strings.Split(value, ",")
	}
	if err != nil {
		return p.wrong(kindOf(f))
	}
	origin[p.key] = p.from
	return nil
}

func list(fields map[string]reflect.Value, origin map[string]Origin) []Setting {
	var out []Setting
	for key, f := range fields {
		b, err := json.Marshal(f.Interface())
		if err != nil {
			continue // every kind that set knows can be marshalled
		}
		from := origin[key]
		if from == "" {
			from = Default
		}
		out = append(out, Setting{Key: key, Value: strings.Trim(string(b), `"`), Origin: from})
	}
	slices.SortFunc(out, func(a, b Setting) int { return strings.Compare(a.Key, b.Key) })
	return out
}

func walk(v reflect.Value, at string, fields map[string]reflect.Value) {
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		key, f := join(at, name), v.Field(i)
		if _, leaf := f.Addr().Interface().(*Duration); f.Kind() == reflect.Struct && !leaf {
			walk(f, key, fields)
			continue
		}
		fields[key] = f
	}
}

func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

// Duration is a span of time written "30s", "15m", "24h".
type Duration struct{ time.Duration }

// UnmarshalText reads it; negative spans are refused.
func (d *Duration) UnmarshalText(b []byte) error {
	v, err := time.ParseDuration(string(b))
	if err != nil || v < 0 {
		return fault.New(fault.Invalid, "config.Duration", "config.wrong_type", "where", "JSON", "key", "duration", "wanted", fault.Key("config.type.span"))
	}
	d.Duration = v
	return nil
}

// MarshalText writes it.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }
