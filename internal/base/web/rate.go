package web

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strings"
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
	ok, wait, err := s.cfg.Limiter.Allow(r.Context(), route.Method+" "+route.Path+" "+Network(r), route.Rate.Attempts, route.Rate.Within)
	if err != nil {
		return fault.Wrap("web.Count", err)
	}
	if !ok {
		return fault.New(fault.Busy, "web.Count", "fault.too_often", "seconds", int((wait+time.Second-1)/time.Second))
	}
	return nil
}

// Network is what attempts from one place are counted by: the IPv4 address, or the
// /64 that one customer has of IPv6; "?" if nobody can tell.
func Network(r *http.Request) string {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return "?"
	}
	addr := at.Addr().Unmap().WithZone("")
	if addr.Is4() {
		return addr.String()
	}
	return netip.PrefixFrom(addr, 64).Masked().String()
}

// Behind reads from where a request comes if one of the node's own proxies carried
// it: of X-Forwarded-For the last address that is none of theirs, for whatever
// stands before it the visitor wrote. Without it, all visitors of a proxy share one
// count of attempts, and one of them could lock out the others.
func Behind(proxies []netip.Prefix) func(http.Handler) http.Handler {
	ours := func(a netip.Addr) bool {
		return slices.ContainsFunc(proxies, func(p netip.Prefix) bool { return p.Contains(a.Unmap().WithZone("")) })
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			at, err := netip.ParseAddrPort(r.RemoteAddr)
			if err != nil || !ours(at.Addr()) {
				next.ServeHTTP(w, r)
				return
			}
			hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
			for _, hop := range slices.Backward(hops) {
				from, err := netip.ParseAddr(strings.TrimSpace(hop))
				if err != nil {
					break // what we cannot read we do not pass on as an address
				}
				at = netip.AddrPortFrom(from, 0)
				if !ours(from) {
					break
				}
			}
			r = r.Clone(r.Context())
			r.RemoteAddr = at.String()
			next.ServeHTTP(w, r)
		})
	}
}
