package gateway

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/event"
)

func (p *pbx) queue(q *live.Queue, now time.Time) *object {
	value := &message.Queue{Server: text(p.name), Name: text(q.Name), Waiting: len(q.Callers), Entered: q.Counts.Joined, Answered: q.Counts.Answered, Abandoned: q.Counts.Abandoned}
	for _, id := range q.Callers {
		if c := p.callers[pair{q.Name, id}]; c != nil && (value.Longest.IsZero() || c.Joined.Before(value.Longest)) {
			value.Longest = stamp(c.Joined)
		}
	}
	for iface := range p.teams[q.Name] {
		m := p.members[pair{q.Name, iface}]
		value.Members++
		if m.Free(now) {
			value.Free++
		}
		if len(m.RingingFor) > 0 {
			value.Ringing++
		}
		if m.InCall {
			value.InCall++
		}
		if m.Paused {
			value.Paused++
		}
	}
	return &object{key: key(message.KindQueue, p.name, q.Name), kind: message.KindQueue, server: p, value: value,
		seenBy: rightQueue.either(p.name, q.Name), source: source{name: q.Name}}
}

// spell is what a member does, and since when; zero if that was not seen.
type spell struct {
	state message.MemberState
	since time.Time
	until time.Time // of the pause after a call that is in the schedule
}

func (p *pbx) member(m *live.QueueMember, now time.Time) *object {
	at := pair{m.Queue, m.Interface}
	value := &message.Member{Server: text(p.name), Queue: text(m.Queue), Interface: deviceText(m.Interface), Device: deviceText(m.StateInterface), Name: text(m.Name),
		Status: m.Status.String(), State: memberState(m, now), Reason: text(m.PausedReason), Penalty: m.Penalty, CallsTaken: m.CallsTaken,
		LastCall: stamp(m.LastCall), Dynamic: m.Membership == "dynamic"}
	before, known := p.spells[at]
	if !known || before.state != value.State {
		before = spell{state: value.State, until: before.until}
		if known {
			before.since = now
		}
	}
	value.Since = stamp(before.since)
	until, _ := m.WrapupUntil()
	switch {
	case value.State == message.MemberPaused && !m.LastPause.IsZero():
		value.Since = stamp(m.LastPause)
	case value.State == message.MemberWrapup:
		value.Since, value.Until = stamp(m.LastCall), stamp(until)
	}
	if until.After(now) && !until.Equal(before.until) {
		before.until = until
		p.due.add(until, func(time.Time) {
			mark(p.dirty.members, at)
			mark(p.dirty.queues, at.queue)
		})
	}
	p.spells[at] = before
	o := &object{key: p.memberKey(at), kind: message.KindMember, server: p, value: value, source: source{member: m, name: m.Queue, device: memberDevice(m)}}
	o.seenBy = union(rightQueue.either(p.name, m.Queue), rightOwn.either(p.name, m.Interface))
	if m.StateInterface != "" {
		o.seenBy = union(o.seenBy, rightOwn.either(p.name, m.StateInterface))
	}
	return o
}

// memberDevice is the phone of a member, which is not what is dialled if that leads through the dialplan.
func memberDevice(m *live.QueueMember) string {
	if strings.HasPrefix(m.Interface, "Local/") && m.StateInterface != "" {
		return m.StateInterface
	}
	return m.Interface
}

// memberState finds out what a member does.
func memberState(m *live.QueueMember, now time.Time) message.MemberState {
	until, _ := m.WrapupUntil()
	switch {
	case m.InCall:
		return message.MemberInCall
	case len(m.RingingFor) > 0:
		return message.MemberRinging
	case m.Status == asterisk.DeviceUnavailable || m.Status == asterisk.DeviceInvalid:
		return message.MemberUnavailable
	case m.Paused:
		return message.MemberPaused
	case now.Before(until):
		return message.MemberWrapup
	case m.Status == asterisk.DeviceNotInUse || m.Status == asterisk.DeviceUnknown:
		return message.MemberFree
	}
	return message.MemberBusy
}

// memberKey is the key of a member. What is dialled to reach it may have a context of the dialplan in it, which it does not tell.
func (p *pbx) memberKey(at pair) string {
	iface := at.of
	if name, place, ok := strings.Cut(iface, "@"); ok && strings.HasPrefix(name, "Local/") {
		sum := sha256.Sum256([]byte(p.salt + place))
		iface = name + "~" + hex.EncodeToString(sum[:6])
	}
	return key(message.KindMember, p.name, at.queue, iface)
}

func (p *pbx) caller(c *live.QueueCaller) *object {
	callID := ""
	if channel := p.channels[c.UniqueID]; channel != nil {
		callID = channel.CallID
	}
	who, partyKey, device := p.who(c.UniqueID, callID, c.Channel)
	if who == (message.Who{}) {
		who = message.Who{Number: text(c.CallerIDNum), Name: text(c.CallerIDName)}
	}
	value := &message.Caller{Server: text(p.name), Queue: text(c.Queue), Party: partyKey, Who: who, Joined: stamp(c.Joined), Priority: c.Priority}
	if q := p.queues[c.Queue]; q != nil {
		value.Position = q.Position(c.UniqueID)
	}
	o := &object{key: key(message.KindCaller, p.name, c.Queue, c.UniqueID), kind: message.KindCaller, server: p, value: value,
		shares: []share{{device: device, open: true}}, seenBy: rightQueue.either(p.name, c.Queue), source: source{caller: c}}
	if p.doubts(c.UniqueID) {
		o.seenBy = rightDevice.either(p.name, device.name)
	}
	return o
}

// who finds out who is on a channel: number and name, the key of the Party, and the right by which that is seen.
func (p *pbx) who(uniqueID, callID, channel string) (who message.Who, partyKey string, device term) {
	device = term{rightDevice, p.name, event.Device(channel)}
	call := p.calls[callID]
	if call == nil {
		if c := p.channels[uniqueID]; c != nil {
			who = message.Who{Number: text(c.CallerIDNum), Name: text(c.CallerIDName)}
		}
		return who, "", device
	}
	i := slices.IndexFunc(call.Parties, func(party live.Party) bool {
		return party.Left.IsZero() && (party.UniqueID == uniqueID || party.ID == uniqueID)
	})
	if i < 0 {
		if c := p.channels[uniqueID]; c != nil {
			who = message.Who{Number: text(c.CallerIDNum), Name: text(c.CallerIDName)}
		}
		return who, "", device
	}
	party := &call.Parties[i]
	return message.Who{Number: text(party.Number), Name: text(party.Name)}, partyKeyOf(p.name, party.ID), device
}

// partyKeyOf is the key of a Party.
func partyKeyOf(server, id string) string { return key(message.KindParty, server, id) }
