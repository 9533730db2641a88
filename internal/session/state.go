package session

import (
	"context"
	"fmt"

	"github.com/asterisk-go/asterisk-go/internal/show"
)

// Live returns the login of now, or false.
func (r *Reconnector[L]) Live() (login L, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.login, r.there && r.login.Err() == nil
}

// Last returns the latest login, ended or not; false when there was none yet.
func (r *Reconnector[L]) Last() (login L, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.login, r.address != ""
}

func (r *Reconnector[L]) lastAddress() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.address
}

// Why says why there is no login.
func (r *Reconnector[L]) Why() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.there {
		return r.err
	}
	if err := r.login.Err(); err != nil {
		return fmt.Errorf("%w: %w", errNotConnected, err)
	}
	return errNotConnected // a moment ago
}

// Ended is closed when Final is no longer nil.
func (r *Reconnector[L]) Ended() <-chan struct{} { return r.ended }

// Final is nil until there will be no login any more, and then why.
func (r *Reconnector[L]) Final() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.over {
		return nil
	}
	return r.err
}

// Wait returns the login as soon as there is one. A nil stop never ends it.
func (r *Reconnector[L]) Wait(ctx context.Context, stop <-chan struct{}) (L, error) {
	var none L
	for {
		r.mu.Lock()
		login, there, changed, over, err := r.login, r.there, r.changed, r.over, r.err
		r.mu.Unlock()
		switch {
		case over:
			return none, err
		case there && login.Err() == nil:
			return login, nil
		}
		select {
		case <-changed:
		case <-stop:
			return none, r.policy.Closed
		case <-ctx.Done():
			return none, show.Error(r.policy.Package, fmt.Errorf("%w: %w", Ended(ctx), r.Why()))
		}
	}
}
