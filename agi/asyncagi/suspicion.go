package asyncagi

import (
	"context"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
)

const betweenRounds = time.Second // of questions about one call that only doubtful events ask

// suspicion is what events say of a call that may have ended.
type suspicion struct {
	sure  bool     // one of them counts without an answer
	moved error    // the end, should the channel not be inside: another has taken its place
	next  *restart // the start that came

	any      bool          // there is one
	answered chan struct{} // closed when Asterisk has answered; nil unless sure
}

// restart is a start that names the channel of a call, or its name, or its
// Uniqueid.
type restart struct {
	who   pair
	event event.AsyncAGIStart
}

// suspect notes an event, and reports whether nobody asks yet.
func (c *call) suspect(s suspicion) (first bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.note(s)
}

// suspectRestart notes a start of the channel that the call has, or that has
// its name or its Uniqueid. It belongs to the end that is asked about; the first
// counts.
func (c *call) suspectRestart(who pair, e event.AsyncAGIStart) (first bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	next := &restart{who, e}
	if c.asked.sure {
		if c.asked.next == nil {
			c.asked.next = next
		}
		return false
	}
	return c.note(suspicion{next: next})
}

// note is called under the mutex.
func (c *call) note(s suspicion) (first bool) {
	p := &c.pending
	p.any = true
	if s.sure {
		p.sure = true
		c.ends = c.ends || s.moved == nil
		if p.answered == nil {
			p.answered = make(chan struct{})
		}
	}
	if s.moved != nil {
		c.moved = s.moved
	}
	if p.next == nil {
		p.next = s.next
	}
	if s.sure {
		select {
		case c.askNow <- struct{}{}:
		default:
		}
	}
	first, c.asking = !c.asking, true
	return first
}

// nextSuspicion returns what was noted since the last time, which has been
// answered. When that is nothing, the asking is over.
func (c *call) nextSuspicion() (s suspicion, more bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked.answer()
	c.asked, c.pending = c.pending, suspicion{}
	c.asked.moved = c.moved
	c.asking = c.asked.any
	return c.asked, c.asking
}

// takeNext returns the start that came until now. A later one is asked about
// in the next round.
func (c *call) takeNext() *restart {
	c.mu.Lock()
	defer c.mu.Unlock()
	next := c.asked.next
	c.asked.next, c.asked.sure = nil, false
	return next
}

// turn waits until Asterisk may be asked again: at once for an event that has
// the name and the Uniqueid of the call, else once a second. It reports whether
// ctx lives.
func (c *call) turn(ctx context.Context, sure bool) bool {
	c.mu.Lock()
	wait := time.Until(c.lastAsked.Add(betweenRounds))
	c.mu.Unlock()
	if !sure && wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-c.askNow:
		case <-ctx.Done():
			return false
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lastAsked = time.Now()
	return true
}

// stopAsking ends the asking without an answer.
func (c *call) stopAsking() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked.answer()
	c.pending.answer()
	c.asked, c.pending, c.asking = suspicion{}, suspicion{}, false
}

func (s suspicion) answer() {
	if s.answered != nil {
		close(s.answered)
	}
}

// over reports whether the session has ended, or will at once: a start of its
// channel takes nothing from it.
func (c *call) over() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.dying || c.released || c.cause != nil || c.isAway()
}

// hasEnd reports whether an event with the name and the Uniqueid of the call
// has said that it has ended.
func (c *call) hasEnd() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ends
}

// suspected returns whether it is being asked where the channel is, and the end
// if another has taken its place.
func (c *call) suspected() (asked bool, moved error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.asking, c.moved
}

// arrived notes that the channel is in AsyncAGI in the place of another.
func (c *call) arrived() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moved = nil
}

// awaitAnswers waits until Asterisk has answered about the ends that came so far, and
// not about later ones. Doubtful ends hold up nothing.
func (c *call) awaitAnswers(ctx context.Context) {
	c.mu.Lock()
	answered := c.pending.answered
	if answered == nil {
		answered = c.asked.answered
	}
	c.mu.Unlock()
	if answered == nil {
		return
	}
	select {
	case <-answered:
	case <-ctx.Done():
	}
}
