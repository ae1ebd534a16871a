package page

import (
	"context"
	"io"
	"time"

	"github.com/a-h/templ"

	"lodestar/internal/base/i18n"
)

// Tone is the family of a state: what it means, not how it looks.
type Tone string

// The tones. Red is for errors alone and is no tone.
const (
	Plain Tone = ""
	Warn  Tone = "warn" // a clock is running
	OK    Tone = "ok"   // done, agreed
	Lock  Tone = "lock" // a right or a legal hold
)

// Tag is a short mark beside what it is about.
type Tag struct {
	Text string
	Tone Tone
}

// Clock is the tag of a deadline, for staff only: the days that are left, or by
// how many it is late when days is negative.
func Clock(ctx context.Context, days int) Tag {
	switch {
	case days < 0:
		return Tag{i18n.N(ctx, "clock.late", -days), Warn}
	case days == 0:
		return Tag{i18n.T(ctx, "clock.today"), Warn}
	}
	return Tag{i18n.N(ctx, "clock.left", days), Warn}
}

// Fact is one row of a summary: a term, what is known, and who says so.
type Fact struct {
	Term   string
	Value  templ.Component
	Source *Source
	Change string // address where it can be changed; empty for none
}

// Source says who stated something, when, and how it is graded.
type Source struct {
	Name  string
	Date  time.Time // zero: not known
	Grade string    // reliability and credibility, such as "B2"; empty: ungraded
}

// Words is text that may be in any script: names, aliases, what somebody wrote.
func Words(s string) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error { return words(s).Render(ctx, w) })
}

// Task is one thing to do.
type Task struct {
	Text  string
	Href  string // empty: it cannot start yet, whatever State says
	State TaskState
	Due   *Tag // a Clock, shown instead of the state
}

// TaskState is how far a task is.
type TaskState string

// The states of a task.
const (
	NotStarted TaskState = "not_started"
	InProgress TaskState = "in_progress"
	Done       TaskState = "done"
)

// status is the tag of a task. What is done is plain, so that open tasks stand
// out.
func (t Task) status(ctx context.Context) Tag {
	switch {
	case t.Due != nil:
		return *t.Due
	case t.Href == "":
		return Tag{i18n.T(ctx, "task.cannot_start"), Plain}
	case t.State == Done:
		return Tag{i18n.T(ctx, "task.done"), Plain}
	case t.State == InProgress:
		return Tag{i18n.T(ctx, "task.in_progress"), Lock}
	}
	return Tag{i18n.T(ctx, "task.not_started"), Plain}
}

// Event is one entry of a timeline.
type Event struct {
	At    time.Time
	Title string
	Text  string // user text
}

// Tile is one figure of an overview.
type Tile struct {
	Label string
	Value string
	Note  string
	Href  string
}

// Reason explains, inside the node's rules of disclosure, why something is not
// shown.
type Reason struct {
	Text  string
	Basis string // the policy's paragraph or article
}
