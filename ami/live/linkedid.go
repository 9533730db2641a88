package live

import (
	"slices"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/event"
)

// placeNew finds the Call of a leg that was not there before. A Linkedid that an event of it
// names counts if it begins a Call, or if there is a sign that the channel was made for the one that it
// names.
func (s *state) placeNew(l *leg, linkedID string) {
	switch {
	case linkedID == "":
		s.suspect(l)
	case s.isMade(l, linkedID):
		s.place(l, linkedID)
	case s.syncing:
		l.wants = linkedID
		s.unplaced = append(s.unplaced, l)
	default:
		l.wants = linkedID
		s.suspect(l)
	}
}

// isMade reports whether a new leg may have a Linkedid without Asterisk being asked. Channels that
// call in have their own, and begin in the state Ring, which stands before all that a stranger can
// write; those that Asterisk makes have that of who asked for them, and their first event has no text of a stranger's.
func (s *state) isMade(l *leg, linkedID string) bool {
	of := s.threads[linkedID]
	switch {
	case linkedID == l.id && of != nil && s.begins() && !s.syncing: // nobody had it before, but a stranger who has written it
		return false
	case linkedID == l.id, of == nil:
		return true
	case l.other != nil && l.other.now().LinkedID == linkedID, l.instead != nil && l.instead.call == of:
		return true
	}
	switch e := s.event.(type) {
	case event.Newchannel:
		return e.ChannelState != asterisk.ChannelRing
	case event.Status:
		return isDialled(&e)
	}
	return s.meets(l, linkedID)
}

// meets reports whether a leg is in a bridge with one that has that Linkedid.
func (s *state) meets(l *leg, linkedID string) bool {
	r := s.rooms[l.now().BridgeID]
	if r == nil || !r.now().Joins() {
		return false
	}
	for _, other := range r.members {
		if other != l && other.call != nil && other.now().LinkedID == linkedID {
			return true
		}
	}
	return false
}

// place puts a leg that has no Call into that of its Linkedid, which may be a new one.
func (s *state) place(l *leg, linkedID string) {
	s.relink(l, linkedID)
	l.wants = ""
	if l.agent {
		s.reserve(l, linkedID)
	}
	if linkedID == "" || l.call != nil || l.agent || s.standing[linkedID] > 0 {
		return
	}
	c := s.threads[linkedID]
	if c != nil && linkedID == l.id && l.fresh && s.event == nil && !c.began.After(l.part.began) {
		s.evict(c, linkedID)
		c = nil
	}
	if c == nil {
		if c = s.beginCall(linkedID, l); c == nil {
			l.homeless = true
			return
		}
	}
	s.enlist(c, l)
}

// relink gives a leg another Linkedid. The one that it had before it met others in a bridge does not come back.
func (s *state) relink(l *leg, linkedID string) {
	draft := s.touch(l)
	if draft.LinkedID == linkedID {
		return
	}
	if _, enters := s.event.(event.BridgeEnter); enters && !s.syncing && draft.LinkedID != "" && len(l.had) < maxLinkedIDs {
		l.had = append(l.had, draft.LinkedID)
	}
	draft.LinkedID = linkedID
}

const maxLinkedIDs = 16 // of a channel that are remembered

// evict takes a Linkedid from a Call that has had it before there was the channel to which it belongs: a stranger has written it.
// Which Linkedids the channels of that Call have is asked for.
func (s *state) evict(c *call, linkedID string) {
	whole := c.id == linkedID
	for _, l := range c.legs {
		if whole {
			l.call = nil
			s.forgetPast(l)
		}
		if l.over || !whole && l.now().LinkedID != linkedID {
			continue
		}
		draft := s.touch(l)
		draft.LinkedID = ""
		if whole {
			draft.CallID = ""
		}
		s.suspect(l)
	}
	s.touchCall(c)
	delete(s.threads, linkedID)
	c.threads = slices.DeleteFunc(c.threads, func(thread string) bool { return thread == linkedID })
	if whole {
		s.unfinish(c)
		c.legs = nil
	}
}

// link takes the Linkedid that an event which is believed has for a leg. One of another Call would make one of two Calls.
// That is certain where the leg has met a channel of the older of them: in which bridge a channel is stands before all that
// strangers write. Else it is confirmed first. Nothing gives an old Linkedid back: an
// event that has one is late, but for those that are older than a list.
func (s *state) link(l *leg, linkedID string) {
	draft := l.now()
	if linkedID == "" || l.over || linkedID == draft.LinkedID && !l.homeless || linkedID == l.wants || !s.synthetic && !s.syncing && slices.Contains(l.had, linkedID) {
		return
	}
	of := s.threads[linkedID]
	merges := l.call != nil && of != nil && of != l.call && s.standing[linkedID] == 0 && !l.agent
	if merges && (of.began.After(l.call.began) || !s.meets(l, linkedID)) || l.call == nil && draft.Doubtful {
		l.wants = linkedID
		s.suspect(l)
		return
	}
	s.join(l, linkedID)
}

