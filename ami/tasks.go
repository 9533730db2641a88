package ami

import "sync"

// tasks is a WaitGroup that may be waited for while tasks are still started:
// those that come too late run at once, and find their session closed.
type tasks struct {
	mu     sync.Mutex // guards closed
	closed bool
	group  sync.WaitGroup
}

func (t *tasks) start(f func()) {
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

func (t *tasks) wait() {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	t.group.Wait()
}
