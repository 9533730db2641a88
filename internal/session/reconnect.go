package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/show"
)

// Login is what is kept: a login, with its connection.
type Login interface {
	Done() <-chan struct{} // closed when it has ended, and everybody has learnt why
	Err() error            // nil while it lives; not nil a moment before Done is closed
	Close() error
}

// Reconnector keeps one login of a client up.
type Reconnector[L Login] struct {
	policy    Policy
	addresses []string
	dial      func(ctx context.Context, address string) (L, error)

	mu      sync.Mutex // guards all below
	there   bool       // login is the one of now
	login   L          // the latest
	address string     // of login
	err     error      // why there is none
	over    bool       // there will be none: err is final
	changed chan struct{}

	ended chan struct{} // closed when there will be no login any more
}

// NewReconnector makes one that has yet to Run. The addresses are tried in turn.
func NewReconnector[L Login](policy Policy, addresses []string, dial func(ctx context.Context, address string) (L, error)) *Reconnector[L] {
	return &Reconnector[L]{policy: policy, addresses: addresses, dial: dial, changed: make(chan struct{}), err: errNotConnected, ended: make(chan struct{})}
}

// Run dials again and again until ctx ends or a failure is final.
func (r *Reconnector[L]) Run(ctx context.Context) {
	pause := r.policy.backoff()
	for attempt, first := 0, true; ; attempt++ {
		address := r.addresses[attempt%len(r.addresses)]
		login, err := r.dial(ctx, address)
		switch {
		case ctx.Err() != nil:
			if err == nil {
				_ = login.Close()
			}
			r.Stop(r.policy.Closed)
			return
		case err != nil:
			r.policy.warn("no connection", "error", err)
			lastTry := (attempt+1)%len(r.addresses) == 0
			if r.policy.hopeless(err) || first && lastTry && !r.policy.patient(err) {
				r.Stop(err)
				return
			}
			r.down(err)
		default:
			first = false
			if r.serve(ctx, nil, nil, login, address) >= r.policy.StableAfter {
				pause.Reset()
			}
			attempt-- // the address that worked goes first
		}
		if !pause.Wait(ctx) {
			r.Stop(r.policy.Closed)
			return
		}
	}
}

// Follow keeps a login wherever leader has one, for as long as that is; then it
// is ended, with the cause of the leader's. When the first attempt is refused,
// that is final; word begins the text of that error.
func (r *Reconnector[L]) Follow(ctx context.Context, leader *Reconnector[L], end func(login L, cause error), word string) {
	pause := r.policy.backoff()
	for first := true; ; {
		lead, err := leader.Wait(ctx, nil)
		if err != nil {
			r.Stop(err)
			return
		}
		address := leader.lastAddress()
		login, err := r.dial(ctx, address)
		switch {
		case err == nil:
			first = false
			if r.serve(ctx, lead.Done(), func() { end(login, lead.Err()) }, login, address) >= r.policy.StableAfter {
				pause.Reset()
			}
		case first && (r.policy.hopeless(err) || errors.Is(err, r.policy.InUse)):
			r.Stop(show.Error(r.policy.Package, fmt.Errorf("%s: %w", word, err)))
			return
		default:
			r.policy.warn("no action session", "error", err)
			r.down(err)
		}
		if !pause.Wait(ctx) {
			r.Stop(cmp.Or(leader.Final(), r.policy.Closed)) // ctx may end because the leader has given up
			return
		}
	}
}

// serve holds login until it ends, ctx does, or until is closed, which end is
// called for. It returns how long that was.
func (r *Reconnector[L]) serve(ctx context.Context, until <-chan struct{}, end func(), login L, address string) time.Duration {
	since := time.Now()
	r.change(func() { r.there, r.login, r.address = true, login, address })
	select {
	case <-login.Done():
		r.policy.warn("connection lost", "address", address, "error", login.Err())
	case <-until:
		end()
	case <-ctx.Done():
	}
	_ = login.Close()
	r.down(login.Err())
	return time.Since(since)
}

func (r *Reconnector[L]) down(err error) {
	r.change(func() { r.there, r.err = false, fmt.Errorf("%w: %w", errNotConnected, err) })
}

// Stop makes err final; only the first call counts.
func (r *Reconnector[L]) Stop(err error) {
	r.change(func() {
		r.there, r.over, r.err = false, true, err
		close(r.ended)
	})
}

func (r *Reconnector[L]) change(mend func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over {
		return
	}
	mend()
	close(r.changed)
	r.changed = make(chan struct{})
}
