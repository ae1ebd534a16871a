package node

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"lodestar/internal/base/fault"
	"lodestar/internal/base/i18n"
)

// settings is the file that an operator edits.
func (n *Node) settings() string {
	if n.Settings != "" {
		return n.Settings
	}
	return configFile(n.Config.Dir)
}

// checkZone warns when nobody said in which time zone the State counts its days:
// deadlines then begin and end at midnight of UTC.
func (n *Node) checkZone() Check {
	if n.Config.Zone == "" {
		return result("zone", Warn, "UTC", "").because(fault.New(fault.Invalid, "node.Doctor", "doctor.advice.zone", "file", n.settings()))
	}
	return result("zone", Well, n.Config.Zone, "")
}

// checkLaw warns of the periods that the program asks for and nobody has entered:
// what waits for them runs without a clock, or not at all.
func (n *Node) checkLaw() Check {
	l := n.Ground.Law.In(n.Ground.Zone)
	if missing := l.Missing(n.Ground.Clock.Now()); len(missing) > 0 {
		why := fault.New(fault.Invalid, "node.Doctor", "doctor.advice.law", "rules", strings.Join(missing, ", "), "file", n.settings())
		return result("law", Warn, l.State, "").because(why)
	}
	return result("law", Well, l.State, "")
}

// checkState warns when no State is set, and fails on a code that is no State's:
// national telephone numbers would be connected to nothing.
func (n *Node) checkState() Check {
	code := n.Config.State
	if code == "" {
		return result("state", Warn, "", "").because(fault.New(fault.Invalid, "node.Doctor", "doctor.advice.state_none", "file", n.settings()))
	}
	if region, err := language.ParseRegion(code); err != nil || len(code) != 2 || region.String() != code || !region.IsCountry() {
		return result("state", Fail, code, "").because(fault.New(fault.Invalid, "node.Doctor", "doctor.advice.state", "value", code, "file", n.settings()))
	}
	return result("state", Well, code, "")
}

func (n *Node) checkLanguage() Check {
	lang := n.Config.Language
	if lang != "" && !slices.Contains(i18n.Official, lang) {
		return result("language", Fail, lang, "").because(fault.New(fault.Invalid, "node.Doctor", "doctor.advice.language", "value", lang, "languages", strings.Join(i18n.Official, ", "), "file", n.settings()))
	}
	return result("language", Well, lang, "")
}

func (n *Node) checkListen() Check {
	if err := n.Config.listenable(); err != nil {
		return result("listen", Fail, n.Config.Listen, "").because(err)
	}
	return result("listen", Well, n.Config.Listen, "")
}

// checkProxies fails on what is no network: the node would not serve.
func (n *Node) checkProxies() Check {
	if _, err := n.Config.proxies(); err != nil {
		return result("proxies", Fail, n.Config.Proxies, "").because(err)
	}
	return result("proxies", Well, n.Config.Proxies, "")
}

// listenable refuses an address without a port.
func (c Config) listenable() error {
	_, port, err := net.SplitHostPort(c.Listen)
	if err == nil {
		_, err = net.LookupPort("tcp", port)
	}
	if err != nil || port == "" {
		return fault.New(fault.Invalid, "node.Config", "node.bad_listen", "address", c.Listen).Because(err)
	}
	return nil
}

// checkTLS fails on a certificate that browsers could not be served with.
func (n *Node) checkTLS() Check {
	cert, err := n.Config.TLS.load()
	switch {
	case err != nil:
		return result("tls", Fail, "", "").because(err)
	case cert == nil:
		return result("tls", Well, "http", "")
	case n.Ground.Clock.Now().After(cert.NotAfter):
		return result("tls", Fail, "", "").because(fault.New(fault.Invalid, "node.Doctor", "doctor.advice.certificate_ended", "date", cert.NotAfter))
	}
	return result("tls", Well, cert.NotAfter.Format(time.DateOnly), "")
}

// load reads the certificate with its key; nil if none is set.
func (t TLS) load() (*x509.Certificate, error) {
	if t.Cert == "" && t.Key == "" {
		return nil, nil
	}
	if t.Cert == "" || t.Key == "" {
		return nil, fault.New(fault.Invalid, "node.TLS", "node.tls_half")
	}
	for _, f := range []struct{ key, file string }{{"tls.cert", t.Cert}, {"tls.key", t.Key}} {
		opened, err := os.Open(f.file)
		if err != nil {
			return nil, fault.New(fault.Invalid, "node.TLS", "node.tls_no_file", "key", f.key, "file", f.file).Because(reason(err))
		}
		opened.Close()
	}
	pair, err := tls.LoadX509KeyPair(t.Cert, t.Key)
	if err != nil {
		return nil, fault.New(fault.Invalid, "node.TLS", "node.tls_unusable", "cert", t.Cert, "file", t.Key).Because(err)
	}
	return pair.Leaf, nil
}

// reason is what the system says of a file, without its path.
func reason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
