package node

import (
	"context"
	"encoding/base64"
	"net/http"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/i18n"
	"lodestar/internal/base/page"
	"lodestar/internal/base/signin"
	"lodestar/internal/base/web"
	"lodestar/internal/kernel/act"
	"lodestar/internal/kernel/consent"
	"lodestar/internal/kernel/ledger"
	"lodestar/internal/kernel/policy"
)

// account is what somebody sees of their own ways in.
type account struct {
	user     signin.User
	passkeys []signin.Passkey
	codes    int64
	fresh    bool // signed in so lately that the ways in may be changed
}

func (s *Server) accountRoutes() []web.Route {
	own := func(method, path string, h web.Handler) web.Route {
		return web.Route{Method: method, Path: path, Verb: string(KeepAccount), Handle: h}
	}
	return []web.Route{
		own(http.MethodGet, "/account", s.accountPage),
		own(http.MethodPost, "/account/codes", s.newCodes),
		own(http.MethodPost, "/account/passkeys/remove", s.removePasskey),
		own(http.MethodPost, "/account/sign-out", s.signOutEverywhere),
	}
}

// ownAccount asks for the account of whoever is signed in, never another's.
func ownAccount(ctx context.Context) (policy.Ask, string, error) {
	a, err := policy.ActorOf(ctx)
	ask := policy.Ask{Actor: a, Verb: KeepAccount, On: ledger.Ref{Kind: "node"}, Purpose: consent.Administration}
	return ask, a.User.String(), err
}

func (s *Server) accountPage(w http.ResponseWriter, r *http.Request) error {
	ask, user, err := ownAccount(r.Context())
	if err != nil {
		return err
	}
	mine, err := act.Look(r.Context(), s.node.Ground, ask, func(a *act.Act) (mine account, err error) {
		if mine.user, err = signin.FindUser(a.Ctx(), a.Tx(), user); err != nil {
			return mine, err
		}
		if mine.passkeys, err = signin.Passkeys(a.Ctx(), a.Tx(), user); err != nil {
			return mine, err
		}
		mine.codes, err = signin.CodesLeft(a.Ctx(), a.Tx(), user)
		return mine, err
	})
	if err != nil {
		return err
	}
	mine.fresh = s.Door.Fresh(r.Context()) == nil
	return page.Show(w, r, page.View{Title: i18n.T(r.Context(), "account.title")}, accountBody(mine))
}

// newCodes shows ten new printed codes, this once: only their hashes are kept.
func (s *Server) newCodes(w http.ResponseWriter, r *http.Request) error {
	var onPaper []string
	err := s.change(r, func(a *act.Act, user string) error {
		var codes signin.Codes
		onPaper, codes = signin.MakeCodes()
		return signin.ReplaceCodes(a.Ctx(), a.Tx(), user, codes)
	})
	if err != nil {
		return err
	}
	return page.Show(w, r, page.View{Title: i18n.T(r.Context(), "account.codes_title")}, codesBody(onPaper))
}

// removePasskey takes one passkey away, unless nobody could sign in afterwards.
func (s *Server) removePasskey(w http.ResponseWriter, r *http.Request) error {
	form, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	passkey, err := base64.RawURLEncoding.DecodeString(form.Text("passkey"))
	if err != nil {
		return fault.New(fault.NotFound, "node.removePasskey", "signin.no_such_passkey")
	}
	err = s.change(r, func(a *act.Act, user string) error {
		if err := signin.RemovePasskey(a.Ctx(), a.Tx(), user, passkey); err != nil {
			return err
		}
		left, err := signin.Passkeys(a.Ctx(), a.Tx(), user)
		if err != nil || len(left) > 0 {
			return err
		}
		codes, err := signin.CodesLeft(a.Ctx(), a.Tx(), user)
		if err == nil && codes == 0 {
			return fault.New(fault.Conflict, "node.removePasskey", "signin.last_way_in")
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/account")
}

// signOutEverywhere ends every session and token of the account, this one too:
// what whoever has lost a device needs first. It asks for no fresh sign-in.
func (s *Server) signOutEverywhere(w http.ResponseWriter, r *http.Request) error {
	ask, user, err := ownAccount(r.Context())
	if err != nil {
		return err
	}
	_, err = act.Do(r.Context(), s.node.Ground, ask, func(a *act.Act) (int64, error) {
		if _, err := signin.RevokeTokens(a.Ctx(), a.Tx(), user); err != nil {
			return 0, err
		}
		return signin.Revoke(a.Ctx(), a.Tx(), user)
	})
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/sign-in")
}

// change changes the ways in of whoever has just signed in, one change after the
// other: two that remove a passkey at once must not both find the other's there.
func (s *Server) change(r *http.Request, fn func(*act.Act, string) error) error {
	ask, user, err := ownAccount(r.Context())
	if err != nil {
		return err
	}
	_, err = act.Do(r.Context(), s.node.Ground, ask, func(a *act.Act) (struct{}, error) {
		if err := s.Door.Fresh(r.Context()); err != nil {
			return struct{}{}, err
		}
		if err := signin.LockUser(a.Ctx(), a.Tx(), user); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, fn(a, user)
	})
	return err
}
