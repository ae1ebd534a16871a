package web

import (
	"context"
	"net/http"
	"net/netip"
	"time"

	"lodestar/internal/base/fault"
)

// Rate allows a number of attempts from one place in a span of time.
type Rate struct {
	Attempts int
	Within   time.Duration
}

// Limiter counts attempts for all processes of a node. It must keep keys only as
// a keyed hash: they hold network addresses, which are personal data.
type Limiter interface {
	// Allow spends one of n attempts that key has per period, or says how long
	// until the next.
	Allow(ctx context.Context, key string, n int, per time.Duration) (ok bool, retryAfter time.Duration, err error)
}

// count refuses with fault.Busy who has tried too often.
func (s *Server) count(r *http.Request, route Route) error {
	if route.Rate.Attempts == 0 {
		return nil
	}
	ok, wait, err := s.cfg.Limiter.Allow(r.Context(), place(r, route), route.Rate.Attempts, route.Rate.Within)
	if err != nil {
		return fault.Wrap("web.Count", err)
	}
	if !ok {
		return fault.New(fault.Busy, "web.Count", "fault.too_often", "seconds", int((wait+time.Second-1)/time.Second))
	}
	return nil
}

// place is where a request comes from, at one route: the IPv4 address, or the
// /64 that one customer has of IPv6.
func place(r *http.Request, route Route) string {
	from := "unknown"
	if at, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		addr := at.Addr().Unmap().WithZone("")
		if addr.Is6() {
			prefix, _ := addr.Prefix(64)
			addr = prefix.Addr()
		}
		from = addr.String()
	}
	return route.Method + " " + route.Path + " " + from
}
