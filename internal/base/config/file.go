package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// plain takes out of a file what JSON does not know: lines that begin with //, and
// a comma before a closing bracket, which is left when the lines after it are
// comments.
func plain(b []byte) []byte {
	var lines [][]byte
	for line := range bytes.Lines(b) {
		if bytes.HasPrefix(bytes.TrimSpace(line), []byte("//")) {
			line = []byte("\n") // so that a refusal names the right line
		}
		lines = append(lines, line)
	}
	out := bytes.Join(lines, nil)
	quoted, comma, last := false, -1, byte(0)
	for i := 0; i < len(out); i++ {
		switch c := out[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted, comma = !quoted, -1
		case quoted:
		case c == ',' && !bytes.ContainsRune([]byte("{[,:\x00"), rune(last)):
			comma = i
		case (c == '}' || c == ']') && comma >= 0:
			out[comma], comma = ' ', -1
		case c != ' ' && c != '\t' && c != '\r' && c != '\n':
			comma = -1
		}
		if c := out[min(i, len(out)-1)]; c > ' ' {
			last = c
		}
	}
	return out
}

// Draft is a file for Read with every key of from, a struct, at its present value
// and with the comment of its tag doc. A key that given does not name is commented
// out: it stays at the default, whatever a later version makes of that.
func Draft(from any, given func(key string) bool) []byte {
	var b bytes.Buffer
	b.WriteString("// Settings of this node. Take the slashes before a setting away to change it.\n{\n")
	draft(&b, reflect.ValueOf(from), "", "  ", given)
	b.WriteString("}\n")
	return b.Bytes()
}

func draft(b *bytes.Buffer, v reflect.Value, at, indent string, given func(string) bool) {
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag
		name, _, _ := strings.Cut(tag.Get("json"), ",")
		key, f := join(at, name), v.Field(i)
		fmt.Fprintf(b, "%s// %s\n", indent, tag.Get("doc"))
		if _, leaf := f.Interface().(Duration); f.Kind() == reflect.Struct && !leaf {
			fmt.Fprintf(b, "%s%q: {\n", indent, name)
			draft(b, f, key, indent+"  ", given)
			fmt.Fprintf(b, "%s},\n", indent)
			continue
		}
		value, err := json.Marshal(f.Interface())
		if err != nil {
			continue // every kind that set knows can be marshalled
		}
		slashes := "// "
		if given(key) {
			slashes = ""
		}
		fmt.Fprintf(b, "%s%s%q: %s,\n", indent, slashes, name, value)
	}
}
