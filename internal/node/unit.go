package node

import (
	_ "embed"
	"path/filepath"
	"strings"
	"unicode"

	"lodestar/internal/base/clock"
	"lodestar/internal/base/fault"
)

//go:embed lodestar.service
var unitText string

// system is the clock of the commands.
var system = clock.System()

// unitDir is where a node lives that nobody gave a directory.
const unitDir = "/var/lib/lodestar"

// unit is a systemd unit for the node in --dir. Below /var/lib the directory is
// systemd's to make and to own; elsewhere it stays whose it is, and the node runs
// as the user lodestar.
func (p *program) unit() (string, error) {
	dir := unitDir
	for _, path := range []*string{&p.dir, &p.file} {
		if *path == "" {
			continue
		}
		if strings.ContainsFunc(*path, unicode.IsControl) {
			return "", usageError{fault.New(fault.Invalid, "command", "command.control_in_path")}
		}
		absolute, err := filepath.Abs(*path)
		if err != nil {
			return "", err
		}
		*path = absolute
	}
	if p.dir != "" {
		dir = p.dir
	}
	exec := "/usr/local/bin/lodestar serve --dir " + quoted(dir, true)
	if p.file != "" {
		exec += " --config " + quoted(p.file, true)
	}
	owner := "User=lodestar\nReadWritePaths=" + quoted(dir, false)
	if below, ok := strings.CutPrefix(dir, "/var/lib/"); ok && !strings.ContainsRune(below, ':') {
		owner = "DynamicUser=yes\nStateDirectory=" + quoted(below, false)
	}
	home := "yes"
	for _, hidden := range []string{"/home/", "/root/", "/run/user/"} {
		if strings.HasPrefix(dir, hidden) {
			home = "no" // ProtectHome would hide the node's own directory
		}
	}
	return strings.NewReplacer("@EXEC@", exec, "@OWNER@", owner, "@HOME@", home).Replace(unitText), nil
}

// quoted writes a path so that systemd takes it as one word and as it is: quoted,
// with % doubled, and in a command line $ too (systemd.unit(5), systemd.service(5)).
func quoted(path string, command bool) string {
	pairs := []string{`\`, `\\`, `"`, `\"`, "%", "%%"}
	if command {
		pairs = append(pairs, "$", "$$")
	}
	text := strings.NewReplacer(pairs...).Replace(path)
	if text == path && !strings.ContainsAny(path, " '") {
		return path
	}
	return `"` + text + `"`
}
