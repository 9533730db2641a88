package live

import (
	"slices"
	"strings"

	"github.com/asterisk-go/asterisk-go/event"
)

// parties makes the Parties of a Call of its legs. They are there until it is called again.
func (s *state) parties(c *call) []Party {
	all := s.scratch.parties[:0]
	for _, l := range c.legs {
		if l.first() != l || l.folded() {
			continue
		}
		all = append(all, s.party(l))
	}
	for _, g := range c.guests {
		all = append(all, g.party())
	}
	s.scratch.parties = all
	return all
}

// first returns the leg that stands for a Party: that which it began with, and of a Local channel
// the half that was dialled.
func (l *leg) first() *leg {
	for range maxHops {
		switch {
		case l.instead != nil && l.instead.call == l.call:
			l = l.instead
		case l.other != nil && l.isSecond() && l.other.call == l.call:
			l = l.other
		default:
			return l
		}
	}
	return l
}

// maxHops ends the way through Local channels that lead to each other.
const maxHops = 16

// isSecond reports whether it is the half of a Local channel that runs the dialplan.
func (l *leg) isSecond() bool {
	return l.other != nil && strings.HasSuffix(l.name(), ";2")
}

// folded reports whether it is half of a Local channel between two others.
func (l *leg) folded() bool { return l.other != nil && l.part.attached && l.other.part.attached }

// last is the leg that has taken the place of others.
func (l *leg) last() *leg {
	for range maxHops {
		i := slices.IndexFunc(l.call.legs, func(other *leg) bool { return other.instead == l })
		if i < 0 {
			return l
		}
		l = l.call.legs[i]
	}
	return l
}

// party makes the Party that begins with a leg.
func (s *state) party(l *leg) Party {
	last := l.last()
	now := last.now()
	p := last.part.party(now)
	p.ID, p.Began, p.Dialled, p.Number = l.id, l.part.began, l.part.dialled, last.number
	p.Ringing, p.Result = l.part.ringing, l.part.status
	if p.Answered = l.part.answered; p.Answered.IsZero() {
		p.Answered = last.part.answered
	}
	if by := last.part.pickedUp; by != nil && by.call == l.call {
		p.PickedUp = by.first().id
	}
	if by := s.caller(l); by != nil && (by.call == l.call || by.call == nil) {
		p.DialledBy = by.first().id
	}
	return p
}

// caller returns the leg that called another, as people see it; nil for none. Once that is no Local channel it stays so: who has
// transferred a Local channel on has called all the same.
func (s *state) caller(l *leg) *leg {
	if l.part.dialler == nil || l.part.caller != nil {
		return l.part.caller
	}
	by := s.behind(l.part.dialler, l)
	if by != nil && by.other == nil {
		l.part.caller = by
	}
	return by
}

// who is the ID of the Party of a Call that is meant by a leg; empty for none.
func (s *state) who(c *call, l *leg) string {
	if l == nil {
		return ""
	}
	if l = s.behind(l, nil); l == nil || l.call != c && !l.agent {
		return ""
	}
	return l.first().id
}

func (g *guest) party() Party {
	p := g.part.party(g.leg.now())
	p.ID, p.Agent, p.Number = g.leg.id, g.leg.now().Agent, g.leg.number
	return p
}

// party is what a channel and its part tell of a Party.
func (t *part) party(now *Channel) Party {
	return Party{ID: now.UniqueID, UniqueID: now.UniqueID, Channel: now.Name, Device: event.Device(now.Name), Side: now.Side, Number: now.CallerIDNum, Name: now.CallerIDName,
		Dialled: t.dialled, Began: t.began, Ringing: t.ringing, Answered: t.answered, Held: t.held, OnHold: now.OnHold, Left: t.left,
		Result: t.status, Cause: t.cause, NotSeen: t.unseen}
}

// behind returns who is meant by a leg that has dialled another: itself, or who is on the other side of it,
// if it is half of a Local channel between two; nil for nobody.
func (s *state) behind(l, dialled *leg) *leg {
	for range maxHops {
		if !l.folded() {
			return l
		}
		far := l.other
		switch next := s.peer(far); {
		case far.part.dialler != nil:
			l = far.part.dialler
		case next != nil:
			l = next
		default:
			return far.dialled(dialled)
		}
	}
	return nil
}

// peer returns the leg that is alone with another in a bridge; nil for none.
func (s *state) peer(l *leg) *leg {
	r := s.rooms[l.now().BridgeID]
	if l.over || r == nil || len(r.members) != 2 {
		return nil
	}
	if r.members[0] == l {
		return r.members[1]
	}
	return r.members[0]
}

// dialled returns the leg that one has dialled: the last that has answered, or else that lives, or else of all but one; nil
// for none.
func (l *leg) dialled(but *leg) (last *leg) {
	if l.call == nil {
		return nil
	}
	rank := func(l *leg) int {
		switch {
		case !l.part.answered.IsZero():
			return 2
		case !l.over:
			return 1
		}
		return 0
	}
	for _, other := range l.call.legs {
		if other.part.dialler == l && other != but && (last == nil || rank(other) >= rank(last)) {
			last = other
		}
	}
	return last
}

// conversations finds who hears whom: channels in one bridge, and in bridges that Local channels connect.
func (s *state) conversations(c *call) []Conversation {
	var found []Conversation
	seen := make(map[*room]bool)
	for _, l := range c.legs {
		if r := s.rooms[l.now().BridgeID]; r != nil && !l.over && !seen[r] && r.now().Talks() {
			if t := s.conversation(c, r, seen); len(t.Parties) > 1 || t.Conference != "" && len(t.Parties) > 0 {
				found = append(found, t)
			}
		}
	}
	return found
}

// conversation follows Local channels from one bridge to others.
func (s *state) conversation(c *call, from *room, seen map[*room]bool) (t Conversation) {
	seen[from] = true
	for rooms := []*room{from}; len(rooms) > 0; rooms = rooms[1:] {
		r := rooms[0]
		t.Bridges = append(t.Bridges, r.id)
		if r.now().isConference() {
			t.Conference = r.now().Name
		}
		for _, l := range r.members {
			if l.folded() {
				if l.call != c && r.now().isConference() {
					continue // it leads to others
				}
				far := s.rooms[l.other.now().BridgeID]
				if far != nil && !l.other.over && !seen[far] && far.now().Talks() {
					seen[far] = true
					rooms = append(rooms, far)
				}
				continue
			}
			if id := l.first().id; (l.call == c || l.agent) && !slices.Contains(t.Parties, id) {
				t.Parties = append(t.Parties, id)
			}
		}
	}
	return t
}
