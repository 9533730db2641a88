package live

import (
	"strings"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/event"
)

// reads reports whether an item can be read. What follows one that can't be is a stranger's text, perhaps: then an item
// shows no more than that something is still there.
func (q *queues) reads(s *state, item event.Event) bool {
	s.synthetic = true
	if s.doubt || !isItem(item) {
		q.unread = q.unread || s.isSyncing()
		return false
	}
	return true
}

func (q *queues) listsQueue(s *state, e *event.QueueParams) {
	switch {
	case !q.reads(s, e):
		return
	case q.unread:
		q.queues.sees(s, e.Queue)
		return
	}
	counted := q.queues.now(e.Queue) != nil
	d := q.queue(s, e.Queue)
	if d == nil {
		return
	}
	d.Strategy, d.Max, d.Weight, d.ServiceLevel = e.Strategy, e.Max, e.Weight, e.ServiceLevel
	d.HoldTime, d.TalkTime, d.Completed, d.Abandoned = e.HoldTime, e.TalkTime, e.Completed, e.Abandoned
	d.ServiceLevelPerf, d.ServiceLevelPerf2 = e.ServiceLevelPerf, e.ServiceLevelPerf2
	d.Counts.Incomplete = d.Counts.Incomplete || q.lost && counted
}

func (q *queues) listsMember(s *state, e *event.QueueMember) {
	id := memberID{e.Queue, e.Location}
	if !q.reads(s, e) {
		return
	}
	if q.unread {
		if r := q.records[id]; r != nil {
			q.members.sees(s, r.key)
		}
		return
	}
	lost := q.lost || !q.synced || q.records[id] == nil
	m, r := q.member(s, id)
	if m == nil {
		return
	}
	m.Name, m.StateInterface = e.Name, e.StateInterface
	if m.Membership != membershipRealtime || e.Membership != membershipStatic { // to a list members are static if they are not dynamic
		m.Membership = e.Membership
	}
	m.Penalty, m.Status, m.Paused, m.PausedReason = e.Penalty, e.Status, e.Paused, e.PausedReason
	m.LastPause, m.LoginTime, m.LastCall, m.CallsTaken = e.LastPause, e.LoginTime, e.LastCall, e.CallsTaken
	r.told, r.own = e.LastCall, e.WrapupTime
	m.WrapupTime, m.WrapupTimeKnown = q.pause(id.queue, r.own)
	switch { // events tell it better: to Asterisk a talk has ended once a Local channel is left out, or another one has
	case !e.InCall:
		r.listed = false
	case lost:
		r.listed = len(r.talks) == 0 && r.ended != s.generation
	}
	for _, t := range r.talks {
		if lost && !e.InCall && t.began < s.generation {
			q.endTalk(t)
		}
	}
	q.relate(s, r)
}

// listsCaller takes a caller of a list. Its Channel stands before all that strangers write, and its Uniqueid is that
// of this channel.
func (q *queues) listsCaller(s *state, e *event.QueueEntry) {
	if !q.reads(s, e) {
		return
	}
	id := e.UniqueID
	l := s.names[e.Channel]
	switch {
	case l != nil:
		id = l.id
	case id == "" || e.Channel == "" || s.isEnded(id) || q.unread:
		return
	}
	w := q.waiting[id]
	if q.unread && !q.isLikely(s, w, l, e) {
		return
	}
	if w != nil && w.queue != e.Queue {
		q.drop(s, w, false)
		w = nil
	}
	c := q.caller(s, e.Queue, id)
	if c == nil {
		return
	}
	if w == nil {
		c.Joined = s.at.Add(-e.Wait)
	}
	if c.Channel, c.Priority = e.Channel, e.Priority; l == nil {
		c.CallerIDNum, c.CallerIDName = e.CallerIDNum, e.CallerIDName
		c.ConnectedLineNum, c.ConnectedLineName = e.ConnectedLineNum, e.ConnectedLineName
	} else {
		c.describe(l.now())
	}
	position := e.Position
	if q.unread {
		position = 0
	}
	q.insert(s, e.Queue, id, position)
}

// isLikely takes an item that may be a stranger's text. It is used only for a channel that is not known to wait, and runs
// Queue for that queue, as Status says.
func (q *queues) isLikely(s *state, w *callerRecord, l *leg, e *event.QueueEntry) bool {
	if w != nil {
		if w.queue == e.Queue {
			q.callers.sees(s, w.key)
		}
		return false
	}
	c := l.now()
	name, _, _ := strings.Cut(c.ApplicationData, ",")
	return c.Application == "Queue" && name == e.Queue
}

// isEnded reports whether a channel is known to have ended while lists run.
func (s *state) isEnded(uniqueID string) bool {
	generation, has := s.ended.when(uniqueID)
	return has && generation == s.generation
}

func (q *queues) renew() {
	clear(q.missing)
	q.unread = false
	q.queues.renew()
	q.members.renew()
	q.callers.renew()
}

// sweep ends what was not seen. If an item could not be read it may have been of any, but for callers whose channel ended.
func (q *queues) sweep(s *state, since uint64) {
	q.lost, q.synced = false, true
	if !q.unread {
		q.clean(s, since)
	}
	for _, k := range q.rings {
		if k.began < since && k.member.leg.now().State == asterisk.ChannelUp {
			q.endRing(s, k)
		}
	}
}

func (q *queues) withdraw(s *state) { q.clean(s, ^uint64(0)) }

// clean ends what was not seen since a generation began.
func (q *queues) clean(s *state, since uint64) {
	for _, w := range q.waiting {
		if e := q.callers.entries[w.key]; e == nil || e.seen < since {
			q.drop(s, w, true)
		}
	}
	for id, r := range q.records {
		if e := q.members.entries[r.key]; e == nil || e.seen < since {
			q.dismiss(s, id, r)
		}
	}
	q.queues.sweep(s, since)
}
