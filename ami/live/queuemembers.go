package live

import (
	"time"

	"github.com/asterisk-go/asterisk-go/event"
)

// takeMember takes an event of a member. All of them tell all of it; the name of the queue stands before all that
// strangers write.
func (q *queues) takeMember(s *state, ev event.Event) {
	switch e := ev.(type) {
	case event.QueueMemberStatus:
		q.describes(s, &e)
	case event.QueueMemberAdded:
		all := event.QueueMemberStatus(e)
		q.describes(s, &all)
	case event.QueueMemberPenalty:
		all := event.QueueMemberStatus(e)
		q.describes(s, &all)
	case event.QueueMemberRingInUse:
		all := event.QueueMemberStatus(e)
		q.describes(s, &all)
	case event.QueueMemberPause:
		q.describes(s, &event.QueueMemberStatus{
			Queue: e.Queue, MemberName: e.MemberName, Interface: e.Interface, StateInterface: e.StateInterface, Membership: e.Membership,
			Penalty: e.Penalty, CallsTaken: e.CallsTaken, LastCall: e.LastCall, LastPause: e.LastPause, LoginTime: e.LoginTime,
			Status: e.Status, Paused: e.Paused, PausedReason: e.PausedReason, RingInUse: e.RingInUse, WrapupTime: e.WrapupTime,
		})
	case event.QueueMemberRemoved:
		id := memberID{e.Queue, e.Interface}
		if q.isCertain(s, id) {
			if r := q.records[id]; r != nil {
				q.dismiss(s, id, r)
			}
			q.members.gone.add(memberKey(id.queue, id.iface), s.generation, s.isSyncing())
		}
	}
}

// isCertain reports whether an event of a member is to be believed. If it is not, lists tell what is so.
func (q *queues) isCertain(s *state, id memberID) bool {
	if s.doubt || id.queue == "" || id.iface == "" {
		s.want(PartQueues)
		return false
	}
	return true
}

func (q *queues) describes(s *state, e *event.QueueMemberStatus) {
	id := memberID{e.Queue, e.Interface}
	if !q.isCertain(s, id) {
		return
	}
	q.found(s, id)
	if q.queues.now(e.Queue) == nil {
		s.want(PartQueues)
	}
	m, r := q.member(s, id)
	if m == nil {
		return
	}
	m.Name, m.StateInterface, m.Membership = e.MemberName, e.StateInterface, e.Membership
	m.Penalty, m.Status, m.Paused, m.PausedReason = e.Penalty, e.Status, e.Paused, e.PausedReason
	if !m.Paused {
		m.PausedReason = "" // as Asterisk has it, though QueueMemberPause of 22 tells why the pause ended
	}
	m.LastPause, m.LoginTime, m.CallsTaken = e.LastPause, e.LoginTime, e.CallsTaken
	m.RingInUse, m.RingInUseKnown = e.RingInUse, true
	if e.LastCall != r.told { // else AgentComplete may have told of a later one
		m.LastCall, r.told = e.LastCall, e.LastCall
	}
	r.own = e.WrapupTime
	m.WrapupTime, m.WrapupTimeKnown = q.pause(id.queue, r.own)
}

// member returns a member to be written to, a new one if need be; nil if it does not fit.
func (q *queues) member(s *state, id memberID) (*QueueMember, *memberRecord) {
	r := q.records[id]
	if r == nil {
		r = &memberRecord{key: memberKey(id.queue, id.iface)}
	}
	m := q.members.touch(s, r.key)
	if m == nil {
		return nil, nil
	}
	m.Queue, m.Interface, m.key = id.queue, id.iface, r.key
	q.records[id] = r
	return m, r
}

// dismiss ends a member.
func (q *queues) dismiss(s *state, id memberID, r *memberRecord) {
	delete(q.records, id)
	for len(r.rings) > 0 {
		q.endRing(s, r.rings[0])
	}
	for len(r.talks) > 0 {
		q.endTalk(r.talks[0])
	}
	q.members.remove(s, r.key)
}

// pause is the wrap-up of a member whose own is as Asterisk says.
func (q *queues) pause(queue string, own time.Duration) (wrapup time.Duration, known bool) {
	switch {
	case own > 0:
		return own, true
	case q.wrapup == nil:
		return 0, false
	}
	return q.wrapup(queue)
}

// setWrapup takes what the wrap-up of queues is.
func (q *queues) setWrapup(s *state, of func(queue string) (time.Duration, bool)) {
	q.wrapup = of
	for id, r := range q.records {
		m := q.members.now(r.key)
		if d, known := q.pause(id.queue, r.own); d != m.WrapupTime || known != m.WrapupTimeKnown {
			m = q.members.amend(r.key)
			m.WrapupTime, m.WrapupTimeKnown = d, known
		}
	}
}
