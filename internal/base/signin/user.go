package signin

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"slices"
	"strings"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/signin/db"
	"lodestar/internal/base/sqldb"
)

// User is somebody who may sign in.
type User struct {
	ID           string   // opaque, made by the caller; also the user handle of the user's passkeys
	Name         string   // for pages; staff data, so it never prints or logs itself
	Organisation string   // the id of the organisation the user works for
	Roles        []string // lower-case words such as "case_manager"
	Language     string   // BCP 47
	Active       bool     // an inactive user cannot sign in and has no sessions
}

// String is the id: a user printed by accident shows nothing else.
func (u User) String() string { return u.ID }

// GoString is the id, too.
func (u User) GoString() string { return u.ID }

// LogValue is the id.
func (u User) LogValue() slog.Value { return slog.StringValue(u.ID) }

// Has tells whether the user has the role.
func (u User) Has(role string) bool { return slices.Contains(u.Roles, role) }

// AddUser keeps a new user. An id that is taken is fault.Conflict.
func AddUser(ctx context.Context, tx *sql.Tx, u User) error {
	roles, err := u.check()
	if err != nil {
		return err
	}
	err = db.New(tx).InsertUser(ctx, db.InsertUserParams{
		ID: u.ID, Name: u.Name, Organisation: u.Organisation, Roles: roles, Language: u.Language, Active: u.Active,
	})
	if sqldb.IsDuplicate(err) {
		return fault.New(fault.Conflict, "signin.AddUser", "signin.user_exists")
	}
	return fault.Wrap("signin.AddUser", err)
}

// ChangeUser replaces everything but the id. A user made inactive loses all
// sessions; other changes are seen by the next request of each session.
func ChangeUser(ctx context.Context, tx *sql.Tx, u User) error {
	roles, err := u.check()
	if err != nil {
		return err
	}
	rows, err := db.New(tx).UpdateUser(ctx, db.UpdateUserParams{
		ID: u.ID, Name: u.Name, Organisation: u.Organisation, Roles: roles, Language: u.Language, Active: u.Active,
	})
	if err != nil {
		return fault.Wrap("signin.ChangeUser", err)
	}
	if rows == 0 {
		return noUser("signin.ChangeUser")
	}
	if !u.Active {
		_, err = Revoke(ctx, tx, u.ID)
	}
	return err
}

// FindUser gives the user of an id, active or not.
func FindUser(ctx context.Context, tx *sql.Tx, id string) (User, error) {
	row, err := db.New(tx).User(ctx, id)
	if errors.Is(err, sql.ErrNoRows) {
		return User{}, noUser("signin.FindUser")
	}
	return user(row), fault.Wrap("signin.FindUser", err)
}

// LockUser makes every other transaction that locks the user wait until this one
// ends: what is then counted of the ways in stays true.
func LockUser(ctx context.Context, tx *sql.Tx, id string) error {
	n, err := db.New(tx).LockUser(ctx, id)
	if err == nil && n == 0 {
		return noUser("signin.LockUser")
	}
	return fault.Wrap("signin.LockUser", err)
}

// activeUser finds a user who may sign in; an inactive one is not found.
func activeUser(ctx context.Context, tx *sql.Tx, id string) (User, error) {
	u, err := FindUser(ctx, tx, id)
	if err == nil && !u.Active {
		return User{}, noUser("signin.activeUser")
	}
	return u, err
}

// Users lists all users by name.
func Users(ctx context.Context, tx *sql.Tx) ([]User, error) {
	rows, err := db.New(tx).Users(ctx)
	users := make([]User, len(rows))
	for i, row := range rows {
		users[i] = user(row)
	}
	return users, fault.Wrap("signin.Users", err)
}

// Revoke ends all sessions of a user, in every process from its next request on,
// and tells how many they were.
func Revoke(ctx context.Context, tx *sql.Tx, id string) (int64, error) {
	n, err := db.New(tx).DeleteSessionsOf(ctx, id)
	return n, fault.Wrap("signin.Revoke", err)
}

func user(row db.SigninUser) User {
	return User{
		ID: row.ID, Name: row.Name, Organisation: row.Organisation,
		Roles: strings.Fields(row.Roles), Language: row.Language, Active: row.Active,
	}
}

// check refuses what cannot be kept, and gives the stored form of the roles.
func (u User) check() (roles string, err error) {
	f := fault.New(fault.Invalid, "signin.User", "signin.bad_user")
	// WebAuthn Level 3 §5.4.3: a user handle has at most 64 bytes.
	if u.ID == "" || len(u.ID) > 64 {
		f.At("/id", "signin.bad_id")
	}
	if strings.TrimSpace(u.Name) == "" || len(u.Name) > 200 {
		f.At("/name", "signin.bad_name")
	}
	if u.Organisation == "" {
		f.At("/organisation", "signin.bad_organisation")
	}
	if u.Language == "" {
		f.At("/language", "signin.bad_language")
	}
	sorted := slices.Compact(slices.Sorted(slices.Values(u.Roles)))
	for _, role := range sorted {
		if role == "" || strings.Trim(role, "abcdefghijklmnopqrstuvwxyz0123456789_.-") != "" {
			f.At("/roles", "signin.bad_role")
			break
		}
	}
	return strings.Join(sorted, " "), f.OrNil()
}

func noUser(op string) error { return fault.New(fault.NotFound, op, "signin.no_such_user") }
