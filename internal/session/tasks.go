package session

import "sync"

// Tasks is a WaitGroup that may be waited for while tasks are still started:
// those that come too late run at once, and find their session closed.
type Tasks struct {
	mu     sync.Mutex // guards closed
	closed bool
	group  sync.WaitGroup
}

// Start runs f on a goroutine that Wait waits for.
func (t *Tasks) Start(f func()) {
	t.mu.Lock()
	closed := t.closed
	if !closed {
		t.group.Go(f)
	}
	t.mu.Unlock()
	if closed {
		f()
	}
}

// Wait returns when all tasks have ended.
func (t *Tasks) Wait() {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	t.group.Wait()
}
