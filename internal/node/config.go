package node

import (
	"path/filepath"
	"time"
	_ "time/tzdata" // a machine without the time zone database has it from here

	"lodestar/internal/base/config"
	"lodestar/internal/base/fault"
)

// Config is everything an operator may set; the zero value of each field, or
// the default below, runs. Secrets are named by file.
type Config struct {
	Name     string          `json:"name"`     // of the State or office, on every page
	State    string          `json:"state"`    // ISO 3166 alpha-2; national telephone numbers are read as this State's
	Zone     string          `json:"zone"`     // time zone of the State, such as Europe/Vienna: deadlines are days there; empty: UTC
	Language string          `json:"language"` // of the commands' sentences; empty: English
	Dir      string          `json:"dir"`      // keys, and the database if it is SQLite
	Database string          `json:"database"` // a path, or postgres://…; empty: node.db in dir
	Listen   string          `json:"listen"`
	Origin   string          `json:"origin"` // how browsers name the node; empty: http://localhost and the port
	TLS      TLS             `json:"tls"`
	OIDC     OIDC            `json:"oidc"`
	Idle     config.Duration `json:"idle"` // a session ends after so long without a request
	Exit     string          `json:"exit"` // where "exit this page" leads
}

// TLS names the certificate and its key; both empty: plain HTTP, for a proxy or
// for a laptop.
type TLS struct {
	Cert string `json:"cert"`
	Key  string `json:"key"`
}

// OIDC names an organisation's identity provider.
type OIDC struct {
	Issuer       string `json:"issuer"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret_file"`
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

func (c Config) kek() string       { return filepath.Join(c.Dir, "node.key") }
func (c Config) ledgerKey() string { return filepath.Join(c.Dir, "ledger.key") }

// zone is the State's time zone.
func (c Config) zone() (*time.Location, error) {
	z, err := time.LoadLocation(c.Zone)
	if err != nil || c.Zone == "Local" {
		return nil, fault.New(fault.Invalid, "node.Config", "node.bad_zone").Because(err)
	}
	return z, nil
}
