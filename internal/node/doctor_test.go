package node

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// What is set wrongly and would otherwise be found out late is named, with what to
// do about it.
func TestDoctorNamesWrongSettings(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "node")
	run(t, 0, "init", "--dir", dir, "--name", "x.lodestar.invalid")
	cert, key := certificate(t, time.Now().Add(time.Hour))
	old, oldKey := certificate(t, time.Now().Add(-time.Hour))
	set := func(values map[string]any) {
		text, err := json.Marshal(values)
		if err == nil {
			err = os.WriteFile(configFile(dir), text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	pair := func(c, k string) map[string]any { return map[string]any{"tls": map[string]string{"cert": c, "key": k}} }
	for name, c := range map[string]struct {
		set  map[string]any
		code int
		name string
		want []string
	}{
		"all is well":           {map[string]any{"state": "AT", "law": "XN", "zone": "Europe/Vienna", "language": "en", "tls": map[string]string{"cert": cert, "key": key}}, 0, "", nil},
		"no state":              {map[string]any{}, 0, "state", []string{"Set state in " + configFile(dir)}},
		"no zone":               {map[string]any{}, 0, "zone", []string{"Set zone in " + configFile(dir) + " to a name such as Europe/Vienna"}},
		"no law":                {map[string]any{"state": "DE"}, 0, "law", []string{"stage1_decision", "Set law in " + configFile(dir)}},
		"unknown state":         {map[string]any{"state": "XX"}, exitDegraded, "state", []string{"No State has the code XX", "Set state in " + configFile(dir)}},
		"state in words":        {map[string]any{"state": "Austria"}, exitDegraded, "state", []string{"Austria", "such as AT"}},
		"state in small":        {map[string]any{"state": "at"}, exitDegraded, "state", []string{"two letters"}},
		"no State's code":       {map[string]any{"state": "EU"}, exitDegraded, "state", []string{"EU"}},
		"unknown language":      {map[string]any{"language": "tlh"}, exitDegraded, "language", []string{"no language called tlh", "en, fr, de, it, ru, es"}},
		"no port":               {map[string]any{"listen": "127.0.0.1"}, exitDegraded, "listen", []string{"127.0.0.1 is no address with a port"}},
		"no network":            {map[string]any{"proxies": "10.0.0.0/8 office"}, exitDegraded, "proxies", []string{"office, which is no network"}},
		"no certificate":        {pair(dir+"/none.pem", key), exitDegraded, "tls", []string{"tls.cert names " + dir + "/none.pem"}},
		"no key":                {pair(cert, dir+"/none.pem"), exitDegraded, "tls", []string{"tls.key names " + dir + "/none.pem"}},
		"half":                  {pair(cert, ""), exitDegraded, "tls", []string{"tls.key, or neither"}},
		"not a pair":            {pair(cert, oldKey), exitDegraded, "tls", []string{cert, oldKey, "cannot be used together"}},
		"no certificate at all": {pair(configFile(dir), key), exitDegraded, "tls", []string{"must be PEM"}},
		"it has ended":          {pair(old, oldKey), exitDegraded, "tls", []string{"The certificate ended on"}},
	} {
		set(c.set)
		out, _ := run(t, c.code, "doctor", "--dir", dir, "--json")
		var list []checkSaid
		if err := json.Unmarshal([]byte(out), &list); err != nil {
			t.Fatalf("%s: %v in %s", name, err, out)
		}
		for _, x := range list {
			if x.Name == c.name {
				for _, want := range c.want {
					if !strings.Contains(x.Advice, want) {
						t.Errorf("%s: %q is not in %q", name, want, x.Advice)
					}
				}
			} else if c.name == "" && x.State != Well && x.Name != "ledger" {
				t.Errorf("%s: %+v", name, x)
			}
			if (x.State == Well) == (x.Advice != "") {
				t.Errorf("%s: %s is %s, and the advice is %q", name, x.Name, x.State, x.Advice)
			}
		}
	}
	set(map[string]any{"zone": "Europe/Wien", "language": "de"})
	if _, said := run(t, exitFailed, "doctor", "--dir", dir); !strings.Contains(said, "Eine Zeitzone Europe/Wien gibt es nicht") {
		t.Error(said)
	}
	set(map[string]any{})
	out, _ := run(t, 0, "doctor", "--dir", dir, "--lang", "ru")
	if !strings.Contains(out, "      lodestar ledger checkpoint --dir "+dir) || !strings.Contains(out, "Часовой пояс") || strings.Contains(out, "LODESTAR_ZONE") {
		t.Error(out)
	}
}

// serve is refused before it opens anything where it could not be reached.
func TestServeListen(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "node")
	run(t, 0, "init", "--dir", dir, "--name", "x.lodestar.invalid")
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, x := range []struct{ address, want string }{
		{taken.Addr().String(), taken.Addr().String() + " cannot be listened on"},
		{"8080", "8080 is no address with a port"},
		{"127.0.0.1:99999", "127.0.0.1:99999 is no address with a port"},
	} {
		if _, said := run(t, exitFailed, "serve", "--dir", dir, "--listen", x.address); !strings.Contains(said, x.want) {
			t.Errorf("%s: %s", x.address, said)
		}
	}
	if err := os.WriteFile(configFile(dir), []byte(`{"tls": {"cert": "/nowhere", "key": "/nowhere"}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, said := run(t, exitFailed, "serve", "--dir", dir, "--listen", "127.0.0.1:0"); !strings.Contains(said, "tls.cert names /nowhere") {
		t.Error(said)
	}
}

// certificate writes a certificate and its key into files.
func certificate(t *testing.T, until time.Time) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: until.Add(-48 * time.Hour), NotAfter: until, DNSNames: []string{"x.invalid"}}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range []struct {
		path *string
		name string
		b    pem.Block
	}{{&cert, "cert.pem", pem.Block{Type: "CERTIFICATE", Bytes: der}}, {&key, "key.pem", pem.Block{Type: "PRIVATE KEY", Bytes: secret}}} {
		*f.path = filepath.Join(dir, f.name)
		if err := os.WriteFile(*f.path, pem.EncodeToMemory(&f.b), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}
