package pbx

import (
	"fmt"

	asterisk "github.com/asterisk-go/asterisk-go"
)

// Transfer has a phone connect whom it talks to on one of its channels with whom it talks to, or calls, on another one. Both
// channels of the phone end.
func (p *Phone) Transfer(from, to string) error {
	orig, err := p.machine.channel(from)
	if err != nil {
		return err
	}
	second, err := p.machine.channel(to)
	if err != nil {
		return err
	}
	if orig.phone != p || second.phone != p || orig == second {
		return fmt.Errorf("%s and %s are no two channels of %s", from, to, p.device())
	}
	transferee := orig.bridge.peer(orig)
	if transferee == nil || orig.bridge.kind != basicBridge {
		return ErrNotTalking
	}
	orig.unhold()
	if second.bridge != nil {
		second.unhold()
	}
	if target := second.bridge.peer(second); target != nil && second.bridge.kind == basicBridge {
		p.machine.transferToBridge(orig, second, transferee, target)
	} else {
		p.machine.transferToApplication(orig, second, transferee)
	}
	return nil
}

// transferToBridge has whom orig talks to take the place of second.
func (m *Machine) transferToBridge(orig, second, transferee, target *channel) {
	from, to := orig.bridge, second.bridge
	tell := m.attended(orig, second, transferee, target)
	setAttended(orig, transferee)
	second.clearPeer()
	from.move(transferee)
	to.takeOut(second)
	to.replace(transferee, second)
	transferee.connect(target.caller)
	target.connect(transferee.caller)
	orig.sendAway()
	second.softHangup(softHangupDevice)
	second.wake()
	tell("Bridge", "DestBridgeUniqueid", to.id)
}

// softHangupDevice is the reason in SoftHangupRequest of a channel that its driver ends.
const softHangupDevice asterisk.Cause = 1

// setAttended sets who has transferred whom.
func setAttended(orig, transferee *channel) {
	orig.set("ATTENDEDTRANSFER", transferee.name)
	transferee.set("ATTENDEDTRANSFER", orig.name)
}

// transferToApplication has whom orig talks to take over what second does.
func (m *Machine) transferToApplication(orig, second, transferee *channel) {
	from := orig.bridge
	tell := m.attended(orig, second, transferee, nil)
	setAttended(orig, transferee)
	if room := m.roomOf(second); room != nil {
		user := room.users[second]
		room.describe("ConfbridgeLeave", nil).told("", second).add("Admin", yesNo(user.admin)).send()
		room.describe("ConfbridgeJoin", nil).told("", transferee).add("Admin", yesNo(user.admin)).add("Muted", yesNo(user.muted)).send()
	}
	if m.rules.transfereeFirst {
		from.leave(transferee)
	} else {
		orig.clearPeer()
		from.move(orig)
		from.leave(transferee)
	}
	orig.sendAway()
	application := second.application
	m.masquerade(second, transferee)
	transferee.sendAway()
	tell("App", "DestApp", application)
}

// masquerade has a channel take over what another one does, which gets what the first did: they change names.
func (m *Machine) masquerade(original, clone *channel) {
	connected, music := original.connected, original.music
	original.stopMusic()
	original.identity, clone.identity = clone.identity, original.identity
	m.byName[original.name], m.byName[clone.name] = original, clone
	swap := func(c *channel) *channel {
		switch c {
		case original:
			return clone
		case clone:
			return original
		}
		return c
	}
	for c := range m.channels.all() {
		for _, r := range c.records {
			r.locked = r.locked || r.a == original && r.stage == recordDials
			r.a, r.b = swap(r.a), swap(r.b)
		}
	}
	for _, c := range []*channel{original, clone} {
		if c.phone != nil {
			for i, other := range c.phone.channels {
				if swapped := swap(other); swapped != other && swapped.phone == c.phone {
					c.phone.channels[i] = swapped
				}
			}
		}
	}
	original.publish()
	clone.replaced = true
	if room := m.roomOf(original); room != nil {
		room.tellPeers()
	}
	if music {
		original.startMusic()
	}
	original.connect(connected)
	for _, out := range original.calls {
		if !out.done {
			out.connect(original.caller)
		}
	}
}

// tellReplaced tells of a channel what has become of it when another one took over what it did.
func (c *channel) tellReplaced() {
	if c.replaced {
		c.replaced = false
		c.publish()
	}
}

// attended returns what tells of an attended transfer, as those are now that take part.
func (m *Machine) attended(orig, second, transferee, target *channel) (tell func(kind string, lines ...string)) {
	return m.attendedIn(orig, second, transferee, target, orig.bridge, second.bridge)
}

func (m *Machine) attendedIn(orig, second, transferee, target *channel, from, to *bridge) (tell func(kind string, lines ...string)) {
	type party struct {
		prefix string
		c      *channel
		as     snapshot
		name   identity
		bridge *bridge
	}
	parties := []party{{prefix: "OrigTransferer", c: orig, bridge: from}, {prefix: "SecondTransferer", c: second}, {prefix: "Transferee", c: transferee}}
	if target != nil {
		parties[1].bridge = to
		parties = append(parties, party{prefix: "TransferTarget", c: target})
	}
	for i := range parties {
		p := &parties[i]
		p.as, p.name = p.c.shown, p.c.identity
		if p.bridge != nil {
			before := *p.bridge
			p.bridge = &before
		}
	}
	return func(kind string, lines ...string) {
		w := m.begin("AttendedTransfer", "call").add("Result", "Success")
		for _, p := range parties {
			w.as(p.prefix, &channel{identity: p.name}, p.as)
			if p.bridge != nil {
				p.bridge.lines(w, p.prefix[:len(p.prefix)-len("Transferer")])
			}
		}
		w.add("IsExternal", "No").add("DestType", kind)
		for i := 0; i < len(lines); i += 2 {
			w.add(lines[i], lines[i+1])
		}
		w.send()
	}
}
