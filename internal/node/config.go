package node

import (
	"cmp"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"
	_ "time/tzdata" // a machine without the time zone database has it from here

	"lodestar/catalog"
	"lodestar/internal/base/config"
	"lodestar/internal/base/fault"
	"lodestar/internal/kernel/law"
)

// Config is everything an operator may set; the zero value of each field, or
// the default below, runs. Secrets are named by file.
//
// The tag doc is the comment of the field in the file that init writes.
type Config struct {
	Name        string          `json:"name" doc:"Of the State or office, on every page."`
	State       string          `json:"state" doc:"ISO 3166 alpha-2; national telephone numbers are read as this State's."`
	Law         string          `json:"law" doc:"The law that gives periods, standards and duties: a code of the catalogue such as GB-EAW, or a file of your own (.json); empty: that of the State, if the catalogue has it."`
	Instruments string          `json:"instruments" doc:"A directory with screening instruments of your own (.json); empty: those of the catalogue only."`
	Zone        string          `json:"zone" doc:"Time zone of the State, such as Europe/Vienna: deadlines are days there; empty: that of the law, or else UTC."`
	Language    string          `json:"language" doc:"Of the sentences of commands: en, fr, de, it, ru or es; empty: English."`
	Dir         string          `json:"dir" doc:"Keys, and the database if it is SQLite."`
	Database    string          `json:"database" doc:"A path, or postgres://…; empty: node.db in dir."`
	Listen      string          `json:"listen" doc:"Address and port of the pages."`
	Origin      string          `json:"origin" doc:"How browsers name the node; empty: http://localhost and the port."`
	TLS         TLS             `json:"tls" doc:"Certificate and key; both empty: plain HTTP, for a proxy or for a laptop."`
	Proxies     string          `json:"proxies" doc:"Networks of the node's own reverse proxies, such as 10.0.0.0/8: they may say from where a request comes; a space between two."`
	OIDC        OIDC            `json:"oidc" doc:"An organisation's identity provider; empty: passkeys only."`
	Idle        config.Duration `json:"idle" doc:"A session ends after so long without a request."`
	Exit        string          `json:"exit" doc:"Where \"exit this page\" leads; empty: an encyclopaedia in the reader's language."`
}

// TLS names the certificate and its key.
type TLS struct {
	Cert string `json:"cert" doc:"File with the certificate and its chain (PEM)."`
	Key  string `json:"key" doc:"File with its key (PEM)."`
}

// OIDC names an organisation's identity provider.
type OIDC struct {
	Issuer       string `json:"issuer" doc:"Address of the provider."`
	ClientID     string `json:"client_id" doc:"What the provider calls this node."`
	ClientSecret string `json:"client_secret_file" doc:"File with the secret that the provider gave."`
}

// Defaults are the settings of a node that nobody configured.
func Defaults() Config {
	return Config{Name: "Lodestar", Dir: "lodestar-data", Listen: "127.0.0.1:8080", Idle: config.Duration{Duration: 30 * time.Minute}}
}

func (c Config) database() string {
	if c.Database != "" {
		return c.Database
	}
	return filepath.Join(c.Dir, "node.db")
}

// configFile is the file in a directory of keys and data that holds its settings.
func configFile(dir string) string { return filepath.Join(dir, "node.json") }

func (c Config) kek() string       { return filepath.Join(c.Dir, "node.key") }
func (c Config) ledgerKey() string { return filepath.Join(c.Dir, "ledger.key") }

// law is what the State has laid down. A State of which the catalogue knows nothing
// has laid down nothing: whoever needs a period is told so.
func (c Config) law() (law.Law, error) {
	if strings.HasSuffix(c.Law, ".json") {
		text, err := os.ReadFile(c.Law)
		if err != nil {
			return law.Law{}, fault.New(fault.Invalid, "node.Config", "node.no_law", "law", c.Law).Because(err)
		}
		l, err := law.Read(text)
		if err != nil {
			return l, fault.New(fault.Invalid, "node.Config", "law.bad_file", "file", c.Law).Because(err)
		}
		return l, nil
	}
	all, err := law.Load(catalog.States)
	if err != nil {
		return law.Law{}, err
	}
	l, known := all[cmp.Or(c.Law, c.State)]
	if !known && c.Law != "" {
		return l, fault.New(fault.Invalid, "node.Config", "node.no_law", "law", c.Law)
	}
	l.State = cmp.Or(l.State, c.State)
	return l, nil
}

// zone is the State's time zone: the one that is set, or that of its law.
func (c Config) zone(l law.Law) (*time.Location, error) {
	if c.Zone == "" && l.Zone != nil {
		return l.Zone, nil
	}
	z, err := time.LoadLocation(c.Zone)
	if err != nil || c.Zone == "Local" {
		return nil, fault.New(fault.Invalid, "node.Config", "node.bad_zone", "zone", c.Zone)
	}
	return z, nil
}

// proxies are the networks of the node's own proxies.
func (c Config) proxies() (out []netip.Prefix, err error) {
	for _, text := range strings.Fields(c.Proxies) {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fault.New(fault.Invalid, "node.Config", "node.bad_proxy", "text", text)
		}
		out = append(out, p)
	}
	return out, nil
}
