package live

import (
	"cmp"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/event"
)

// dials takes that a channel, or a manager, calls another one. That one is in the Call of who calls,
// also where its Linkedid does not say so.
func (s *state) dials(e *event.DialBegin) {
	var by *leg
	if e.Channel != "" {
		by = s.describes(&e.ChannelSnapshot)
	}
	to := s.describes(&e.Dest)
	if to == nil || by == nil && e.Channel != "" {
		return
	}
	to.part.dialled = true
	if by == nil || by == to {
		s.callOf(to)
		return
	}
	to.part.dialler, to.part.attached, by.part.attached = by, true, true
	s.touch(to).DialledBy = by.id
	s.admitsDialled(by, to)
	s.callOf(to)
	s.callOf(by)
}

// admitsDialled puts a leg that its Linkedid has put into no Call, for that is an agent's, into the Call of who has dialled it, with its
// other half. The phone of an agent who waits is in none: then it begins one of its own.
func (s *state) admitsDialled(by, to *leg) {
	c := cmp.Or(to.call, by.call)
	if c == nil && by.other != nil && by.other.agent && !to.agent && to.wants == "" && s.threads[to.id] == nil {
		c = s.beginCall(to.id, to)
	}
	for _, l := range [...]*leg{to, to.other} {
		if c != nil && l != nil && l.call == nil && !l.agent && l.wants == "" {
			s.enlist(c, l)
		}
	}
}

func (s *state) callOf(l *leg) {
	if l.call != nil {
		s.touchCall(l.call)
	}
}

// picksUp takes that a channel takes the place of one that rings.
func (s *state) picksUp(e *event.Pickup) {
	by, sure := s.find(&e.ChannelSnapshot) // it comes late, so that nothing else is taken of what it says of the two
	target, sureOfTarget := s.find(&e.Target)
	if !sure || !sureOfTarget {
		return
	}
	by.part.pickedUp = target
	s.callOf(by)
	s.trade(by, target)
}

// trade takes that a channel has taken the place of another one that was in a bridge, parked while it rang: no event says that one has
// left, and the other one has entered. Pickup may come late, after the BridgeEnter of one that was in none.
func (s *state) trade(by, target *leg) {
	r := s.rooms[target.now().BridgeID]
	if r == nil {
		return
	}
	one, two := s.touch(by), s.touch(target)
	one.Context, two.Context = two.Context, one.Context
	one.Exten, two.Exten = two.Exten, one.Exten
	one.Priority, two.Priority = two.Priority, one.Priority
	s.exit(target)
	s.enter(by, r)
}

// dialled takes the result of a call to a channel. Where another has picked it up, it names that one.
func (s *state) dialled(e *event.DialEnd) {
	var by *leg
	if e.Channel != "" {
		by = s.describes(&e.ChannelSnapshot)
	}
	to := s.describes(&e.Dest)
	if to == nil {
		return
	}
	to.part.status = e.DialStatus
	if e.DialStatus == asterisk.DialAnswer && to.part.dialler == nil && by != nil {
		by.part.attached = true
	}
	s.callOf(to)
}
