package pbxtest

import (
	"fmt"
	"net"
	"strings"

	"github.com/asterisk-go/asterisk-go/internal/pbx"
)

// Call is a call as one phone has it: what its user does and sees. It stays the same when the PBX connects the phone with somebody else. All
// methods are safe for concurrent use. An error says that the call is not in the state for it, and that nothing was changed; after Close it is
// net.ErrClosed.
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

// Channel is the name that the phone's channel had at the beginning of the call, as PJSIP/100-0000002a.
func (c *Call) Channel() string { return c.line.Channel }

// From is the number that the phone shows for a call that rang; empty if that is not known, and for a call of the phone's own.
func (c *Call) From() string { return c.line.From }

// To is the number that was dialled by a trunk, for a call that rings there; empty for others.
func (c *Call) To() string { return c.line.Called }

// Answered returns a channel that is closed once the call is answered, by whichever side. It stays open if the call ends before.
func (c *Call) Answered() <-chan struct{} { return c.answered }

// Ended returns a channel that is closed once the call is over, ended by whichever side, by Close or by Restart.
func (c *Call) Ended() <-chan struct{} { return c.ended }

// Answer answers a call that rings.
func (c *Call) Answer() error { return c.act("answer", c.line.Answer) }

// Reject rejects a call that rings, with a status of SIP from 400 to 699: 486 for busy, 603 for declined.
func (c *Call) Reject(status int) error {
	if err := checkStatus(status); err != nil {
		return fmt.Errorf("pbxtest: reject %s: %w", c.line.Channel, err)
	}
	return c.act("reject", func() error { return c.line.Refuse(status) })
}

// Hangup ends the call. One that rings is rejected as declined, and one that nobody has answered yet is given up.
func (c *Call) Hangup() error { return c.act("hang up", c.line.Hangup) }

// Hold puts the other party on hold, who hears music.
func (c *Call) Hold() error { return c.act("hold", c.line.Hold) }

// Resume ends a Hold; if there is none it does nothing.
func (c *Call) Resume() error { return c.act("resume", c.line.Resume) }

// Speak has the phone send sound from now on; phones are silent otherwise. Sound has Asterisk leave out a Local channel without /n through which it goes.
func (c *Call) Speak() error { return c.act("speak", c.line.Speak) }

// Press presses keys, of 0-9, *, # and A-D; any other is an error. They are for a menu, or for a feature that Dial or Queue allows: #1 transfers,
// *2 transfers after a question, #72 parks the other party.
func (c *Call) Press(keys string) error {
	if others := strings.Trim(keys, "0123456789*#ABCD"); others != "" {
		return fmt.Errorf("pbxtest: press keys: a phone has no keys %q", others)
	}
	return c.act("press keys", func() error { return c.line.Press(keys) })
}

// Transfer sends the other party on to an extension, by REFER: a blind transfer. The call ends. An extension that is not there is an error, and
// the call goes on.
func (c *Call) Transfer(exten string) error {
	return c.act("transfer", func() error { return c.line.Refer(exten) })
}

// TransferTo connects the other party with that of a second call of the same phone, by REFER with Replaces: an attended transfer. Both calls end.
// If the second call has not been answered yet the other party waits for that.
func (c *Call) TransferTo(second *Call) error {
	if second == nil || second.pbx != c.pbx {
		return fmt.Errorf("pbxtest: transfer %s: the second call is none of this PBX", c.line.Channel)
	}
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
