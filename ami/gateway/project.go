package gateway

import (
	"slices"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

// project makes objects of what has changed.
func (p *pbx) project(s *state, now time.Time) {
	p.due.run(now)
	if p.dirty.server {
		p.dirty.server = false
		s.put(p.serverObject(s), now)
	}
	delete(p.dirty.calls, "")
	for len(p.dirty.calls) > 0 {
		for id := range p.dirty.calls {
			delete(p.dirty.calls, id)
			p.projectCall(s, id, now)
		}
	}
	each(p.dirty.devices, func(name string) {
		set(s, now, p.devices[name] != nil, key(message.KindDevice, p.name, name), func() *object { return p.device(p.devices[name]) })
	})
	each(p.dirty.members, func(at pair) {
		set(s, now, p.members[at] != nil, p.memberKey(at), func() *object { return p.member(p.members[at], now) })
		if p.members[at] == nil {
			delete(p.spells, at)
		}
	})
	each(p.dirty.queues, func(name string) {
		set(s, now, p.queues[name] != nil, key(message.KindQueue, p.name, name), func() *object { return p.queue(p.queues[name], now) })
	})
	each(p.dirty.callers, func(at pair) {
		set(s, now, p.callers[at] != nil, key(message.KindCaller, p.name, at.queue, at.of), func() *object { return p.caller(p.callers[at]) })
	})
	each(p.dirty.conferences, func(name string) {
		set(s, now, p.conferences[name] != nil, key(message.KindConference, p.name, name), func() *object { return p.conference(p.conferences[name]) })
	})
	each(p.dirty.parked, func(id string) {
		set(s, now, p.parked[id] != nil, key(message.KindParked, p.name, id), func() *object { return p.park(p.parked[id]) })
	})
}

// each takes all elements out of a set.
func each[K comparable](all map[K]struct{}, f func(K)) {
	for k := range all {
		f(k)
	}
	clear(all)
}

// set puts an object that there is, or drops it.
func set(s *state, now time.Time, there bool, key string, object func() *object) {
	if !there {
		s.drop(key, now)
		return
	}
	s.put(object(), now)
}

func (p *pbx) serverObject(s *state) *object {
	value := &message.Server{Name: text(p.name), State: message.ServerStale, Since: stamp(p.server.Since)}
	switch p.server.State {
	case live.ServerCurrent:
		value.State = message.ServerCurrent
	case live.ServerLost:
		value.State = message.ServerLost
	}
	k := key(message.KindServer, p.name)
	if r := s.records[k]; r != nil && value.State == message.ServerStale {
		if before := r.now.value.(*message.Server); before.State == value.State {
			value.Since = before.Since // that it comes back, and asks, makes what is shown no newer
		}
	}
	return &object{key: k, kind: message.KindServer, server: p, value: value, seenBy: rightAny.either(p.name, All)}
}

func (p *pbx) device(d *live.Device) *object {
	return &object{key: key(message.KindDevice, p.name, d.Name), kind: message.KindDevice, server: p,
		value:  &message.Device{Server: text(p.name), Name: deviceText(d.Name), State: d.State.String()},
		seenBy: rightDevice.either(p.name, d.Name), source: source{name: d.Name, device: d.Name}}
}

func (p *pbx) conference(c *live.Conference) *object {
	value := &message.Conference{Server: text(p.name), Name: text(c.Name), Locked: c.Locked, Recorded: c.Recorded, Began: stamp(c.Began)}
	o := &object{key: key(message.KindConference, p.name, c.Name), kind: message.KindConference, server: p, value: value,
		seenBy: rightConference.either(p.name, c.Name), source: source{name: c.Name}}
	for _, id := range c.Participants {
		in := p.participants[id]
		if in == nil {
			continue
		}
		doubtful := p.doubts(id)
		if !doubtful {
			value.Participants++
		}
		if len(o.shares) == maxShares {
			continue
		}
		who, partyKey, device := p.who(id, in.CallID, in.Channel)
		value.With = append(value.With, message.Participant{Party: partyKey, Who: who, Admin: in.Admin, Muted: in.Muted, Talking: in.Talking})
		o.shares = append(o.shares, share{device: device, open: true, doubtful: doubtful})
	}
	return o
}

// maxShares is how many elements of a list are considered: a variant has a bit for each.
const maxShares = 64

func (p *pbx) park(c *live.ParkedCall) *object {
	who, partyKey, device := p.who(c.UniqueID, c.CallID, c.Channel)
	value := &message.Parked{Server: text(p.name), Lot: text(c.ParkingLot), Space: c.ParkingSpace, Party: partyKey, Who: who, Since: stamp(c.Parked), TimesOut: stamp(c.TimesOut)}
	o := &object{key: key(message.KindParked, p.name, c.UniqueID), kind: message.KindParked, server: p, value: value,
		shares: []share{{device: device, open: true}}, source: source{parked: c}}
	if by := c.ParkerDialString; strings.Contains(by, "/") && !strings.Contains(by, "@") { // else it may be a place in the dialplan
		value.By = text(by)
		o.seenBy = rightDevice.either(p.name, by)
	}
	o.seenBy = union(o.seenBy, rightLot.either(p.name, c.ParkingLot))
	if p.doubts(c.UniqueID) {
		o.seenBy = rightDevice.either(p.name, device.name)
	}
	return o
}

// union is two sets of terms.
func union(a, b []term) []term {
	for _, t := range b {
		if !slices.Contains(a, t) {
			a = append(a, t)
		}
	}
	return a
}

// doubts reports whether a channel is doubtful.
func (p *pbx) doubts(uniqueID string) bool {
	c := p.channels[uniqueID]
	return c != nil && c.Doubtful
}

// deviceText is a device as it may be shown: of a Local channel without its context.
func deviceText(name string) string {
	if strings.HasPrefix(name, "Local/") {
		name, _, _ = strings.Cut(name, "@")
	}
	return text(name)
}

// stamp is a time as it is shown: to the millisecond.
func stamp(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC().Truncate(time.Millisecond)
}
