package live

import (
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/event"
)

// leg is a channel, and what its Call keeps of it after its end.
type leg struct {
	id      string   // its Uniqueid
	shown   *Channel // nil before it was shown
	draft   *Channel // while an event is applied that touches it
	names   []string // all that it has had, the last one is that of now
	had     []string // Linkedids before that which it got in a bridge
	call    *call    // nil for none
	seen    uint64   // the generation in which it was last seen to live
	over    bool     // it has ended
	early   bool     // its Newchannel has not come so far: other events, as ParkedCall, overtake it, or it was missed
	leaving bool     // its end was asked for

	asked    bool           // a question about it waits
	item     *event.Status  // of a list after a loss of events, which has its name with another Uniqueid
	retries  int            // after answers that it lives, though it was said to have ended
	ending   bool           // a Hangup of it is not believed yet
	missing  bool           // a list did not have it, or had something unreadable in its place
	cause    asterisk.Cause // of that
	wants    string         // a Linkedid of another Call that is not believed yet
	part     part           // in its Call
	other    *leg           // of a Local channel, the other half
	instead  *leg           // that it has taken the place of
	agent    bool           // it is an agent's standing channel
	logged   bool           // it was one
	sessions []string       // the Linkedids that it has had as one
	homeless bool           // there was no room for a Call of it

	recordings recordings
	number     string // of who is there, as Config.Number has it
	fresh      bool   // its beginning was seen
	requested  bool   // who is there has hung up
}

// part is what a Call shows of a leg beside its channel.
type part struct {
	dialler  *leg // nil for none
	caller   *leg // who that was, as people see it; nil while it is not certain
	pickedUp *leg // whose ringing it took; nil for none
	dialled  bool // somebody has dialled it: a leg, or a manager
	attached bool // of a Local channel: this side is somebody's, not just the dialplan's
	began    time.Time
	ringing  time.Time
	answered time.Time
	held     time.Time // since when it puts the others on hold; zero when it does not
	left     time.Time
	status   asterisk.DialStatus
	cause    asterisk.Cause
	unseen   bool
}

// now is the channel as the event that is applied has it.
func (l *leg) now() *Channel {
	if l.draft != nil {
		return l.draft
	}
	return l.shown
}

func (l *leg) name() string { return l.names[len(l.names)-1] }

// touch returns the channel to be written to.
func (s *state) touch(l *leg) *Channel {
	if l.draft != nil {
		return l.draft
	}
	l.draft, s.spare = s.spare, nil
	if l.draft == nil {
		l.draft = new(Channel)
	}
	if l.shown != nil {
		*l.draft = *l.shown
	} else {
		*l.draft = Channel{}
	}
	s.touched.legs = append(s.touched.legs, l)
	return l.draft
}

// showLeg shows what has become of a channel.
func (s *state) showLeg(l *leg) {
	before, after := l.shown, l.draft
	l.draft = nil
	s.describeFurther(l, before, after)
	switch {
	case before != nil && *before == *after:
		s.spare = after
		return
	case before == nil && l.over: // it was never shown
		return
	}
	l.shown = after
	shows(s, &s.channels, before, after, l.over)
	if l.call != nil && (before == nil || after.concerns(before) || l.call.exten == "" && after.Exten != before.Exten) {
		s.touchCall(l.call)
	}
}

// begin adds a leg.
func (s *state) begin(c *event.ChannelSnapshot) *leg {
	if len(s.legs) >= s.limits.channels {
		s.limits.exceeded = true
		return nil
	}
	l := &leg{id: c.UniqueID, seen: s.generation, early: !s.begins(), fresh: s.begins()}
	s.legs[l.id] = l
	s.bind(l, c.Channel)
	l.part.began = s.at
	draft := s.touch(l)
	draft.UniqueID, draft.Name, draft.Began = l.id, c.Channel, s.at
	s.pair(l)
	if place, ok := displaced(c.Channel); ok {
		if l.instead = s.names[place]; l.instead != nil {
			s.takeOver(l, l.instead)
		}
	}
	return l
}

// pair finds the other half of a Local channel.
func (s *state) pair(l *leg) {
	if half := s.names[event.OtherHalf(l.name())]; half != nil {
		l.other, half.other = half, l
		s.callOf(l)
		s.callOf(half)
	}
}

// bind gives a leg a name, the one that it has now.
func (s *state) bind(l *leg, name string) {
	if holder := s.names[name]; holder != nil && holder != l {
		delete(s.names, name)
	}
	if len(l.names) > 0 && s.names[l.name()] == l {
		delete(s.names, l.name())
	}
	if len(l.names) == maxNames {
		delete(s.pairs, event.Channel{Name: l.names[0], UniqueID: l.id})
		l.names = append(l.names[:0], l.names[1:]...)
	}
	l.names = append(l.names, name)
	s.names[name] = l
	s.pairs[event.Channel{Name: name, UniqueID: l.id}] = l
}

const maxNames = 16

// forget takes a leg out of the indexes.
func (s *state) forget(l *leg) {
	delete(s.legs, l.id)
	for _, name := range l.names {
		delete(s.pairs, event.Channel{Name: name, UniqueID: l.id})
	}
	if s.names[l.name()] == l {
		delete(s.names, l.name())
	}
	s.ended.add(l.id, s.generation, s.syncing)
}

// forgetPast takes a leg that has left its Call out of the index of those that have ended. A channel that was taken to have ended, and
// came again, is there as another leg.
func (s *state) forgetPast(l *leg) {
	if s.past[l.id] == l {
		delete(s.past, l.id)
	}
}

// end ends a channel.
func (s *state) end(l *leg, cause asterisk.Cause, unseen bool) {
	if l.over {
		return
	}
	s.exit(l)
	s.closeRecordings(l, unseen)
	draft := s.touch(l)
	draft.Ended, draft.Cause, draft.NotSeen, draft.Doubtful = s.at, cause, unseen, false
	l.over, l.ending, l.wants = true, false, ""
	l.part.left, l.part.cause, l.part.unseen = s.at, cause, unseen
	s.forget(l)
	if l.agent {
		s.stands(l, false)
	}
	s.endVisits(l)
	if l.call != nil {
		s.past[l.id] = l
		s.touchCall(l.call)
	}
}
