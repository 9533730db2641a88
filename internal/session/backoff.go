package session

import (
	"context"
	"math"
	"math/rand/v2"
	"time"
)

// Backoff is the pause between attempts: it doubles, and half of it is random,
// so that the clients of a server that restarts do not come all at once.
type Backoff struct {
	Least, Most time.Duration
	next        time.Duration
}

// Reset makes the next pause the shortest again.
func (b *Backoff) Reset() { b.next = 0 }

// Wait pauses, and reports false when ctx has ended.
func (b *Backoff) Wait(ctx context.Context) bool {
	b.next = max(0, min(max(b.Least, b.next), b.Most))
	pause := b.next/2 + rand.N(b.next/2+1)
	b.next = min(b.next, math.MaxInt64/2) * 2
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
