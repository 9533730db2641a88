package pbx

import (
	"fmt"
	"strings"

	asterisk "github.com/asterisk-go/asterisk-go"
)

// local is a Local channel: two halves of which the first is called, and the second runs the dialplan. What happens at one is told
// to the other.
type local struct {
	one, two       *channel
	exten, context string
	telling        bool // it tells who is connected: Local channels may be connected in a circle
	number         int  // of Local channels before it
	updates        bool // the first half's bridge tells the second again who is connected
	optimizes      bool // without /n: it is left out once there is sound
}

// requestLocal makes a Local channel as 102@default/n.
func (m *Machine) requestLocal(name, linkedID string) (*outgoing, error) {
	number, letters, _ := strings.Cut(name, "/")
	exten, context, found := strings.Cut(number, "@")
	if !found {
		context = "default"
	}
	at := place{context, exten, 1}
	if m.plan.find(at) == nil {
		return nil, fmt.Errorf("%w: %s in %s", ErrNoExtension, exten, context)
	}
	device := "Local/" + exten + "@" + context
	l := &local{exten: exten, context: context, optimizes: !strings.Contains(letters, "n")}
	half := func(number int, state asterisk.ChannelState) *channel {
		c := &channel{at: at, identity: identity{
			name: fmt.Sprintf("%s-%08x;%d", device, m.unreal, number), device: device, local: l, state: state, linkedID: linkedID,
		}}
		m.add(c)
		linkedID = c.linkedID
		return c
	}
	l.number = m.locals
	m.locals++
	l.one, l.two = half(1, asterisk.ChannelDown), half(2, asterisk.ChannelRing)
	m.unreal++
	l.one.outgoing = true
	return &outgoing{channel: l.one, dialled: name}, nil
}

// callLocal has the second half run the dialplan. It takes over what is known of the first.
func (o *outgoing) callLocal() {
	l, m := o.local, o.machine
	for i := range l.one.variables {
		v := l.one.variables[len(l.one.variables)-1-i]
		l.two.set(v.name, v.value)
	}
	l.two.caller, l.two.connected = l.one.connected, l.one.caller
	l.two.publish()
	m.begin("LocalBridge", "call").told("LocalOne", l.one).told("LocalTwo", l.two).add("Context", l.context).add("Exten", l.exten).
		add("LocalOptimization", yesNo(l.optimizes)).send()
	l.two.thread = m.spawn(func(t *thread) { m.runDialplan(t, l.two) })
}

// other is the other half.
func (l *local) other(c *channel) *channel {
	if c == l.one {
		return l.two
	}
	return l.one
}

// tellState has the first half follow the second: that rings somewhere, or was answered.
func (l *local) tellState(c *channel, state asterisk.ChannelState) {
	if c == l.two && !l.one.gone && l.one.state != asterisk.ChannelUp {
		l.one.setState(state)
		l.one.wake()
		if l.one.dialler != nil {
			l.one.dialler.wake()
		}
	}
}

// tellConnected tells what is connected to the other half who is at this one's other end.
func (l *local) tellConnected(c *channel, who person) {
	other := l.other(c)
	if other.gone || l.telling {
		return
	}
	l.telling = true
	defer func() { l.telling = false }()
	other.caller = who
	switch {
	case other.bridge != nil:
		if peer := other.bridge.peer(other); peer != nil {
			peer.connect(who)
		}
	case c == l.two && l.one.dialler != nil:
		l.one.dialler.connect(who)
	case c == l.one:
		for _, out := range l.two.calls {
			if !out.done {
				out.connect(who)
			}
		}
	}
}

// tellEnd ends the other half.
func (l *local) tellEnd(c *channel) {
	if other := l.other(c); !other.gone {
		if status := c.plainValue("DIALSTATUS"); c == l.two && status != "" && c.machine.rules.localStatus {
			other.set("CHANLOCALSTATUS", status)
		}
		other.hangupRequest(c.cause, true, 0)
	}
}

// state is the state of a Local channel as a device.
func (m *Machine) localState(device string) string {
	for c := range m.channels.all() {
		if c.device == device && c.local != nil && !c.local.other(c).gone {
			return "INUSE"
		}
	}
	return "NOT_INUSE"
}
