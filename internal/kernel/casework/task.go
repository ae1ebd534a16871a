package casework

import (
	"database/sql"
	"errors"
	"time"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/casework/db"
	"lodestar/internal/kernel/id"
)

// Task is one thing to be done in a case, by a day.
type Task struct {
	ID       id.Task   `class:"public"`
	Case     id.Case   `class:"public"`
	CaseCode string    `class:"public"` // filled in lists across cases
	CaseType string    `class:"public"` // likewise
	Kind     string    `class:"coded"`
	Done     bool      `class:"coded"`
	Due      time.Time `class:"coded"`
}

// AddTask gives the case's organisation something to do.
func AddTask(a *act.Act, c Case, kind string, due time.Time) (Task, error) {
	t := Task{ID: id.New[id.Task](), Case: c.ID, CaseCode: c.Code, Kind: kind, Due: due}
	return t, fault.Wrap("casework.AddTask", db.New(a.Tx()).InsertTask(a.Ctx(), db.InsertTaskParams{
		ID: t.ID.String(), Case: c.ID.String(), Organisation: c.Organisation.String(), Kind: kind, Due: clock.Micro(due), MadeAt: clock.Micro(a.Now())}))
}

// FinishTask ticks a task of the case off; done is false to take the tick back.
func FinishTask(a *act.Act, c id.Case, task id.Task, done bool) error {
	q := db.New(a.Tx())
	row, err := q.TaskRow(a.Ctx(), task.String())
	if errors.Is(err, sql.ErrNoRows) || err == nil && row.Case != c.String() {
		return fault.New(fault.NotFound, "casework.FinishTask", "casework.not_found")
	}
	if err != nil {
		return fault.Wrap("casework.FinishTask", err)
	}
	if done {
		_, err = q.FinishTask(a.Ctx(), db.FinishTaskParams{DoneAt: clock.Micro(a.Now()), ID: task.String()})
	} else {
		_, err = q.ReopenTask(a.Ctx(), task.String())
	}
	return fault.Wrap("casework.FinishTask", err)
}

// TasksOf lists a case's tasks, the earliest due first.
func TasksOf(a *act.Act, c id.Case) ([]Task, error) {
	rows, err := db.New(a.Tx()).TasksOfCase(a.Ctx(), c.String())
	if err != nil {
		return nil, fault.Wrap("casework.TasksOf", err)
	}
	out := make([]Task, len(rows))
	for i, r := range rows {
		out[i] = Task{ID: id.Trusted[id.Task](r.ID), Case: c, Kind: r.Kind, Done: r.State == "done", Due: clock.FromMicro(r.Due)}
	}
	return out, nil
}

// OpenTasks lists the open tasks of an organisation, the earliest due first.
func OpenTasks(a *act.Act, organisation id.Organisation, after sqldb.After, limit int) ([]Task, error) {
	at, row := after.Rising()
	rows, err := db.New(a.Tx()).OpenTasks(a.Ctx(), db.OpenTasksParams{Organisation: organisation.String(), Due: at, ID: row, Limit: int32(limit)})
	if err != nil {
		return nil, fault.Wrap("casework.OpenTasks", err)
	}
	out := make([]Task, len(rows))
	for i, r := range rows {
		out[i] = Task{ID: id.Trusted[id.Task](r.ID), Case: id.Trusted[id.Case](r.Case), CaseCode: r.Code, CaseType: r.Type, Kind: r.Kind, Due: clock.FromMicro(r.Due)}
	}
	return out, nil
}

// CountOpenTasks counts the open tasks of an organisation that are due before a time.
func CountOpenTasks(a *act.Act, organisation id.Organisation, before time.Time) (int, error) {
	n, err := db.New(a.Tx()).CountOpenTasks(a.Ctx(), db.CountOpenTasksParams{Organisation: organisation.String(), Due: clock.Micro(before)})
	return int(n), fault.Wrap("casework.CountOpenTasks", err)
}
