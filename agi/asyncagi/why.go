package asyncagi

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
)

const (
	askWithin     = 5 * time.Second       // beyond it the channel has surely hung up
	redirectTakes = 50 * time.Millisecond // until pbx.c clears the sign of a redirection, and longer
)

// why finds out what made a channel leave AsyncAGI: the event does not tell.
// Without an answer it was the hangup, as mostly.
func (m *manager) why(c *call) error {
	id, swapped := m.calls.identity(c)
	command, failed := c.last()
	switch {
	case swapped:
		return fmt.Errorf("asyncagi: %s has put another channel in the place of this one", command)
	case strings.EqualFold(command, asyncBreak):
		return errBroken
	case !m.lives(id) && !(failed && c.failure()):
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

// lives reports whether a channel is known not to have hung up. One that was
// redirected looks for a moment as if it had, so that is asked twice. One that
// runs its h extension exists, and has.
func (m *manager) lives(id string) bool {
	ctx, cancel := context.WithTimeout(m.ctx, askWithin)
	defer cancel()
	for range 2 {
		if m.blind.Load() {
			return false
		}
		answer, err := m.session.Do(ctx, action.Getvar{Channel: id, Variable: "CHANNEL(checkhangup)"})
		switch {
		case errors.Is(err, ami.ErrPermissionDenied):
			m.blind.Store(true)
			return false
		case err != nil:
			return false
		case answer.Get("Value") == "0":
			return true
		}
		timer := time.NewTimer(redirectTakes)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return false
		}
	}
	return false
}

// last returns the command that was sent last, and whether it has failed.
func (c *call) last() (command string, failed bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.command, c.failed
}
