package analysis

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/base/sqldb"
	"lodestar/internal/base/web"
	"lodestar/internal/kernel/evidence"
	"lodestar/internal/kernel/evidence/intake"
	"lodestar/internal/kernel/id"
	"lodestar/internal/kernel/policy"
)

// Bounds of what the page takes and shows.
const (
	mostFile    = 16 << 20 // bytes of the files of one form
	mostSent    = 96 << 20 // bytes of a form too large that are thrown away, so that its refusal is seen
	mostRejects = 20       // rejected rows on a page
	mostKept    = 10_000   // rejected rows in the file of them
)

func (d *Desk) importRoutes(get, post func(string, policy.Verb, web.Handler) web.Route) []web.Route {
	upload := post("/imports/new", evidence.VerbImport, d.uploadForm)
	upload.Body = mostSent
	return []web.Route{
		get("/imports", evidence.VerbImports, d.importsPage), get("/imports/new", evidence.VerbImports, d.uploadPage), upload,
		get("/imports/{import}", evidence.VerbImports, d.importPage), get("/imports/{import}/progress", evidence.VerbImports, d.importProgress),
		get("/imports/{import}/rejected.csv", evidence.VerbImports, d.rejectsFile),
		post("/imports/{import}/take", evidence.VerbHeld, d.takeForm), post("/imports/{import}/drop", evidence.VerbDrop, d.dropForm),
		get("/imports/{import}/undo", evidence.VerbImports, d.undoPage), post("/imports/{import}/undo", evidence.VerbUndo, d.undoForm),
	}
}

func (d *Desk) importsPage(w http.ResponseWriter, r *http.Request) error {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return err
	}
	var after sqldb.After
	if err := after.UnmarshalText([]byte(r.URL.Query().Get("after"))); err != nil {
		after = sqldb.After{} // no place of this list: its first page
	}
	list, err := d.Evidence.Imports(r.Context(), by, after, rows+1)
	if err != nil {
		return err
	}
	next := ""
	if len(list) > rows {
		list = list[:rows]
		last := list[rows-1]
		place, _ := sqldb.After{At: last.Started, ID: last.ID.String()}.MarshalText() // a place always has a text
		next = "/imports?after=" + string(place)
	}
	return page.Show(w, r, page.View{Title: i18n.T(r.Context(), "menu.imports"), Wide: true}, importsBody(list, next))
}

// uploadPage is for those who may import: whoever may not see imports is not
// shown that there is such a page.
func (d *Desk) uploadPage(w http.ResponseWriter, r *http.Request) error {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return err
	}
	if _, err := d.Evidence.Imports(r.Context(), by, sqldb.After{}, 1); err != nil {
		return err
	}
	return page.Show(w, r, uploadFrame(r), uploadForm())
}

func uploadFrame(r *http.Request) page.View {
	ctx := r.Context()
	return page.View{Title: i18n.T(ctx, "imports.new"), Crumbs: importCrumbs(ctx)}
}

func importCrumbs(ctx context.Context) []page.Link {
	return []page.Link{{Href: "/imports", Text: i18n.T(ctx, "menu.imports")}}
}

func (d *Desk) uploadForm(w http.ResponseWriter, r *http.Request) error {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return err
	}
	form, files, err := web.ReadUpload(r, mostFile)
	var imp id.Import
	if err == nil {
		imp, err = d.hold(r.Context(), by, form, files)
	}
	if fault.Is(err, fault.Invalid) {
		return page.Again(w, r, uploadFrame(r), form, atField("/file", err), uploadForm(), uploadForm())
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/imports/"+imp.String())
}

// hold reads how the file is to be read, and keeps it until a word is given.
func (d *Desk) hold(ctx context.Context, by policy.Actor, form web.Form, files map[string][]byte) (imp id.Import, err error) {
	var m intake.Mapping
	if file, sent := files["file"]; !sent {
		return imp, fault.New(fault.Invalid, "analysis.hold", "imports.needs_file")
	} else if len(file) == 0 {
		return imp, fault.New(fault.Invalid, "analysis.hold", "imports.empty_file")
	}
	if file, sent := files["mapping"]; sent {
		if m, err = intake.ReadMapping(bytes.NewReader(file)); err != nil {
			return imp, atField("/mapping", err)
		}
	}
	switch order := intake.DateOrder(form.Text("dates")); order {
	case intake.DayFirst, intake.MonthFirst:
		m.Dates = order
	}
	if form.Text("unknown") == string(intake.Keep) {
		m.Unknown = intake.Keep
	}
	return d.Imports.Hold(ctx, by, files["file"], m)
}

// atField makes a refusal of a whole file one of the field that it was chosen in.
func atField(pointer string, err error) error {
	if !fault.Is(err, fault.Invalid) {
		return err
	}
	key, args := fault.Say(err)
	v := fault.New(fault.Invalid, "analysis.upload", "fault.unreadable")
	v.Fields = append(v.Fields, fault.Field{Pointer: pointer, Key: key, Args: args})
	for _, f := range fault.FieldsOf(err) {
		if f.Pointer == "/mapping" || f.Pointer == "/file" {
			return err
		}
		v.Fields = append(v.Fields, fault.Field{Pointer: pointer, Key: f.Key, Args: f.Args})
	}
	return v
}

