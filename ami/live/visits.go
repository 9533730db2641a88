package live

import (
	"cmp"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
)

// QueueVisit is one wait of a Party in a queue, and what came of it. It is seen with the right
// read=agent only.
type QueueVisit struct {
	Queue      string
	Party      string    `json:",omitempty"` // ID of the Party that waits
	Joined     time.Time `json:",omitzero"`
	Left       time.Time `json:",omitzero"`  // when the wait ended; zero while it goes on
	Answered   time.Time `json:",omitzero"`  // when a member began to talk with it; zero for none
	Member     string    `json:",omitempty"` // ID of the Party of the member who answered
	MemberName string    `json:",omitempty"` // the name of that member in the queue
	Interface  string    `json:",omitempty"` // what was dialled to reach that member, as PJSIP/101
	// Abandoned: the caller hung up while it waited. One that was neither answered nor abandoned has left for
	// another reason, as a timeout or a key. (Asterisk sends QueueCallerAbandon at a timeout, too.)
	Abandoned bool `json:",omitempty"`
}

// visit is the state's record of a QueueVisit.
type visit struct {
	QueueVisit
	caller, member *leg
}

const maxVisits = 100 // that a Call keeps

// queued returns the leg that an event of a queue is about, which has a Call; nil for none, and if the event can't be
// believed.
func (s *state) queued(c *event.ChannelSnapshot) *leg {
	l := s.pairs[event.Channel{Name: c.Channel, UniqueID: c.UniqueID}]
	if l == nil || l.call == nil || s.doubt {
		return nil
	}
	return l
}

// visiting returns the last visit of a leg to a queue, and shows what is done with it; nil for none.
func (s *state) visiting(l *leg, queue string) *visit {
	if l == nil {
		return nil
	}
	for i := len(l.call.visits) - 1; i >= 0; i-- {
		if v := &l.call.visits[i]; v.caller == l && v.Queue == queue {
			s.touchCall(l.call)
			return v
		}
	}
	return nil
}

func (s *state) joinsQueue(e *event.QueueCallerJoin) {
	l := s.queued(&e.ChannelSnapshot)
	if l == nil {
		return
	}
	if v := s.visiting(l, e.Queue); v != nil && v.Left.IsZero() {
		return // told twice
	}
	c := l.call
	if len(c.visits) >= maxVisits {
		c.visits = c.visits[1:]
		c.incomplete = true
	}
	c.visits = append(c.visits, visit{QueueVisit: QueueVisit{Queue: e.Queue, Joined: s.at}, caller: l})
	s.touchCall(c)
}

func (s *state) leavesQueue(e *event.QueueCallerLeave) {
	if v := s.visiting(s.queued(&e.ChannelSnapshot), e.Queue); v != nil && v.Left.IsZero() {
		v.Left = s.at
	}
}

func (s *state) abandons(e *event.QueueCallerAbandon) {
	if v := s.visiting(s.queued(&e.ChannelSnapshot), e.Queue); v != nil && v.Answered.IsZero() && v.caller.leaving {
		v.Abandoned = true
	}
}

// connects takes that a member talks with a caller. The caller has left the queue before.
func (s *state) connects(e *event.AgentConnect) {
	v := s.visiting(s.queued(&e.ChannelSnapshot), e.Queue)
	if v == nil || !v.Answered.IsZero() {
		return
	}
	v.Answered, v.MemberName, v.Interface = s.at, e.MemberName, e.Interface
	v.member = s.pairs[event.Channel{Name: e.Dest.Channel, UniqueID: e.Dest.UniqueID}]
}

// endVisits ends the waits of a leg, where it is known only that it does not wait any more.
func (s *state) endVisits(l *leg) {
	if l.call == nil {
		return
	}
	for i := range l.call.visits {
		if v := &l.call.visits[i]; v.caller == l && v.Left.IsZero() {
			v.Left = s.at
			s.touchCall(l.call)
		}
	}
}

// visits makes the QueueVisits of a Call. They are there until it is called again.
func (s *state) visits(c *call) []QueueVisit {
	all := s.scratch.visits[:0]
	for i := range c.visits {
		v := &c.visits[i]
		v.Party, v.Member = cmp.Or(s.who(c, v.caller), v.Party), cmp.Or(s.who(c, v.member), v.Member)
		all = append(all, v.QueueVisit)
	}
	s.scratch.visits = all
	return all
}
