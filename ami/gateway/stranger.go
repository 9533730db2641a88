package gateway

import (
	"net/http"
	"sync"
)

// How many may be there at once who have not said who they are: a WebSocket before its Hello, a POST while its body comes, and all requests
// while the application is asked who it is.
const (
	maxStrangersOfOne = 200 // address
	maxStrangers      = 5_000
)

// strangers counts them.
type strangers struct {
	ofOne, total int // at most

	mu        sync.Mutex // guards all below
	count     int
	addresses map[string]int // those that have some; "" is all that are not limited by address
}

func newStrangers(ofOne, total int) *strangers {
	return &strangers{ofOne: ofOne, total: total, addresses: make(map[string]int)}
}

// stranger counts a request until known is called, which may be called again. One too many is answered, and false.
func (g *Gateway) stranger(w http.ResponseWriter, r *http.Request) (known func(), ok bool) {
	address := g.addresses.of(r)
	if why := g.strangers.enter(address); why != nil {
		g.refuse(w, why)
		return nil, false
	}
	return sync.OnceFunc(func() { g.strangers.leave(address) }), true
}

func (s *strangers) enter(address string) *refusal {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case address != "" && s.addresses[address] >= s.ofOne:
		return refusedAddress
	case s.count >= s.total:
		return refusedStrangers
	}
	s.count++
	s.addresses[address]++
	return nil
}

func (s *strangers) leave(address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count--
	if s.addresses[address]--; s.addresses[address] == 0 {
		delete(s.addresses, address)
	}
}

// len is how many there are.
func (s *strangers) len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}
