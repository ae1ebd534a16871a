// Package signin knows who is at the keyboard.
//
// A user is known by an opaque id that the caller makes; what the user may do is
// decided elsewhere. There are three ways in, and none of them begins with a
// name, so that nobody can find out who works here by trying names:
//
//   - a passkey: discoverable, with user verification (WebAuthn Level 3);
//   - the organisation's own OpenID provider, by configuration;
//   - a printed code, used once, for people without passkey or without script.
//
// A demonstration has a fourth: links to invented personas.
//
// The user administration (AddUser, ChangeUser, Invite, ReplaceCodes …) takes the
// transaction of the act that does it, so that its line in the ledger and its
// rows stand or fall together. The ceremonies have their own transactions.
//
// Handlers return an error and never a page. Their usual places are:
//
//	POST /sign-in/passkey/begin     –                → options for navigator.credentials.get
//	POST /sign-in/passkey/finish    credential       → 204, signed in
//	POST /sign-in/register/begin    {"code": "…"}    → options for navigator.credentials.create
//	POST /sign-in/register/finish   credential       → 204, signed in
//	POST /sign-in/code              form code, next  → 303
//	GET  /sign-in/oidc              ?next=           → 303 to the provider
//	GET  /sign-in/oidc/callback                      → a page that goes on to next
//	GET  /sign-in/persona/{token}   demonstration    → a page that goes on to /
//	POST /sign-out                                   → 303 to /
//
// All of them stand behind Door.Sessions and, for the POSTs, behind
// http.CrossOriginProtection.
package signin
