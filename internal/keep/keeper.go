package keep

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/show"
)

// Life is what is kept: a login, with what carries it.
type Life interface {
	Done() <-chan struct{} // closed when it has ended, and everybody has learnt why
	Err() error            // nil while it lives; not nil a moment before Done is closed
	Close() error
}

// Keeper keeps one Life of a client up.
type Keeper[L Life] struct {
	policy    Policy
	addresses []string
	dial      func(ctx context.Context, address string) (L, error)

	mu      sync.Mutex // guards all below
	there   bool       // life is the one of now
	life    L          // the latest
	address string     // of life
	err     error      // why there is none
	over    bool       // there will be none: err is final
	changed chan struct{}
}

// New makes a keeper that has yet to Run. The addresses are tried in turn.
func New[L Life](policy Policy, addresses []string, dial func(ctx context.Context, address string) (L, error)) *Keeper[L] {
	return &Keeper[L]{policy: policy, addresses: addresses, dial: dial, changed: make(chan struct{}), err: errNotConnected}
}

// Run dials again and again until ctx ends or a failure is final.
func (k *Keeper[L]) Run(ctx context.Context) {
	pause := k.policy.backoff()
	for attempt, first := 0, true; ; attempt++ {
		address := k.addresses[attempt%len(k.addresses)]
		life, err := k.dial(ctx, address)
		switch {
		case ctx.Err() != nil:
			if err == nil {
				_ = life.Close()
			}
			k.Stop(k.policy.Closed)
			return
		case err != nil:
			k.policy.warn("no connection", "error", err)
			lastTry := (attempt+1)%len(k.addresses) == 0
			if k.policy.hopeless(err) || first && lastTry && !k.policy.patient(err) {
				k.Stop(err)
				return
			}
			k.down(err)
		default:
			first = false
			if k.serve(ctx, nil, nil, life, address) >= k.policy.StableAfter {
				pause.Reset()
			}
			attempt-- // the address that worked goes first
		}
		if !pause.Wait(ctx) {
			k.Stop(k.policy.Closed)
			return
		}
	}
}

// Follow keeps a life wherever leader has one, for as long as that is; then it
// is ended, with the cause of the leader's. When the first attempt is refused,
// that is the end, with a word in front of it.
func (k *Keeper[L]) Follow(ctx context.Context, leader *Keeper[L], end func(life L, cause error), word string) {
	pause := k.policy.backoff()
	for first := true; ; {
		lead, err := leader.Wait(ctx, nil)
		if err != nil {
			k.Stop(err)
			return
		}
		address := leader.lastAddress()
		life, err := k.dial(ctx, address)
		switch {
		case err == nil:
			first = false
			if k.serve(ctx, lead.Done(), func() { end(life, lead.Err()) }, life, address) >= k.policy.StableAfter {
				pause.Reset()
			}
		case first && (k.policy.hopeless(err) || errors.Is(err, k.policy.InUse)):
			k.Stop(show.Error(k.policy.Package, fmt.Errorf("%s: %w", word, err)))
			return
		default:
			k.policy.warn("no action session", "error", err)
			k.down(err)
		}
		if !pause.Wait(ctx) {
			k.Stop(cmp.Or(leader.Final(), k.policy.Closed)) // ctx may end because the leader has given up
			return
		}
	}
}

// serve holds life until it ends, ctx does, or until is closed, which end is
// called for. It returns how long life lasted.
func (k *Keeper[L]) serve(ctx context.Context, until <-chan struct{}, end func(), life L, address string) time.Duration {
	since := time.Now()
	k.change(func() { k.there, k.life, k.address = true, life, address })
	select {
	case <-life.Done():
		k.policy.warn("connection lost", "address", address, "error", life.Err())
	case <-until:
		end()
	case <-ctx.Done():
	}
	_ = life.Close()
	k.down(life.Err())
	return time.Since(since)
}

func (k *Keeper[L]) down(err error) {
	k.change(func() { k.there, k.err = false, fmt.Errorf("%w: %w", errNotConnected, err) })
}

// Stop makes err final; only the first call counts.
func (k *Keeper[L]) Stop(err error) {
	k.change(func() { k.there, k.over, k.err = false, true, err })
}

func (k *Keeper[L]) change(mend func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.over {
		return
	}
	mend()
	close(k.changed)
	k.changed = make(chan struct{})
}
