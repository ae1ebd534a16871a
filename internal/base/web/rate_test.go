package web

import (
	"context"
	"net/http"
	"net/http/httptest"
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
		return place(r, Route{Method: "POST", Path: "/try"})
	}
	if at("[2001:db8:1:2:3::4]:1") != at("[2001:db8:1:2:ffff::9]:2") || at("[2001:db8:1:3::1]:1") == at("[2001:db8:1:2::1]:1") {
		t.Error("IPv6 is not counted by /64")
	}
	if at("192.0.2.1:1") != at("[::ffff:192.0.2.1]:9") || at("192.0.2.1:1") == at("192.0.2.2:1") {
		t.Error("IPv4 is not counted by address")
	}
}
