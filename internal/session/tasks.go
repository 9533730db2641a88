package session

import "sync"

// Tasks is a WaitGroup that may be waited for while tasks are still started:
// those that come too late run at once, and find their session closed, or not at all.
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

// Run runs f on the caller's goroutine, and Wait waits for it. If it comes too late,
// it runs nothing, and returns false.
func (t *Tasks) Run(f func()) bool {
	t.mu.Lock()
	closed := t.closed
	if !closed {
		t.group.Add(1)
	}
	t.mu.Unlock()
	if closed {
		return false
	}
	defer t.group.Done()
	f()
	return true
}

// Stop makes further tasks come too late.
func (t *Tasks) Stop() {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
}

// Wait is Stop, and returns when all tasks have ended.
func (t *Tasks) Wait() {
	t.Stop()
	t.group.Wait()
}
