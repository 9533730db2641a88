package asyncagi

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
)

// whereabouts is what Asterisk says of the channel of a call.
type whereabouts int

const (
	unknown whereabouts = iota // it could not be asked
	hungUp
	elsewhere // in the dialplan, or in a bridge
	inside    // in AsyncAGI
)

const leavesWithin = 3 // questions until a channel counts as inside although an event says that it has left

// takeEnd takes an event that says that a channel has left AsyncAGI, or has hung
// up. Asterisk is asked in either case: who knows the name and the Uniqueid of a
// call can write a whole event into a number. One whose pair is nobody's may be
// about the call that has the name, or the Uniqueid.
func (m *manager) takeEnd(p pair) {
	for _, c := range m.calls.of(p) {
		switch bound := m.calls.identity(c); {
		case bound != p:
			m.doubtEnd(c, bound.id)
		case c.dying: // it leaves at once
			m.depart(c, errHungUp)
		case c.isReleased():
			m.depart(c, errBroken)
		default:
			m.question(c)
		}
	}
}

// doubtEnd has Asterisk asked about a call of which an event had only the name
// or the Uniqueid. Such events are many for each call of a stranger, so this
// waits for its turn.
func (m *manager) doubtEnd(c *call, id string) {
	first, room := m.ends.add(id)
	if !room && m.tooMany.add() {
		c.log.Error("asyncagi: an end with text of a caller in it, one of too many to ask about")
	}
	if !first {
		return
	}
	m.tasks.Go(func() { // ends with its turn, or with serve
		alive := m.ends.wait(m.asking)
		m.ends.remove(id)
		if alive && c.suspect(suspicion{}) {
			m.resolve(c)
		}
	})
}

// question has Asterisk asked where the channel of a call is. Until that is
// known nothing is sent; without an answer the event counts.
func (m *manager) question(c *call) {
	m.calls.awaitStatus(c)
	if c.suspect(suspicion{sure: true}) {
		m.ask(c)
	}
}

func (m *manager) ask(c *call) {
	m.tasks.Go(func() { m.resolve(c) }) // ends when Asterisk has answered, or after askWithin
}

// resolve finds out where the channel of a call is, again for each event that
// came meanwhile.
func (m *manager) resolve(c *call) {
	for {
		s, more := c.nextSuspicion()
		if !more {
			return
		}
		if c.isAway() { // all is known of this session, and the events are another's
			m.passOn(c, s)
			continue
		}
		if !c.turn(m.asking, s.sure) {
			c.stopAsking()
			return
		}
		where := m.locate(c)
		next := c.takeNext()
		cause := m.answer(c, s, where, next)
		if cause != nil {
			m.depart(c, cause)
		}
		if c.isAway() {
			m.passOn(c, suspicion{next: next})
		}
	}
}

// answer returns why the session ends whose channel is there, or nil.
func (m *manager) answer(c *call, s suspicion, where whereabouts, next *restart) error {
	switch {
	case c.isAway():
		return nil
	case where == inside && m.enteredAgain(c, next):
		return m.missedEnd(c, c)
	case where == inside && s.moved != nil:
		c.arrived()
		return nil
	case where == inside, where == unknown && !s.sure:
		if m.falseEnds.add() {
			c.log.Warn("asyncagi: an event said that the call has ended, or begun again, which is not so: it has text of a caller in it")
		}
		return nil
	case s.moved != nil:
		return s.moved
	}
	return m.causeOf(c, where)
}

// passOn takes events again that came while the session ended.
func (m *manager) passOn(c *call, s suspicion) {
	if s.next != nil && m.startsAnew(s.next.who, s.next.event) {
		m.begin(s.next.who, s.next.event)
	}
	if s.sure {
		m.takeEnd(m.calls.identity(c))
	}
}

// enteredAgain reports whether a channel that is inside AsyncAGI has left it
// before, and begins another session. Asterisk says so by AGISTATUS, which it
// sets when a channel leaves.
func (m *manager) enteredAgain(c *call, next *restart) bool {
	who := m.calls.identity(c)
	if next == nil || next.who != who || !c.hasEnd() {
		return false
	}
	ctx, cancel := context.WithTimeout(m.ctx, askWithin)
	defer cancel()
	status, err := m.getvar(ctx, who.id, "AGISTATUS")
	return err == nil && status != ""
}

// depart ends a session whose channel is not in AsyncAGI any more.
func (m *manager) depart(c *call, cause error) {
	m.calls.remove(c)
	if c.left() {
		c.end(cause)
	}
}

// locate asks Asterisk. A channel that was redirected looks for a moment as if
// it had hung up, and one that has just left AsyncAGI as if it were inside, so
// both are asked about again. One that runs its h extension exists, and has
// hung up.
func (m *manager) locate(c *call) whereabouts {
	ctx, cancel := context.WithTimeout(m.ctx, askWithin)
	defer cancel()
	id := m.calls.identity(c).id
	where := unknown
	for i := range leavesWithin {
		if i > 0 && !pause(ctx, redirectTakes) {
			break
		}
		next, final := m.look(ctx, c, id)
		if final || next == hungUp && where == hungUp {
			return next
		}
		where = next
	}
	return where
}

// look asks once. The answer is final if it can't be that of a moment.
func (m *manager) look(ctx context.Context, c *call, id string) (where whereabouts, final bool) {
	if m.mayNotAsk.Load() {
		return unknown, true
	}
	hangup, err := m.getvar(ctx, id, "CHANNEL(checkhangup)")
	if err == nil && hangup != "0" {
		return hungUp, false
	}
	var data string
	if err == nil {
		data, err = m.getvar(ctx, id, applicationData)
	}
	switch {
	case errors.Is(err, ami.ErrNoSuchChannel):
		return hungUp, true
	case err != nil:
		return unknown, true
	case inAsyncAGI(data), m.runsApplication(c):
		return inside, false
	}
	return elsewhere, true
}

// runsApplication reports whether an application runs that a command has
// called, as EXEC does: Asterisk names that instead of AGI. It leaves AsyncAGI
// only after the result of the command.
func (m *manager) runsApplication(c *call) bool {
	command, _ := c.last()
	return (strings.EqualFold(command, "EXEC") || strings.EqualFold(command, "GOSUB")) && m.calls.waits(c)
}

// pause waits, and reports whether ctx lives.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
