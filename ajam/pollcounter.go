package ajam

import (
	"context"
	"sync"

	"github.com/asterisk-go/asterisk-go/internal/session"
)

// pollCounter lets snapshots wait for a poll: one that began after their lists had
// answered brings all events from before.
type pollCounter struct {
	wanted chan struct{} // holds a token while somebody waits

	mu     sync.Mutex // guards all below
	begun  uint64
	ended  uint64
	target uint64        // the poll that somebody waits for
	next   chan struct{} // closed at the end of a poll
}

func newPollCounter() pollCounter {
	return pollCounter{wanted: make(chan struct{}, 1), next: make(chan struct{})}
}

// begin counts a poll. An urgent one is waited for, and so must not wait.
func (p *pollCounter) begin() (ticket uint64, urgent bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.wanted:
	default:
	}
	p.begun++
	return p.begun, p.begun <= p.target
}

func (p *pollCounter) finish(ticket uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = ticket
	close(p.next)
	p.next = make(chan struct{})
}

// wait returns after a poll that begins from now on.
func (p *pollCounter) wait(ctx context.Context, life context.Context) error {
	p.mu.Lock()
	target := p.begun + 1
	p.target = max(p.target, target)
	ended, next := p.ended, p.next
	p.mu.Unlock()
	select {
	case p.wanted <- struct{}{}:
	default:
	}
	for ended < target {
		select {
		case <-next:
		case <-life.Done():
			return context.Cause(life)
		case <-ctx.Done():
			return session.Ended(ctx)
		}
		p.mu.Lock()
		ended, next = p.ended, p.next
		p.mu.Unlock()
	}
	return nil
}
