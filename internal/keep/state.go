package keep

import (
	"context"
	"fmt"

	"github.com/asterisk-go/asterisk-go/internal/show"
)

// Live returns the life of now, or false.
func (k *Keeper[L]) Live() (life L, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.life, k.there && k.life.Err() == nil
}

// Last returns the latest life, ended or not; false when there was none yet.
func (k *Keeper[L]) Last() (life L, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.life, k.address != ""
}

func (k *Keeper[L]) lastAddress() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.address
}

// Why says why there is no life.
func (k *Keeper[L]) Why() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.there {
		return k.err
	}
	if err := k.life.Err(); err != nil {
		return fmt.Errorf("%w: %w", errNotConnected, err)
	}
	return errNotConnected // a moment ago
}

// Final is nil until there will be no life any more, and then why.
func (k *Keeper[L]) Final() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.over {
		return nil
	}
	return k.err
}

// Wait returns the life as soon as there is one. A nil stop never ends it.
func (k *Keeper[L]) Wait(ctx context.Context, stop <-chan struct{}) (L, error) {
	var none L
	for {
		k.mu.Lock()
		life, there, changed, over, err := k.life, k.there, k.changed, k.over, k.err
		k.mu.Unlock()
		switch {
		case over:
			return none, err
		case there && life.Err() == nil:
			return life, nil
		}
		select {
		case <-changed:
		case <-stop:
			return none, k.policy.Closed
		case <-ctx.Done():
			return none, show.Error(k.policy.Package, fmt.Errorf("%w: %w", Ended(ctx), k.Why()))
		}
	}
}
