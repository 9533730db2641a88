package asyncagi

import (
	"sync"
	"time"
)

// questionsPerSecond bounds what strangers make us ask: each call of theirs can
// have an event that can't be believed.
const questionsPerSecond = 20

// budget counts the questions about doubtful events. The zero value has not
// been used.
type budget struct {
	mu    sync.Mutex // guards all below
	since time.Time
	used  int
}

// allow reports whether one more may be asked now.
func (b *budget) allow() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if now := time.Now(); now.Sub(b.since) >= time.Second {
		b.since, b.used = now, 0
	}
	b.used++
	return b.used <= questionsPerSecond
}
