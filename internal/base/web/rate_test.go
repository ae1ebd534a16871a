package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"
)

type counter map[string]int

func (c counter) Allow(_ context.Context, key string, n int, per time.Duration) (bool, time.Duration, error) {
	c[key]++
	return c[key] <= n, per, nil
}

func TestRate(t *testing.T) {
	seen := counter{}
	n := start(t, func(c *Config) { c.Limiter = seen }, Route{
		Method: "POST", Path: "/try", Public: true, Rate: Rate{Attempts: 2, Within: 90 * time.Second},
		Handle: func(w http.ResponseWriter, r *http.Request) error { return SeeOther(w, r, "/") },
	})
	var last *httptest.ResponseRecorder
	for range 3 {
		last = n.ask("POST", "/try", "")
	}
	if last.Code != 503 || last.Header().Get("Retry-After") != "90" {
		t.Errorf("third attempt: %d, Retry-After %q", last.Code, last.Header().Get("Retry-After"))
	}
	at := func(addr string) string {
		r := httptest.NewRequest("POST", "/try", nil)
		r.RemoteAddr = addr
		return Network(r)
	}
	if at("[2001:db8:1:2:3::4]:1") != at("[2001:db8:1:2:ffff::9]:2") || at("[2001:db8:1:3::1]:1") == at("[2001:db8:1:2::1]:1") {
		t.Error("IPv6 is not counted by /64")
	}
	if at("192.0.2.1:1") != at("[::ffff:192.0.2.1]:9") || at("192.0.2.1:1") == at("192.0.2.2:1") {
		t.Error("IPv4 is not counted by address")
	}
}

// TestBehind: a proxy of the node says from where a request comes; nobody else
// does, and nothing that a visitor writes counts.
func TestBehind(t *testing.T) {
	ours := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8:aaaa::/48")}
	for _, x := range []struct {
		proxies      []netip.Prefix
		remote, want string
		forwarded    []string
	}{
		{ours, "10.1.2.3:99", "192.0.2.7", []string{"192.0.2.7"}},
		{ours, "10.1.2.3:99", "192.0.2.7", []string{"203.0.113.9, 192.0.2.7"}},
		{ours, "10.1.2.3:99", "192.0.2.7", []string{"203.0.113.9", "192.0.2.7, 10.4.4.4"}},
		{ours, "[::ffff:10.1.2.3]:99", "192.0.2.7", []string{"192.0.2.7"}},
		{ours, "[2001:db8:aaaa::1]:99", "2001:db8:bbbb::7", []string{"2001:db8:bbbb::7"}},
		{ours, "10.1.2.3:99", "10.1.2.3", []string{"192.0.2.7, <script>"}},
		{ours, "10.1.2.3:99", "10.4.4.4", []string{"nobody, 10.4.4.4"}},
		{ours, "10.1.2.3:99", "10.1.2.3", nil},
		{ours, "198.51.100.1:99", "198.51.100.1", []string{"192.0.2.7"}},
		{nil, "10.1.2.3:99", "10.1.2.3", []string{"192.0.2.7"}},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr, r.Header["X-Forwarded-For"] = x.remote, x.forwarded
		var got string
		Behind(x.proxies)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.RemoteAddr })).ServeHTTP(nil, r)
		if at, err := netip.ParseAddrPort(got); err != nil || at.Addr().Unmap().String() != x.want {
			t.Errorf("%s, forwarded for %q: %s, want %s", x.remote, x.forwarded, got, x.want)
		}
	}
}

func TestNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.1:80":             "192.0.2.1",
		"192.0.2.1":                "?",
		"[::ffff:192.0.2.1]:80":    "192.0.2.1",
		"[2001:db8:1:2:3::4]:80":   "2001:db8:1:2::/64",
		"[2001:db8:1:2:ffff::1]:9": "2001:db8:1:2::/64",
		"[fe80::1%eth0]:80":        "fe80::/64",
		"@":                        "?",
		"node.example:80":          "?",
		"":                         "?",
		"192.0.2.1, 198.51.100.1":  "?",
	} {
		if got := Network(&http.Request{RemoteAddr: address}); got != want {
			t.Errorf("Network(%q) = %q, want %q", address, got, want)
		}
	}
}

func FuzzNetwork(f *testing.F) {
	for _, s := range []string{"", "192.0.2.1:80", "[2001:db8::1%a]:1", "::ffff:1.2.3.4", "?"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, address string) {
		if got := Network(&http.Request{RemoteAddr: address}); got == "" || len(got) > 50 {
			t.Fatalf("Network(%q) = %q", address, got)
		}
	})
}
