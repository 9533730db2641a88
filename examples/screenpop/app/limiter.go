package app

import (
	"sync"
	"time"
)

// limiter counts what was tried under a key, as an address: burst at once, and one more after each pause.
type limiter struct {
	burst int
	pause time.Duration
	now   func() time.Time

	mu    sync.Mutex           // guards until
	until map[string]time.Time // when all that the key has tried is forgotten
}

// mostKeys bounds what a limiter remembers. With that many nobody new is let in: it takes as many addresses to get there.
const mostKeys = 10_000

func newLimiter(burst int, pause time.Duration) *limiter {
	return &limiter{burst: burst, pause: pause, now: time.Now, until: map[string]time.Time{}}
}

// take counts one more, or returns how long to wait for that.
func (l *limiter) take(key string) (wait time.Duration) {
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	until, known := l.until[key]
	if !known && len(l.until) >= mostKeys && !l.forget(now) {
		return l.pause
	}
	if until.Before(now) {
		until = now
	}
	until = until.Add(l.pause)
	if wait := until.Sub(now) - time.Duration(l.burst)*l.pause; wait > 0 {
		return wait
	}
	l.until[key] = until
	return 0
}

// forgive forgets what a key has tried.
func (l *limiter) forgive(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.until, key)
}

// forget makes room. The caller holds the lock.
func (l *limiter) forget(now time.Time) bool {
	for key, until := range l.until {
		if !until.After(now) {
			delete(l.until, key)
		}
	}
	return len(l.until) < mostKeys
}
