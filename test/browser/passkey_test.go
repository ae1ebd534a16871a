package browser

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/signin"
)

// TestPasskeyJourney: an invitation becomes a passkey, and the passkey signs in,
// in a real browser with a virtual authenticator. A used invitation is refused.
func TestPasskeyJourney(t *testing.T) {
	x, base := exhibit(t)
	var code string
	err := x.Node.Ground.DB.InTx(t.Context(), func(tx *sql.Tx) error {
		users, err := signin.Users(t.Context(), tx)
		if err != nil {
			return err
		}
		code, err = signin.Invite(t.Context(), tx, users[0].ID, clock.System().Now().Add(time.Hour))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	tab := NewTab(t, base)
	tab.Become(States()[0], nil)
	tab.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if err := call(ctx, target, webauthn.Enable, webauthn.EnableParams{}); err != nil {
			return err
		}
		return call(ctx, target, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal, HasResidentKey: true,
			HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true}})
	}))
	invited := func(text string) {
		tab.Open("/register")
		tab.Eval(`document.querySelector('#invitation').value = ` + quote(text))
		tab.Click("pass-key button")
	}
	const refused = `document.querySelector('pass-key [role=status]').textContent.trim() !== ''`
	invited("wrong-wrong-wrong")
	tab.Wait("a wrong invitation is refused", refused)
	invited(code)
	tab.Wait("the passkey is made and signs in", `!!document.querySelector('form[action="/sign-out"]')`)

	tab.Become(States()[0], nil) // clears the session
	tab.Open("/sign-in")
	tab.Click("pass-key button")
	tab.Wait("the passkey signs in", `!!document.querySelector('form[action="/sign-out"]')`)

	const remove = `form[action="/account/passkeys/remove"] button`
	tab.Open("/account")
	tab.Click(remove)
	tab.Wait("the last way in stays", `document.readyState === 'complete' && location.pathname.endsWith('/remove') && document.body.innerText.includes('last way in')`)
	tab.Open("/account")
	tab.Click(`form[action="/account/codes"] button`)
	tab.Wait("ten printed codes", `document.querySelector('pre')?.textContent.trim().split('\n').length === 10`)
	tab.Open("/account")
	tab.Click(remove)
	tab.Wait("no passkey is left", `document.readyState === 'complete' && !document.querySelector('form[action="/account/passkeys/remove"]')`)
	tab.Become(States()[0], nil)
	tab.Open("/sign-in")
	tab.Click("pass-key button")
	tab.Wait("a removed passkey is refused", refused)

	tab.Become(States()[0], nil)
	invited(code)
	tab.Wait("a used invitation is refused", refused)
	if reports := tab.Reports(); len(reports) > 0 {
		t.Errorf("the content security policy reports %q", reports)
	}
}