// trial is what would become of a held file.
type trial struct {
	intake.Trial
	fault error // why it cannot be read to its end
}

func (d *Desk) importPage(w http.ResponseWriter, r *http.Request) error {
	by, v, err := d.importView(r, mostRejects)
	if err != nil {
		return err
	}
	f := page.View{Title: i18n.T(r.Context(), "imports.title", "ref", v.ID.Short()), Wide: true, Crumbs: importCrumbs(r.Context()), Tags: []page.Tag{stateTag(r.Context(), v.Import)}}
	if v.State == evidence.ImportHeld {
		var t trial
		t.Trial, t.fault = d.Imports.Try(r.Context(), by, v.ID, mostRejects)
		if t.fault != nil && !fault.Is(t.fault, fault.Invalid) {
			return t.fault
		}
		return page.Show(w, r, f, heldBody(v, t))
	}
	if underWay(v.Import) {
		f.Refresh = 3
	}
	return page.Show(w, r, f, importBody(v))
}

// underWay tells an import on which a job is at work from one that a command began.
func underWay(i evidence.Import) bool {
	return i.State == evidence.ImportQueued || i.State == evidence.ImportRunning && i.Total > 0 || i.State == evidence.ImportUndone && i.Standing() > 0
}

// importView is an import with up to so many of its rejected rows.
func (d *Desk) importView(r *http.Request, rejects int) (by policy.Actor, v evidence.ImportView, err error) {
	if by, err = policy.ActorOf(r.Context()); err != nil {
		return by, v, err
	}
	imp, err := id.Given[id.Import](r.PathValue("import"))
	if err != nil {
		return by, v, err
	}
	v, err = d.Evidence.SeeImport(r.Context(), by, imp, rejects)
	return by, v, err
}

func (d *Desk) importProgress(w http.ResponseWriter, r *http.Request) error {
	_, v, err := d.importView(r, 0)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(map[string]any{"done": v.Rows, "total": max(v.Total, 1), "finished": !underWay(v.Import)})
}

// rejectsFile is the file of rejected rows, with reasons in the reader's language.
func (d *Desk) rejectsFile(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	by, err := policy.ActorOf(ctx)
	if err != nil {
		return err
	}
	imp, err := id.Given[id.Import](r.PathValue("import"))
	if err != nil {
		return err
	}
	v, err := d.Evidence.SeeImport(ctx, by, imp, mostKept)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	b.WriteString("\ufeff") // by which spreadsheet programs know UTF-8
	file := intake.NewRejects(&b, func(key string, args []fault.Arg) string { return i18n.Say(ctx, key, args) }, false)
	for _, row := range v.Rejects {
		if err := file.Kept(row); err != nil {
			return err
		}
	}
	if err := file.Close(); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="rejected-`+v.ID.Short()+`.csv"`)
	_, err = w.Write(b.Bytes())
	return err
}

func (d *Desk) takeForm(w http.ResponseWriter, r *http.Request) error {
	return d.decide(w, r, d.Evidence.Order, "")
}

func (d *Desk) dropForm(w http.ResponseWriter, r *http.Request) error {
	return d.decide(w, r, d.Evidence.Drop, "/imports")
}

func (d *Desk) undoForm(w http.ResponseWriter, r *http.Request) error {
	return d.decide(w, r, func(ctx context.Context, by policy.Actor, imp id.Import) error {
		_, err := d.Evidence.Undo(ctx, by, imp)
		return err
	}, "")
}

// decide does what a button says with an import, and shows then, or the import.
func (d *Desk) decide(w http.ResponseWriter, r *http.Request, verb func(context.Context, policy.Actor, id.Import) error, then string) error {
	by, err := policy.ActorOf(r.Context())
	if err != nil {
		return err
	}
	imp, err := id.Given[id.Import](r.PathValue("import"))
	if err != nil {
		return err
	}
	if err := verb(r.Context(), by, imp); err != nil {
		return err
	}
	if then == "" {
		then = "/imports/" + imp.String()
	}
	return web.SeeOther(w, r, then)
}

func (d *Desk) undoPage(w http.ResponseWriter, r *http.Request) error {
	_, v, err := d.importView(r, 0)
	if err != nil {
		return err
	}
	if !v.Undo {
		return fault.New(fault.Denied, string(evidence.VerbUndo), "policy.refused")
	}
	if v.Standing() == 0 {
		return web.SeeOther(w, r, "/imports/"+v.ID.String()) // nothing to ask about
	}
	ctx := r.Context()
	crumbs := append(importCrumbs(ctx), page.Link{Href: "/imports/" + v.ID.String(), Text: i18n.T(ctx, "imports.title", "ref", v.ID.Short())})
	return page.Show(w, r, page.View{Title: i18n.T(ctx, "imports.undo"), Bare: true, Crumbs: crumbs}, undoBody(v))
}
