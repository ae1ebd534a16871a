package signin

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"

	"lodestar/internal/base/fault"
)

// PersonaToken is the last part of a link that signs an invented user in. It is
// valid until the process ends; outside a demonstration there is none.
func (d *Door) PersonaToken(user string) (string, error) {
	if d.persona == nil {
		return "", noPersona()
	}
	return user + "." + base64.RawURLEncoding.EncodeToString(d.personaMAC(user)), nil
}

// Persona signs the user of the token in. Outside a demonstration it does not
// exist.
func (d *Door) Persona(w http.ResponseWriter, r *http.Request) error {
	user, ok := d.personaOf(r.PathValue("token"))
	if !ok {
		return noPersona()
	}
	if err := d.signIn(r.Context(), user, "persona"); err != nil {
		return err
	}
	return land(w, "/")
}

func (d *Door) personaOf(token string) (user string, ok bool) {
	dot := strings.LastIndexByte(token, '.')
	if d.persona == nil || dot < 0 {
		return "", false
	}
	mac, err := base64.RawURLEncoding.Strict().DecodeString(token[dot+1:])
	return token[:dot], err == nil && hmac.Equal(mac, d.personaMAC(token[:dot]))
}

func (d *Door) personaMAC(user string) []byte {
	h := hmac.New(sha256.New, d.persona)
	h.Write([]byte(user))
	return h.Sum(nil)
}

func noPersona() error { return fault.New(fault.NotFound, "signin.Persona", "signin.no_persona") }
