package live

import (
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/event"
)

// find returns the leg that an event is about, and whether the event can be believed.
// It is nil for none: one that has ended, that is to be asked about first, or that
// does not fit into the limits. Strangers can write a Uniqueid into the events of their own
// channels, but not the name, which comes before all that is theirs. What follows a number of theirs
// may look like an event about any channel. Such an event is doubtful, and no more than a reason to ask.
func (s *state) find(c *event.ChannelSnapshot) (l *leg, sure bool) {
	if l := s.pairs[event.Channel{Name: c.Channel, UniqueID: c.UniqueID}]; l != nil {
		if l.early && s.begins() && !s.doubt {
			l.early = false
			s.callOf(l)
		}
		switch {
		case s.doubt:
			s.suspect(l)
			return l, false
		case l.now().Doubtful: // what was asked before may have had no answer
			s.askOf(l)
		}
		l.seen = s.generation
		l.item = nil
		return l, true
	}
	named := s.names[c.Channel]
	switch {
	case c.Channel != "" && named == nil && s.begins() && !s.doubt && (s.legs[c.UniqueID] != nil || s.ended.has(c.UniqueID)):
		s.ask(question{name: c.Channel, state: c.ChannelState, fresh: true}) // of these Uniqueids one was written by a stranger
		return nil, false
	case c.Channel == "" || s.isOver(&s.ended, c.UniqueID):
		return nil, false
	case named != nil: // under another Uniqueid
		s.suspect(named)
		if !s.doubt {
			named.seen = s.generation
			named.item = nil // this event is newer
		}
		return named, false
	case s.doubt || c.UniqueID == "" || s.legs[c.UniqueID] != nil:
		s.ask(question{name: c.Channel, state: c.ChannelState})
		return nil, false
	}
	if l = s.begin(c); l != nil {
		s.touch(l).take(c)
		s.placeNew(l, c.LinkedID)
	}
	return l, l != nil
}

// suspect asks for a channel, and shows it as doubtful, unless even its name may be a stranger's text.
func (s *state) suspect(l *leg) {
	if !s.doubt {
		s.touch(l).Doubtful = true
	}
	s.askOf(l)
}

// describes takes what a snapshot tells of its channel, and returns the leg if all of it
// is believed.
func (s *state) describes(c *event.ChannelSnapshot) *leg {
	l, sure := s.find(c)
	if l == nil {
		return nil
	}
	draft := s.touch(l)
	if !sure {
		s.reaches(l, draft, c.ChannelState) // it stands before all that strangers write
		return nil
	}
	s.reaches(l, draft, c.ChannelState)
	draft.take(c)
	s.link(l, c.LinkedID)
	return l
}

// reaches takes the state of a channel, unless a stranger may have written it.
func (s *state) reaches(l *leg, draft *Channel, state asterisk.ChannelState) {
	if s.doubt || draft.State == state && l.shown != nil {
		return
	}
	draft.State = state
	switch {
	case state == asterisk.ChannelRinging && l.part.ringing.IsZero():
		l.part.ringing = s.at
	case state == asterisk.ChannelUp && l.part.answered.IsZero():
		l.part.answered = s.at
		if !s.synthetic {
			draft.Answered = s.at
		}
	}
}

func (s *state) executes(e *event.Newexten) {
	if l := s.describes(&e.ChannelSnapshot); l != nil {
		draft := s.touch(l)
		draft.Application, draft.ApplicationData = e.Application, e.AppData
		s.goesOn(l)
	}
}

func (s *state) holds(c *event.ChannelSnapshot, holding bool) {
	l := s.describes(c)
	if l == nil {
		return
	}
	draft := s.touch(l)
	switch {
	case !holding:
		draft.Holding, l.part.held = false, time.Time{}
	case !draft.Holding:
		draft.Holding, l.part.held = true, s.at
	}
	if r := s.rooms[draft.BridgeID]; r != nil && r.now().Joins() && len(r.members) == 2 {
		for _, other := range r.members {
			if other != l {
				s.touch(other).OnHold = holding
			}
		}
	}
}

// isToEnd takes that a channel will end soon, and returns its leg if the event is believed.
func (s *state) isToEnd(c *event.ChannelSnapshot) *leg {
	l := s.describes(c)
	if l != nil {
		l.leaving = true
	}
	return l
}

// hangsUp takes the end of a channel. One that is not believed waits for an answer.
func (s *state) hangsUp(e *event.Hangup) {
	pair := event.Channel{Name: e.Channel, UniqueID: e.UniqueID}
	if s.pairs[pair] == nil && s.names[e.Channel] == nil {
		if !s.doubt && s.legs[e.UniqueID] == nil {
			s.ended.add(e.UniqueID, s.generation, s.syncing)
		}
		return
	}
	l, sure := s.find(&e.ChannelSnapshot)
	switch {
	case l == nil:
	case sure:
		s.link(l, e.LinkedID)
		s.touch(l).take(&e.ChannelSnapshot)
		s.end(l, e.Cause, false)
	default:
		l.ending, l.cause = true, e.Cause
	}
}

// renames takes another name for a channel. Rename overtakes other events, so that these
// may still have the name before.
func (s *state) renames(e *event.Rename) {
	l := s.pairs[event.Channel{Name: e.Channel, UniqueID: e.UniqueID}]
	switch {
	case e.NewName == "" || e.Channel == "":
	case l == nil && (s.names[e.Channel] != nil || s.legs[e.UniqueID] != nil):
		if named := s.names[e.Channel]; named != nil {
			s.suspect(named)
		} else {
			s.askOf(s.legs[e.UniqueID])
		}
	case l == nil:
	case s.doubt:
		s.suspect(l)
	case l.name() != e.NewName:
		l.seen = s.generation
		s.bind(l, e.NewName)
		s.pair(l) // it may have taken the place of half of a Local channel
		s.touch(l).Name = e.NewName
	}
}

// displaced returns the name of the channel that one with such a name is made to take the
// place of.
func displaced(name string) (string, bool) { return strings.CutPrefix(name, "AsyncGoto/") }
