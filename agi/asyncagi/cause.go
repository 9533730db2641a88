package asyncagi

import (
	"fmt"
	"strings"
	"time"
)

const (
	askWithin     = 5 * time.Second       // beyond it the channel has surely hung up
	redirectTakes = 50 * time.Millisecond // until pbx.c clears the sign of a redirection, and longer
)

// causeOf is what made a channel leave AsyncAGI: the event does not tell. Without
// an answer it was the hangup, as mostly.
func (m *manager) causeOf(c *call, where whereabouts) error {
	command, failed := c.last()
	switch {
	case strings.EqualFold(command, asyncBreak):
		return errBroken
	case where != elsewhere && !(failed && c.failure()):
		return errHungUp
	case failed:
		return fmt.Errorf("asyncagi: %s has failed, upon which Asterisk leaves AGI(agi:async)", command)
	}
	return errLeft
}

// failure reports whether Asterisk says that a failed command was what ended
// the stay: a dialplan that hangs up next is faster than a question. It says so
// to users who read the class dialplan.
func (c *call) failure() bool {
	timer := time.NewTimer(endsWithin)
	defer timer.Stop()
	select {
	case status := <-c.status:
		return status == "FAILURE"
	case <-timer.C:
		return false
	}
}

// last returns the command that was sent last, and whether it has failed.
func (c *call) last() (command string, failed bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.command, c.failed
}
