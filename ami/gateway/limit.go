package gateway

import (
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// What one address may do, and one user with all connections together.
const (
	connectionsPerSecond = 20
	connectionsAtOnce    = 200
	maxLimiters          = 10_000 // addresses, and users, that are remembered; the others share one limit

	messagesPerSecond = 20  // Hello and what is asked for by POST included
	messagesAtOnce    = 100 // and one for each connection that a user may have
	maxWaiting        = 64  // actions of a user that an answer is awaited of
)

// limiters limit what each of many may do in a second.
type limiters struct {
	perSecond rate.Limit
	atOnce    int
	others    *rate.Limiter // of those for whom there is no room

	mu    sync.Mutex // guards all below
	known map[string]*rate.Limiter
	swept time.Time
}

func newLimiters(perSecond rate.Limit, atOnce int) *limiters {
	return &limiters{perSecond: perSecond, atOnce: atOnce, others: rate.NewLimiter(perSecond, atOnce), known: make(map[string]*rate.Limiter)}
}

// of returns the limiter of one, the same as long as there was something lately.
func (l *limiters) of(name string) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	if one := l.known[name]; one != nil {
		return one
	}
	if now := time.Now(); len(l.known) >= maxLimiters && now.Sub(l.swept) > time.Second {
		l.swept = now
		for name, one := range l.known {
			if one.TokensAt(now) >= float64(l.atOnce) { // as a new one would be
				delete(l.known, name)
			}
		}
	}
	if len(l.known) >= maxLimiters {
		return l.others
	}
	one := rate.NewLimiter(l.perSecond, l.atOnce)
	l.known[name] = one
	return one
}

// addresses limits how many connections each address begins.
type addresses struct {
	address  func(*http.Request) string
	limiters *limiters
}

func newAddresses(address func(*http.Request) string) *addresses {
	if address == nil {
		address = func(r *http.Request) string { return r.RemoteAddr }
	}
	return &addresses{address, newLimiters(connectionsPerSecond, connectionsAtOnce)}
}

// of is the address of a request, as it is limited; empty if it is not.
func (a *addresses) of(r *http.Request) string {
	address := a.address(r)
	if address == "" {
		return ""
	}
	return network(address)
}

// allow counts one connection, and says whether it may be.
func (a *addresses) allow(r *http.Request) bool {
	address := a.of(r)
	return address == "" || a.limiters.of(address).Allow()
}

// network is the address without its port, and of IPv6 the half that its network has given out: a computer has all of the
// addresses in it.
func network(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil {
		address = host
	}
	addr, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if addr = addr.Unmap().WithZone(""); addr.Is4() {
		return addr.String()
	}
	prefix, _ := addr.Prefix(64)
	return prefix.String()
}
