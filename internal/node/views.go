package node

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/base/signin"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
)

// persona is an invented user of the demonstration with the link that signs in.
type persona struct {
	Name, Organisation, Href string
	Roles                    []string
}

func (p persona) roles(ctx context.Context) string { return roleNames(ctx, p.Roles) }

func roleNames(ctx context.Context, roles []string) string {
	var names []string
	for _, r := range roles {
		names = append(names, i18n.T(ctx, "role."+r))
	}
	return strings.Join(names, ", ")
}

func (c Check) tone() page.Tone {
	switch c.State {
	case Well:
		return page.OK
	case Warn:
		return page.Warn
	}
	return page.Lock
}

func tableOf(ctx context.Context, caption string, columns ...string) page.Table {
	t := page.Table{Caption: i18n.T(ctx, caption), Hidden: true}
	for _, c := range columns {
		t.Columns = append(t.Columns, page.Column{Title: i18n.T(ctx, c)})
	}
	return t
}

func row(t *page.Table, cells ...templ.Component) { t.Rows = append(t.Rows, cells) }

func noteTable(ctx context.Context, notes []policy.Note) page.Table {
	t := tableOf(ctx, "help.rules", "help.rule", "help.effect", "help.source")
	for _, n := range notes {
		row(&t, page.Words(i18n.T(ctx, n.MessageKey())), page.Words(i18n.T(ctx, "policy.effect."+n.Effect)), page.Words(n.Source))
	}
	return t
}

func entryTable(ctx context.Context, list []ledger.Entry) page.Table {
	t := tableOf(ctx, "ledger.title", "who.when", "who.what", "who.who", "who.outcome", "ledger.purpose", "ledger.line")
	for _, e := range list {
		row(&t, page.Words(i18n.DateTime(ctx, e.At)), page.Words(i18n.T(ctx, "verb."+e.Verb)), page.Words(strings.Join(e.People(), " · ")),
			page.Words(i18n.T(ctx, "outcome."+string(e.Outcome))), page.Words(i18n.T(ctx, "purpose."+e.Purpose)), page.Words(e.ID.String()))
	}
	return t
}

func checkTable(ctx context.Context, checks []Check) page.Table {
	t := tableOf(ctx, "admin.health", "admin.part", "admin.state", "admin.fix")
	for _, c := range checks {
		fix := c.Fix
		if c.Why != nil {
			key, args := fault.Say(c.Why)
			fix = strings.TrimSpace(i18n.Say(ctx, key, args) + " " + fix)
		}
		row(&t, page.Words(i18n.T(ctx, "doctor."+c.Name)), state(c), page.Words(fix))
	}
	return t
}

func userTable(ctx context.Context, users []signin.User) page.Table {
	t := tableOf(ctx, "admin.users", "admin.name", "admin.roles", "admin.active", "admin.id")
	for _, u := range users {
		active := "answer.no"
		if u.Active {
			active = "answer.yes"
		}
		row(&t, page.Words(u.Name), page.Words(roleNames(ctx, u.Roles)), page.Words(i18n.T(ctx, active)), page.Words(u.ID))
	}
	return t
}
