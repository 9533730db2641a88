package live

import (
	"slices"

	"github.com/asterisk-go/asterisk-go/event"
)

// enter returns the Participant that a leg is in a conference, to be written to; nil if it does not fit.
func (c *conferences) enter(s *state, l *leg, name string) (u *Participant, isNew bool) {
	if now := c.users.now(l.id); now != nil && now.Conference != name { // its end was not seen
		c.leave(s, l.id, true)
	}
	isNew = c.users.now(l.id) == nil
	if u = c.users.touch(s, l.id); u == nil || !isNew {
		return u, false
	}
	now := l.now()
	u.UniqueID, u.Conference, u.Channel, u.CallID = l.id, name, l.name(), now.CallID
	c.members[name] = append(c.members[name], l.id)
	c.rooms.amend(name)
	return u, true
}

// isIn reports whether a leg is in the bridge of a conference.
func (c *conferences) isIn(s *state, l *leg, name string) bool {
	r := s.rooms[l.now().BridgeID]
	return r != nil && !l.over && r.now().Creator == creator && r.now().Name == name
}

// settle ends a Participant whose end was told once its channel is not in the bridge of the conference any more: either is
// told first. So no event that a stranger has written as a whole ends another's.
func (c *conferences) settle(s *state, l *leg) {
	if c.leaving[l.id] && !c.isIn(s, l, c.users.now(l.id).Conference) {
		c.leave(s, l.id, false)
	}
}

// leave ends a Participant.
func (c *conferences) leave(s *state, id string, unseen bool) {
	u := c.users.touch(s, id)
	u.Left, u.NotSeen, u.Talking = s.at, unseen, false
	if unseen {
		c.users.end(c.users.entries[id]) // a list may have it again
	} else {
		c.users.remove(s, id)
	}
	delete(c.leaving, id)
	name := u.Conference
	c.members[name] = slices.DeleteFunc(c.members[name], func(member string) bool { return member == id })
	if len(c.members[name]) == 0 {
		delete(c.members, name)
	}
	c.rooms.amend(name)
}

// follow takes what has become of legs.
func (c *conferences) follow(s *state) {
	if len(c.users.entries) == 0 && len(c.early) == 0 {
		return
	}
	for _, l := range s.touched.legs {
		if l.over {
			delete(c.early, l.id)
		}
		u := c.users.now(l.id)
		switch {
		case u == nil:
		case l.over:
			c.leave(s, l.id, l.part.unseen)
		case c.leaving[l.id]:
			c.settle(s, l)
		case u.Channel != l.name() || u.CallID != l.now().CallID:
			draft := c.users.amend(l.id)
			draft.Channel, draft.CallID = l.name(), l.now().CallID
			c.rooms.amend(u.Conference)
		}
	}
}

// commit shows Participants first, then the conferences, which list them.
func (c *conferences) commit(s *state) {
	c.follow(s)
	c.backlog.serve(s, func(ev event.Event) {
		c.take(s, ev)
		c.present(s)
	})
	c.present(s)
}

// attend takes what has become of legs while nothing is shown. Events that have waited for them may be older than the lists that run.
func (c *conferences) attend(s *state) {
	c.follow(s)
	if c.backlog.skip(s) {
		s.want(PartConferences)
	}
}

// present shows what an event has changed.
func (c *conferences) present(s *state) {
	for _, e := range c.rooms.touched {
		r := e.draft
		r.Participants, r.Calls = nil, nil
		if e.gone {
			continue
		}
		r.Participants = slices.Clone(c.members[r.Name])
		for _, id := range r.Participants {
			if call := c.users.now(id).CallID; call != "" && !c.counted[call] {
				c.counted[call] = true
				r.Calls = append(r.Calls, call)
			}
		}
		clear(c.counted)
	}
	c.users.commit(s)
	c.rooms.commit(s)
}

func (c *conferences) renew() {
	c.rooms.renew()
	c.users.renew()
}

func (c *conferences) sweep(s *state, since uint64) {
	for id, e := range c.users.entries {
		if e.seen < since {
			c.leave(s, id, true)
		}
	}
	c.rooms.sweep(s, since)
	c.backlog.sweep(since)
}

func (c *conferences) withdraw(s *state) {
	for id := range c.users.entries {
		c.leave(s, id, true)
	}
	c.rooms.withdraw(s)
}

func (c *conferences) show(v *View) {
	v.conferences, v.participants = c.rooms.picture(), c.users.picture()
}

func (c *conferences) exceeded() bool { return c.rooms.over || c.users.over }

func (c *conferences) hasRoom() bool { return c.rooms.hasRoom() && c.users.hasRoom() }
