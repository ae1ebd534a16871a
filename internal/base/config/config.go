// Package config reads one strict struct from defaults, a JSON file with comments,
// the environment and flags, in this order, and remembers where each value came
// from. An unknown key is a refusal to start: a misspelt security setting must
// not be a silent default.
package config

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"lodestar/internal/base/fault"
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
		if err := set(fields, origin, envKey(fields, rest), value, Environment); err != nil {
			return nil, err
		}
	}
	for key, value := range flags {
		if err := set(fields, origin, key, value, Flag); err != nil {
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
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fault.New(fault.Invalid, "config.Read", "config.bad_file", "file", file).Because(err)
	}
	if _, err := d.Token(); err != io.EOF {
		return fault.New(fault.Invalid, "config.Read", "config.bad_file", "file", file)
	}
	var raw any
	if err := json.Unmarshal(b, &raw); err != nil {
		return fault.New(fault.Invalid, "config.Read", "config.bad_file", "file", file).Because(err)
	}
	mark(raw, "", fields, origin)
	return nil
}

func mark(raw any, at string, fields map[string]reflect.Value, origin map[string]Origin) {
	if _, leaf := fields[at]; leaf {
		origin[at] = File
		return
	}
	m, _ := raw.(map[string]any)
	for k, v := range m {
		mark(v, join(at, k), fields, origin)
	}
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

func set(fields map[string]reflect.Value, origin map[string]Origin, key, value string, from Origin) error {
	f, ok := fields[key]
	if !ok {
		return fault.New(fault.Invalid, "config.Read", "config.unknown_key", "key", key)
	}
	bad := fault.New(fault.Invalid, "config.Read", "config.bad_value", "key", key)
	switch p := f.Addr().Interface().(type) {
	case *string:
		*p = value
	case *bool:
		b, err := strconv.ParseBool(value)
		if err != nil {
			return bad
		}
		*p = b
	case *int:
		n, err := strconv.Atoi(value)
		if err != nil {
			return bad
		}
		*p = n
	case *Duration:
		if p.UnmarshalText([]byte(value)) != nil {
			return bad
		}
	case *[]string:
		*p = strings.Split(value, ",")
	default:
		return bad
	}
	origin[key] = from
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
		return fault.New(fault.Invalid, "config.Duration", "config.bad_value", "key", "duration")
	}
	d.Duration = v
	return nil
}

// MarshalText writes it.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }
