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
			m.result(e)
		case event.AsyncAGIEnd:
			m.takeEnd(pair{e.Channel, e.UniqueID})
		case event.Hangup:
			m.takeEnd(pair{e.Channel, e.UniqueID})
		case event.Rename:
			m.calls.rename(pair{e.Channel, e.UniqueID}, e.NewName)
		case event.VarSet:
			if c := m.calls.hasFailed(pair{e.Channel, e.UniqueID}); c != nil {
				c.tell(e.Value)
			}
		case event.Gap:
			m.gap(e)
		}
	}
}

// result gives the result of a command to its call. A command may have put the
// channel in the place of another, as the application Pickup does, or another
// in its place: then the event has that one's name and Uniqueid, and what has
// become of it is asked.
func (m *manager) result(e event.AsyncAGIExec) {
	c := m.calls.answered(e.CommandID)
	if c == nil {
		return
	}
	now := pair{e.Channel, e.UniqueID}
	before := m.calls.identity(c)
	if now.name == before.name || now.name == "" { // a Uniqueid alone proves nothing
		c.take(e.Result)
		return
	}
	command, _ := c.last()
	cause := fmt.Errorf("asyncagi: %s has put another channel in the place of this one", command)
	if now.id == before.id {
		m.calls.rename(before, now.name)
		c.take(e.Result)
		return
	}
	if !m.calls.move(c, now) {
		c.take(e.Result)
		m.depart(c, cause)
		return
	}
	first := c.suspect(suspicion{sure: true, moved: cause}) // before the next command can be sent
	c.take(e.Result)
	if first {
		m.ask(c)
	}
}

// gap ends the sessions that may have missed something: a reply, or their end.
func (m *manager) gap(gap event.Gap) {
	if gap.Reason == event.GapDisconnected {
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
