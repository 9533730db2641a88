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
	maxAddresses         = 10_000 // those that are remembered; the others share one limit
	maxStrangers         = 5_000  // connections that have not said who they are

	messagesPerSecond = 20
	messagesAtOnce    = 100
	maxWaiting        = 64 // actions of a user that an answer is awaited of
)

// addresses limits how many connections each address begins.
type addresses struct {
	of     func(*http.Request) string
	others *rate.Limiter

	mu    sync.Mutex // guards all below
	known map[string]*rate.Limiter
	swept time.Time
}

func newAddresses(of func(*http.Request) string) *addresses {
	if of == nil {
		of = func(r *http.Request) string { return r.RemoteAddr }
	}
	return &addresses{of: of, others: rate.NewLimiter(connectionsPerSecond, connectionsAtOnce), known: make(map[string]*rate.Limiter)}
}

// allow counts one connection, and says whether it may be.
func (a *addresses) allow(r *http.Request) bool {
	address := a.of(r)
	return address == "" || a.limiter(network(address)).Allow()
}

func (a *addresses) limiter(address string) *rate.Limiter {
	a.mu.Lock()
	defer a.mu.Unlock()
	if l := a.known[address]; l != nil {
		return l
	}
	if now := time.Now(); len(a.known) >= maxAddresses && now.Sub(a.swept) > time.Second {
		a.swept = now
		for address, l := range a.known {
			if l.TokensAt(now) >= connectionsAtOnce { // as a new one would be
				delete(a.known, address)
			}
		}
	}
	if len(a.known) >= maxAddresses {
		return a.others
	}
	l := rate.NewLimiter(connectionsPerSecond, connectionsAtOnce)
	a.known[address] = l
	return l
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
