package live

import (
	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/event"
)

func (q *queues) listsQueue(s *state, e *event.QueueParams) {
	if s.doubt || !isItem(e) || e.Queue == "" {
		return
	}
	s.synthetic = true
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
	if s.doubt || !isItem(e) || e.Queue == "" || e.Location == "" {
		return
	}
	s.synthetic = true
	id := memberID{e.Queue, e.Location}
	m, r := q.member(s, id)
	if m == nil {
		return
	}
	m.Name, m.StateInterface, m.Membership = e.Name, e.StateInterface, e.Membership
	m.Penalty, m.Status, m.Paused, m.PausedReason = e.Penalty, e.Status, e.Paused, e.PausedReason
	m.LastPause, m.LoginTime, m.LastCall, m.CallsTaken = e.LastPause, e.LoginTime, e.LastCall, e.CallsTaken
	r.told, r.own = e.LastCall, e.WrapupTime
	m.WrapupTime, m.WrapupKnown = q.pause(id.queue, r.own)
	switch {
	case e.InCall:
		r.listed = len(r.talks) == 0 && r.ended != s.generation
	default:
		r.listed = false
		for _, t := range r.talks {
			if t.began < s.generation {
				q.endTalk(t)
			}
		}
	}
	q.relate(s, r)
}

// listsCaller takes a caller of a list. Its Channel stands before all that strangers write, and its Uniqueid is that
// of this channel. An item that a stranger's text has cut is no item: it only keeps what is there.
func (q *queues) listsCaller(s *state, e *event.QueueEntry) {
	id := e.UniqueID
	l := s.names[e.Channel]
	switch {
	case l != nil:
		id = l.id
	case s.doubt || id == "" || e.Channel == "" || s.isEnded(id):
		return
	}
	w := q.waiting[id]
	if !isItem(e) {
		if w != nil && w.queue == e.Queue && l != nil && s.isSyncing() {
			q.callers.sees(s, w.key)
		}
		return
	}
	s.synthetic = true
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
	q.insert(s, e.Queue, id, e.Position)
}

// isEnded reports whether a channel is known to have ended while lists run.
func (s *state) isEnded(uniqueID string) bool {
	return s.ended.has(uniqueID) && max(s.ended.now[uniqueID], s.ended.before[uniqueID]) == s.generation
}

func (q *queues) renew() {
	clear(q.missing)
	q.queues.renew()
	q.members.renew()
	q.callers.renew()
}

// loses takes that events are missing. Of what they told nothing is left but what channels show.
func (q *queues) loses(s *state) {
	q.lost = true
	for _, k := range q.rings {
		if k.member == nil {
			q.endRing(s, k)
		}
	}
	for _, k := range q.talks {
		if k.member == nil {
			q.endTalk(k)
			q.relate(s, k.of)
		}
	}
}

func (q *queues) sweep(s *state, since uint64) {
	q.lost = false
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
	for _, k := range q.rings {
		if k.began < since && k.member != nil && k.member.now().State == asterisk.ChannelUp {
			q.endRing(s, k)
		}
	}
}

func (q *queues) withdraw(s *state) { q.sweep(s, ^uint64(0)) }
