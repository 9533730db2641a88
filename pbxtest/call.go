package pbxtest

import (
	"fmt"
	"net"

	"github.com/asterisk-go/asterisk-go/internal/pbx"
)

// Call is a call as one phone has it: what its user does and sees. It stays the same when the PBX moves the call elsewhere. All methods are safe
// for concurrent use. They return an error if the call is not in the state for it, which changes nothing, and net.ErrClosed after Close.
type Call struct {
	pbx             *PBX
	line            *pbx.Line
	answered, ended chan struct{}
	isAnswered      bool // guarded by the PBX's mutex
}

// newCall is the end of a line. The caller holds the mutex.
func (p *PBX) newCall(l *pbx.Line) *Call {
	c := &Call{pbx: p, line: l, answered: make(chan struct{}), ended: make(chan struct{})}
	p.calls[c] = struct{}{}
	l.Changed = c.changed
	c.changed()
	return c
}

// changed tells what has become of the line.
func (c *Call) changed() {
	if c.line.Answered && !c.isAnswered {
		c.isAnswered = true
		close(c.answered)
	}
	if c.line.Ended {
		c.end()
	}
}

// end tells once that the call is over.
func (c *Call) end() {
	if _, lives := c.pbx.calls[c]; lives {
		delete(c.pbx.calls, c)
		close(c.ended)
	}
}

// endCalls ends all calls of phones, as a PBX does that is no more. The caller holds the mutex.
func (p *PBX) endCalls() {
	for c := range p.calls {
		c.line.Ended = true
		c.end()
	}
}

// Channel is the name that the channel had at the beginning of the call, as PJSIP/100-0000002a.
func (c *Call) Channel() string { return c.line.Channel }

// From is the number that the phone shows for a call that rang; empty if that is not known, and for a call of the phone's own.
func (c *Call) From() string { return c.line.From }

// Called is the number that was called by a provider; empty for others.
func (c *Call) Called() string { return c.line.Called }

// Answered is closed once the call was answered, by whichever side.
func (c *Call) Answered() <-chan struct{} { return c.answered }

// Ended is closed once the call is over, by whichever side, by Close or Restart.
func (c *Call) Ended() <-chan struct{} { return c.ended }

// Answer answers a call that rings.
func (c *Call) Answer() error { return c.act("answer", c.line.Answer) }

// Refuse refuses a call that rings, with a status of SIP: 486 for busy, 603 for declined.
func (c *Call) Refuse(status int) error {
	return c.act("refuse", func() error { return c.line.Refuse(status) })
}

// Hangup ends the call. One that rings is refused as declined, and one that nobody has answered yet is given up.
func (c *Call) Hangup() error { return c.act("hang up", c.line.Hangup) }

// Hold has the other party wait with music.
func (c *Call) Hold() error { return c.act("hold", c.line.Hold) }

// Resume ends a Hold; without one it does nothing.
func (c *Call) Resume() error { return c.act("resume", c.line.Resume) }

// Press presses keys, of 0-9, *, # and A-D: for a menu, or for a feature that the dialplan allows, as #72 to park the other party.
func (c *Call) Press(keys string) error {
	return c.act("press keys", func() error { return c.line.Press(keys) })
}

// Transfer sends the other party on to a number, by REFER. The call ends.
func (c *Call) Transfer(exten string) error {
	return c.act("transfer", func() error { return c.line.Refer(exten) })
}

// TransferTo connects the other party with that of a second call of the same phone, by REFER with Replaces. Both calls end. If the second call
// was not answered yet the other party waits for that.
func (c *Call) TransferTo(second *Call) error {
	return c.act("transfer", func() error { return c.line.ReferTo(second.line) })
}

func (c *Call) act(what string, do func() error) error {
	err := net.ErrClosed
	c.pbx.do(func() {
		if err = do(); err != nil {
			err = fmt.Errorf("pbxtest: %s %s: %w", what, c.line.Channel, err)
		}
	})
	return err
}