// join takes a Linkedid that is certain.
func (s *state) join(l *leg, linkedID string) {
	if linkedID == "" || l.over {
		return
	}
	if l.call == nil {
		s.place(l, linkedID)
		return
	}
	s.relink(l, linkedID)
	of := s.threads[linkedID]
	switch {
	case s.standing[linkedID] > 0, l.agent, of == l.call:
	case of == nil && len(l.call.threads) >= maxLegs:
	case of == nil:
		s.threads[linkedID] = l.call
		l.call.threads = append(l.call.threads, linkedID)
	default:
		s.merge(l.call, of)
	}
}

// stands takes that an agent's standing channel has begun or ended. Callers come and go on it, and all get its Linkedid,
// which is therefore no sign of a Call.
func (s *state) stands(l *leg, begins bool) {
	if l.agent == begins {
		return
	}
	l.agent = begins
	if !begins {
		s.agents--
		for _, linkedID := range l.sessions {
			if s.standing[linkedID]--; s.standing[linkedID] == 0 {
				delete(s.standing, linkedID)
			}
		}
		l.sessions, l.logged = nil, true
		if r := s.rooms[l.now().BridgeID]; r != nil && r.now().Joins() {
			s.accompanies(r)
		}
		return
	}
	s.agents++
	linkedID := l.now().LinkedID
	s.reserve(l, linkedID)
	delete(s.threads, linkedID)
	s.discharge(l)
	if l.other != nil {
		s.discharge(l.other)
	}
}

// goesOn gives a Call to an agent's channel that does something else after the agent has logged off, or to the other half of it: one of its own,
// as it had before the login. One that is to end needs none.
func (s *state) goesOn(l *leg) {
	other := l.other
	if l.call != nil || l.agent || l.leaving || !l.logged && (other == nil || !other.logged) || other != nil && other.agent {
		return
	}
	c := s.threads[l.id]
	switch {
	case other != nil && other.call != nil:
		c = other.call
	case c == nil:
		c = s.beginCall(l.id, l)
	}
	if c == nil {
		return
	}
	s.rejoins(c, l)
}

// reserve takes that all who meet an agent's channel get this Linkedid from now on: its own, or that of a caller who was there before
// the agent.
func (s *state) reserve(l *leg, linkedID string) {
	if linkedID != "" && !slices.Contains(l.sessions, linkedID) {
		l.sessions = append(l.sessions, linkedID)
		s.standing[linkedID]++
	}
}

// accompanies takes that who is in a bridge, and is in no Call because an agent's Linkedid tells none, is in that of the others. If none of
// them has a Call, a former agent gets one.
func (s *state) accompanies(r *room) {
	i := slices.IndexFunc(r.members, func(l *leg) bool { return l.call != nil })
	if i < 0 {
		if i = slices.IndexFunc(r.members, (*leg).isFormer); i < 0 {
			return
		}
		s.goesOn(r.members[i])
	}
	c := r.members[i].call
	if c == nil {
		return
	}
	for _, l := range r.members {
		if l.call == nil && !l.agent && l.wants == "" && (l.other == nil || !l.other.agent) {
			s.rejoins(c, l)
		}
	}
}

// isFormer reports whether a leg has no Call because it was an agent's channel.
func (l *leg) isFormer() bool { return l.logged && !l.agent && l.call == nil }

// rejoins puts a leg that an agent's Linkedid tells no Call of into one, in which it may have been as an agent, and the other half of a Local
// channel with it.
func (s *state) rejoins(c *call, l *leg) {
	if i := slices.IndexFunc(c.guests, func(g guest) bool { return g.leg == l && g.part.left.IsZero() }); i >= 0 {
		l.part = c.guests[i].part
		c.guests = slices.Delete(c.guests, i, i+1)
	}
	s.enlist(c, l)
	if other := l.other; other != nil && other.call == nil && !other.over && !other.agent && other.wants == "" {
		s.enlist(c, other)
	}
}

func (s *state) agentLogsIn(e *event.AgentLogin) {
	if l := s.describes(&e.ChannelSnapshot); l != nil {
		s.touch(l).Agent = e.Agent
		s.stands(l, true)
	}
}

func (s *state) agentLogsOff(e *event.AgentLogoff) {
	if l := s.describes(&e.ChannelSnapshot); l != nil && l.agent {
		s.touch(l).Agent = ""
		s.stands(l, false)
	}
}
