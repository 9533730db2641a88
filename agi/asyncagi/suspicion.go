package asyncagi

import "context"

// suspect notes an event that says that the channel has left, and reports
// whether nobody asks yet.
func (c *call) suspect(sure bool, moved error) (first bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.events++
	c.sure = c.sure || sure
	if moved != nil {
		c.moved = moved
	}
	if c.asking != nil {
		return false
	}
	c.asking = make(chan struct{})
	return true
}

// suspicion returns what was noted since the last time. When that is nothing,
// the asking is over.
func (c *call) suspicion() (sure bool, moved error, more bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.isAway() {
		c.events = 0 // all is known
	}
	sure, moved, more = c.sure, c.moved, c.events > 0
	c.events, c.sure = 0, false
	if !more {
		close(c.asking)
		c.asking = nil
	}
	return sure, moved, more
}

// suspected returns whether it is being asked where the channel is, and the end
// if another has taken its place.
func (c *call) suspected() (asked bool, moved error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.asking != nil, c.moved
}

// arrived notes that the channel is in AsyncAGI in the place of another.
func (c *call) arrived() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moved = nil
}

// settle waits while it is being asked where the channel is.
func (c *call) settle(ctx context.Context) {
	c.mu.Lock()
	asking := c.asking
	c.mu.Unlock()
	if asking == nil {
		return
	}
	select {
	case <-asking:
	case <-ctx.Done():
	}
}
