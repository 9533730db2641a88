package gateway

import (
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	actionsPerSecond = 5 // of a user, and this many at once:
	actionBurst      = 20
	actionsRunning   = 8 // of a user at the same time
	day              = 24 * time.Hour
	dialsPerMinute   = 10  // where Dial says nothing
	dialsPerDay      = 500 // where Dial says nothing
)

// rates counts what users do. Calls are counted exactly, over the last minute and the last 24 hours, since the gateway was started.
type rates struct {
	mu    sync.Mutex // guards all below
	users map[string]*usage
	swept time.Time
}

type usage struct {
	bucket  *rate.Limiter
	running int
	dials   []time.Time // of the last day, in order
}

func newRates() *rates { return &rates{users: make(map[string]*usage)} }

func (r *rates) of(user string, now time.Time) *usage {
	u := r.users[user]
	if u == nil {
		u = &usage{bucket: rate.NewLimiter(actionsPerSecond, actionBurst)}
		r.users[user] = u
	}
	old, _ := slices.BinarySearchFunc(u.dials, now.Add(-day), time.Time.Compare)
	u.dials = slices.Delete(u.dials, 0, old)
	return u
}

// begin reports whether a user may run an Action now, which has to be ended then.
func (r *rates) begin(user string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	r.sweep(now)
	u := r.of(user, now)
	if u.running >= actionsRunning || !u.bucket.AllowN(now, 1) {
		return false
	}
	u.running++
	return true
}

func (r *rates) end(user string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.of(user, time.Now()).running--
}

// dial counts a call, and returns why the user may not make it; nil if it may.
func (r *rates) dial(user string, limits Dial) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	u := r.of(user, now)
	minute, _ := slices.BinarySearchFunc(u.dials, now.Add(-time.Minute), time.Time.Compare)
	switch {
	case len(u.dials) >= orDefault(limits.PerDay, dialsPerDay):
		return denial("You have made as many calls as you may in a day.")
	case len(u.dials)-minute >= orDefault(limits.PerMinute, dialsPerMinute):
		return denial("You have made as many calls as you may in a minute. Try again a little later.")
	}
	u.dials = append(u.dials, now)
	return nil
}

// undial takes a call back that was not made.
func (r *rates) undial(user string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if u := r.of(user, time.Now()); len(u.dials) > 0 {
		u.dials = u.dials[:len(u.dials)-1]
	}
}

// sweep forgets, once a minute, users of whom nothing counts any more.
func (r *rates) sweep(now time.Time) {
	if now.Sub(r.swept) < time.Minute {
		return
	}
	r.swept = now
	for name := range r.users {
		if u := r.of(name, now); u.running == 0 && len(u.dials) == 0 && u.bucket.TokensAt(now) >= actionBurst {
			delete(r.users, name)
		}
	}
}

func orDefault(n, usual int) int {
	if n == 0 {
		return usual
	}
	return n
}
