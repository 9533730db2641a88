package ami

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
)

var errNotConnected = errors.New("not connected")

// keeper keeps one connection of a Client up.
type keeper struct {
	config    Config
	hub       *event.Hub
	stats     *counters
	addresses []string

	mu      sync.Mutex    // guards all below
	conn    *Conn         // nil while there is none
	err     error         // why there is none
	over    bool          // there will be none: err is final
	version Version       // of the latest conn
	changed chan struct{} // closed at the next change
}

func newKeeper(config Config, hub *event.Hub, stats *counters, addresses []string) *keeper {
	return &keeper{config: config, hub: hub, stats: stats, addresses: addresses, changed: make(chan struct{}), err: errNotConnected}
}

// run connects again and again until ctx ends or a failure is final.
func (k *keeper) run(ctx context.Context) {
	pause := backoff{least: k.config.RetryMin, most: k.config.RetryMax}
	for attempt, first := 0, true; ; attempt++ {
		address := k.addresses[attempt%len(k.addresses)]
		conn, err := dial(ctx, address, k.config, k.hub, k.stats)
		switch {
		case ctx.Err() != nil:
			if conn != nil {
				_ = conn.Close()
			}
			k.stop(ErrClosed)
			return
		case err != nil:
			k.config.Logger.Warn("ami: no connection", "error", err)
			lastTry := (attempt+1)%len(k.addresses) == 0
			if k.hopeless(err) || first && lastTry && !k.patient(err) {
				k.stop(err)
				return
			}
			k.down(err)
		default:
			first = false
			if k.serve(ctx, nil, conn) >= k.config.StableAfter {
				pause.reset()
			}
			attempt-- // the address that worked goes first
		}
		if !pause.wait(ctx) {
			k.stop(ErrClosed)
			return
		}
	}
}

// hopeless reports whether trying again would only fail again. A login in use
// may be the connection that was just lost.
func (k *keeper) hopeless(err error) bool {
	return errors.Is(err, ErrLoginRefused) && !k.config.RetryRefused
}

// patient reports whether even a first login that fails like that is tried again.
func (k *keeper) patient(err error) bool {
	if errors.Is(err, ErrLoginRefused) {
		return k.config.RetryRefused
	}
	return k.config.KeepTrying
}

// serve holds conn until it dies, ctx ends or until is closed, and returns how
// long it lived.
func (k *keeper) serve(ctx context.Context, until <-chan struct{}, conn *Conn) time.Duration {
	since := time.Now()
	k.up(conn)
	select {
	case <-conn.Done():
		k.config.Logger.Warn("ami: connection lost", "address", conn.address, "error", conn.Err())
	case <-until:
	case <-ctx.Done():
	}
	_ = conn.Close()
	k.down(conn.Err())
	return time.Since(since)
}

// follow keeps a connection to wherever leader is connected, for as long as
// that is.
func (k *keeper) follow(ctx context.Context, leader *keeper) {
	pause := backoff{least: k.config.RetryMin, most: k.config.RetryMax}
	for first := true; ; {
		lead, err := leader.wait(ctx, nil)
		if err != nil {
			k.stop(err)
			return
		}
		conn, err := dial(ctx, lead.address, k.config, k.hub, k.stats)
		switch {
		case err == nil:
			first = false
			if k.serve(ctx, lead.Done(), conn) >= k.config.StableAfter {
				pause.reset()
			}
		case first && (k.hopeless(err) || errors.Is(err, ErrLoginInUse)):
			k.stop(fmt.Errorf("ami: Config.ActionSessions: %w", err))
			return
		default:
			k.config.Logger.Warn("ami: no action session", "error", err)
			k.down(err)
		}
		if !pause.wait(ctx) {
			k.stop(ErrClosed)
			return
		}
	}
}

func (k *keeper) up(conn *Conn) {
	k.change(func() { k.conn, k.version = conn, conn.version })
}

func (k *keeper) down(err error) {
	k.change(func() { k.conn, k.err = nil, fmt.Errorf("%w: %w", errNotConnected, err) })
}

// stop makes err final; only the first call counts.
func (k *keeper) stop(err error) {
	k.change(func() { k.conn, k.over, k.err = nil, true, err })
}

func (k *keeper) change(mend func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.over {
		return
	}
	mend()
	close(k.changed)
	k.changed = make(chan struct{})
}

// live returns the connection, or nil.
func (k *keeper) live() *Conn {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.conn == nil || k.conn.dies() {
		return nil
	}
	return k.conn
}

func (k *keeper) why() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.conn == nil {
		return k.err
	}
	if k.conn.dies() {
		return fmt.Errorf("%w: %w", errNotConnected, k.conn.cause)
	}
	return errNotConnected // a moment ago
}

func (k *keeper) final() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.over {
		return nil
	}
	return k.err
}

func (k *keeper) lastVersion() Version {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.version
}

// wait returns the connection as soon as there is one. A nil stop never ends it.
func (k *keeper) wait(ctx context.Context, stop <-chan struct{}) (*Conn, error) {
	for {
		k.mu.Lock()
		conn, changed, over, err := k.conn, k.changed, k.over, k.err
		k.mu.Unlock()
		switch {
		case over:
			return nil, err
		case conn != nil && !conn.dies():
			return conn, nil
		}
		select {
		case <-changed:
		case <-stop:
			return nil, ErrClosed
		case <-ctx.Done():
			return nil, fmt.Errorf("ami: %w: %w", ended(ctx), k.why())
		}
	}
}

// backoff is the pause between attempts: it doubles, and half of it is random,
// so that the clients of a server that restarts do not come all at once.
type backoff struct {
	least, most time.Duration
	next        time.Duration
}

func (b *backoff) reset() { b.next = 0 }

// wait pauses, and reports false when ctx has ended.
func (b *backoff) wait(ctx context.Context) bool {
	b.next = min(max(b.least, b.next), b.most)
	pause := b.next/2 + rand.N(b.next/2+1)
	b.next *= 2
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
