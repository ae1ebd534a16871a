package rest

import (
	"strconv"
	"strings"

	"lodestar/internal/base/fault"
)

// PurposeHeader says what a reading is for.
const PurposeHeader = "Lodestar-Purpose"

// Purposed is embedded in the input of whatever reads data about a protected
// person: without a purpose, nothing is read.
type Purposed struct {
	Purpose string `header:"Lodestar-Purpose" required:"true" doc:"What it is read for; it is decided on and recorded"`
}

// Match is embedded in the input of a change that was decided on what somebody
// read: without the version that was read, or with an older one, nothing is
// changed.
type Match struct {
	IfMatch string `header:"If-Match" required:"true" doc:"The ETag of the version that was read (RFC 9110 §13.1.1)"`
}

// Version is the version that was read; fault.Stale if it is none of ours.
func (m Match) Version() (int64, error) {
	n, err := strconv.ParseInt(strings.Trim(m.IfMatch, `"`), 10, 64)
	if err != nil || n < 1 || m.IfMatch != Tag(n) {
		return 0, fault.New(fault.Stale, "rest.Match", "api.needs_match")
	}
	return n, nil
}

// Tag is the strong entity tag of a version.
func Tag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }
