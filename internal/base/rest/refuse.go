package rest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"lodestar/internal/base/fault"
)

// maxFaults bounds how many faults of one input are told.
const maxFaults = 50

// refused makes a fault of an answer with which huma refused an input. What huma
// says repeats the input; only where it is wrong, and how, is passed on.
func refused(a answer) error {
	if a.Status == http.StatusUnsupportedMediaType {
		return fault.New(fault.Invalid, "rest.Read", "api.not_json")
	}
	var said huma.ErrorModel
	if err := json.Unmarshal(a.Body, &said); err != nil || a.Status == http.StatusInternalServerError {
		return fault.New(fault.Internal, "rest.Read", "fault.internal").Because(err)
	}
	f := fault.New(fault.Invalid, "rest.Read", "api.invalid")
	for i, e := range said.Errors {
		if i == maxFaults {
			break
		}
		if e.Location == "header.If-Match" {
			return fault.New(fault.Stale, "rest.Read", "api.needs_match")
		}
		at, rest, _ := strings.Cut(e.Location, ".")
		switch {
		case at == "header":
			f.At("/header/"+rest, "api.bad_header", "header", rest)
		case at == "query":
			f.At("/query/"+escape(rest), "api.bad_query")
		case a.Status == http.StatusBadRequest || e.Location == "":
			return fault.New(fault.Invalid, "rest.Read", "fault.unreadable")
		default:
			bodyFault(f, pointer(rest), e.Message)
		}
	}
	if len(f.Fields) == 0 {
		return fault.New(fault.Invalid, "rest.Read", "fault.unreadable")
	}
	return f
}

func bodyFault(f *fault.Error, at, said string) {
	var missing string
	if _, err := fmt.Sscanf(said, validation.MsgExpectedRequiredProperty, &missing); err == nil {
		f.At(at+"/"+escape(missing), "api.missing_field")
		return
	}
	if said == validation.MsgUnexpectedProperty {
		f.At(at, "api.unknown_field")
		return
	}
	f.At(at, "api.bad_field")
}

// pointer makes "a.b[0].c" the JSON pointer "/a/b/0/c" (RFC 6901).
func pointer(path string) string {
	if path == "" {
		return ""
	}
	return "/" + strings.NewReplacer("~", "~0", "/", "~1", ".", "/", "[", "/", "]", "").Replace(path)
}

func escape(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}
