package live

import (
	"slices"

	"github.com/asterisk-go/asterisk-go/event"
)

// room is the state's record of a bridge.
type room struct {
	id      string
	shown   *Bridge // nil before it was shown
	draft   *Bridge
	members []*leg // in the order in which they came
	seen    uint64 // the generation in which it was last seen
	over    bool
	agents  bool // an agent's channel has come or gone since it was shown
}

func (r *room) now() *Bridge {
	if r.draft != nil {
		return r.draft
	}
	return r.shown
}

func (s *state) touchRoom(r *room) *Bridge {
	if r.draft == nil {
		r.draft = &Bridge{ID: r.id}
		if r.shown != nil {
			*r.draft = *r.shown
		}
		s.touched.rooms = append(s.touched.rooms, r)
	}
	return r.draft
}

// showRoom shows what has become of a bridge.
func (s *state) showRoom(r *room) {
	before, after := r.shown, r.draft
	r.draft = nil
	after.Channels = nil
	for _, l := range r.members {
		after.Channels = append(after.Channels, l.id)
	}
	switch {
	case r.over && before == nil:
		return
	case before != nil && !r.over && before.equal(after):
		return
	}
	r.shown = after
	shows(s, &s.bridges, before, after, r.over)
	if r.concernsMembers(before, after) {
		for _, l := range r.members {
			s.callOf(l)
		}
	}
	r.agents = false
}

// concernsMembers reports whether the Calls of all members show what has changed. Who comes into a conference, or goes, has a Call of
// their own, which shows that; it concerns the others only if there are two, for one who is alone with another may be who that talks to,
// or if it is an agent, who takes part in all of them.
func (r *room) concernsMembers(before, after *Bridge) bool {
	isSame := before != nil && before.Type == after.Type && before.Technology == after.Technology && before.Name == after.Name
	return !isSame || !after.isConference() || r.agents || len(r.members) <= 3
}

// room returns the record of a bridge, a new one if need be; nil for one that has gone, or
// does not fit into the limits.
func (s *state) room(b *event.BridgeSnapshot) *room {
	if r := s.rooms[b.BridgeUniqueID]; r != nil {
		if !s.doubt {
			r.seen = s.generation
		}
		if r.now().Type == "" && b.BridgeType != "" && !s.doubt { // a channel's item told of it first
			s.touchRoom(r).take(b)
		}
		return r
	}
	if b.BridgeUniqueID == "" || s.doubt || s.isOver(&s.gone, b.BridgeUniqueID) {
		return nil
	}
	if len(s.rooms) >= s.limits.bridges {
		s.limits.exceeded = true
		return nil
	}
	r := &room{id: b.BridgeUniqueID, seen: s.generation}
	s.rooms[r.id] = r
	s.touchRoom(r).take(b)
	return r
}

func (s *state) destroysBridge(b *event.BridgeSnapshot) {
	r := s.rooms[b.BridgeUniqueID]
	if s.doubt {
		return
	}
	if r == nil {
		s.gone.add(b.BridgeUniqueID, s.generation, s.syncing)
		return
	}
	s.destroy(r)
}

func (s *state) destroy(r *room) {
	for _, l := range slices.Clone(r.members) {
		s.exit(l)
	}
	s.touchRoom(r)
	r.over = true
	delete(s.rooms, r.id)
	s.gone.add(r.id, s.generation, s.syncing)
}

// enters takes that a channel is in a bridge now, and that all in it have one Linkedid if that
// makes one Call of them, of which no other event tells.
func (s *state) enters(e *event.BridgeEnter) {
	l, sure := s.find(&e.ChannelSnapshot)
	if l == nil {
		return
	}
	s.reaches(l, s.touch(l), e.ChannelState)
	if !sure {
		return
	}
	draft := s.touch(l)
	draft.take(&e.ChannelSnapshot)
	draft.OnHold = false // it was taken off hold when it left another one; applied late, what has put it on hold since follows
	r := s.room(&e.BridgeSnapshot)
	if r == nil {
		s.link(l, e.LinkedID)
		return
	}
	s.enter(l, r)
	bridge := r.now()
	if bridge.Type == agentHold {
		s.stands(l, true)
		if before := s.legs[e.SwapUniqueID]; before != nil && before != l && before.agent {
			draft.Agent, s.touch(before).Agent = before.now().Agent, ""
			s.stands(before, false)
		}
	}
	if !bridge.Joins() {
		s.link(l, e.LinkedID)
		return
	}
	for _, member := range r.members {
		if member.id != e.SwapUniqueID {
			s.link(member, e.LinkedID)
		}
	}
	if s.standing[e.LinkedID] > 0 || slices.ContainsFunc(r.members, (*leg).isFormer) {
		s.accompanies(r)
	}
}

// leaves takes that a channel is not in a bridge any more. Applied late, it does not take the channel
// out of another one.
func (s *state) leaves(e *event.BridgeLeave) {
	l, sure := s.find(&e.ChannelSnapshot)
	if l == nil {
		return
	}
	s.reaches(l, s.touch(l), e.ChannelState)
	if !sure {
		return
	}
	s.touch(l).take(&e.ChannelSnapshot)
	s.link(l, e.LinkedID)
	if l.now().BridgeID == e.BridgeUniqueID {
		s.exit(l)
	}
}

// enter puts a leg into a bridge, and out of the one that it is in.
func (s *state) enter(l *leg, r *room) {
	if l.now().BridgeID == r.id && slices.Contains(r.members, l) {
		return
	}
	s.exit(l)
	s.touch(l).BridgeID = r.id
	s.touchRoom(r)
	r.members, r.agents = append(r.members, l), r.agents || l.agent
	l.part.attached = true
}

// exit takes a leg out of its bridge.
func (s *state) exit(l *leg) {
	id := l.now().BridgeID
	if id == "" {
		return
	}
	draft := s.touch(l)
	draft.BridgeID, draft.OnHold = "", false // Asterisk takes it off hold
	r := s.rooms[id]
	if r == nil {
		return
	}
	s.touchRoom(r)
	r.members = slices.DeleteFunc(r.members, func(other *leg) bool { return other == l })
	r.agents = r.agents || l.agent
}
