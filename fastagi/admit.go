package fastagi

import "time"

// admit takes one of MaxSessions, and reports whether there was one in time.
func (c *conn) admit() bool {
	if c.life.slots == nil {
		return true
	}
	select {
	case c.life.slots <- struct{}{}:
		return true
	default:
	}
	if c.server.MaxWait == 0 {
		return false
	}
	c.state(StateWaiting)
	var late <-chan time.Time
	if c.server.MaxWait > 0 {
		timer := time.NewTimer(c.server.MaxWait)
		defer timer.Stop()
		late = timer.C
	}
	select {
	case c.life.slots <- struct{}{}:
		return true
	case <-late:
	case <-c.life.ctx.Done():
	}
	return false
}

func (c *conn) leave() {
	if c.life.slots != nil {
		<-c.life.slots
	}
}
