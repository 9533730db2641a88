package asyncagi

import (
	"context"
	"fmt"

	"github.com/asterisk-go/asterisk-go/event"
)

// read gives each event to its call. It never waits for one.
func (m *manager) read() error {
	for {
		ev, err := m.sub.Next(context.Background())
		if err != nil {
			return err
		}
		switch e := ev.(type) {
		case event.AsyncAGIStart:
			m.start(e)
		case event.AsyncAGIExec:
			if c := m.calls.answered(e.CommandID, e.Uniqueid); c != nil {
				c.take(e.Result)
			}
		case event.AsyncAGIEnd:
			if c := m.calls.leave(e.Uniqueid); c != nil && c.left() {
				m.errands.Go(func() { c.end(m.why(c)) }) // ends when Asterisk has answered, or after askWithin
			}
		case event.VarSet:
			if c := m.calls.hasFailed(e.Uniqueid); c != nil {
				c.status <- e.Value // has a place: it is taken for one value
			}
		case event.Hangup:
			if c := m.calls.remove(e.Uniqueid); c != nil && c.left() {
				c.end(errHungUp)
			}
		case event.Gap:
			m.gap(e)
		}
	}
}

// start takes a channel that has entered AsyncAGI.
func (m *manager) start(e event.AsyncAGIStart) {
	c := newCall(m, e)
	earlier := m.calls.add(c)
	if earlier != nil && earlier.left() { // its end was not told, as with the action Bridge
		earlier.end(missedEnd(c))
	}
	if !m.open() {
		m.errands.Go(func() { m.turnAway(c, e) }) // ends when Asterisk has taken the commands
		return
	}
	// Ends with the handler; serve waits for it.
	go func() {
		defer m.handlers.Done()
		m.admit(c, e)
	}()
}

// missedEnd is why a session ended whose channel has begun another.
func missedEnd(next *call) error {
	if next.dying {
		return errHungUp
	}
	return errLeft
}

// gap ends the sessions that may have missed something: a reply, or their end.
func (m *manager) gap(gap event.Gap) {
	if gap.Reason == event.Disconnected {
		m.lose(fmt.Errorf("asyncagi: connection to Asterisk lost: %w", gap.Err))
		return
	}
	m.lose(fmt.Errorf("asyncagi: missed %d events: %s", gap.Missed, gap.Reason))
}

// lose ends all sessions. Their channels are still in AsyncAGI.
func (m *manager) lose(cause error) {
	for _, c := range m.calls.all() {
		c.end(cause)
	}
}
