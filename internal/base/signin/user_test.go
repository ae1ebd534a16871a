package signin

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/sqldb/dbtest"
)

func TestUsers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, source string) {
		n := newNode(t, source)
		n.tx(func(ctx context.Context, tx *sql.Tx) error {
			for what, u := range map[string]User{
				"no id":           {Name: "N", Organisation: "o", Language: "en"},
				"long id":         {ID: strings.Repeat("u", 65), Name: "N", Organisation: "o", Language: "en"},
				"blank name":      {ID: "u", Name: " ", Organisation: "o", Language: "en"},
				"no organisation": {ID: "u", Name: "N", Language: "en"},
				"no language":     {ID: "u", Name: "N", Organisation: "o"},
				"two roles as one": {ID: "u", Name: "N", Organisation: "o", Language: "en",
					Roles: []string{"reader admin"}},
			} {
				if err := AddUser(ctx, tx, u); !fault.Is(err, fault.Invalid) || len(fault.FieldsOf(err)) != 1 {
					t.Errorf("%s: %v", what, err)
				}
			}
			gone := User{ID: "usr_gone", Name: "N", Organisation: "o", Language: "en"}
			if err := ChangeUser(ctx, tx, gone); !fault.Is(err, fault.NotFound) {
				t.Errorf("changed nobody: %v", err)
			}
			for what, err := range map[string]error{
				"invited": func() error { _, err := Invite(ctx, tx, gone.ID, start); return err }(),
				"codes":   ReplaceCodes(ctx, tx, gone.ID, nil),
				"awaited": Expect(ctx, tx, gone.ID, "https://id.example", "x"),
			} {
				if !fault.Is(err, fault.NotFound) {
					t.Errorf("%s nobody: %v", what, err)
				}
			}
			got, err := Users(ctx, tx)
			want := []User{
				{ID: boris, Name: "Boris", Organisation: "org_b", Roles: []string{}, Language: "en", Active: true},
				{ID: anna, Name: canary, Organisation: "org_a", Roles: []string{"case_manager", "inspector"}, Language: "fr", Active: true},
			}
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Errorf("Users: %v\n%s", err, diff)
			}
			if !got[1].Has("inspector") || got[1].Has("inspect") {
				t.Error("Has")
			}
			return nil
		})
		err := n.cfg.DB.InTx(t.Context(), func(tx *sql.Tx) error {
			return AddUser(t.Context(), tx, User{ID: anna, Name: "Other", Organisation: "o", Language: "en"})
		})
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("added twice: %v", err)
		}
	})
}
