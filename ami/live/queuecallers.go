package live

import (
	"slices"

	"github.com/asterisk-go/asterisk-go/event"
)

// believes reports whether what an event says of a caller is to be believed. If it is not, lists tell what is so, unless
// that channel has ended.
func (q *queues) believes(s *state, c *event.ChannelSnapshot) bool {
	l, sure := s.find(c)
	if !sure && (l != nil || !s.ended.has(c.UniqueID)) {
		s.want(PartQueues)
	}
	return sure
}

func (q *queues) joins(s *state, e *event.QueueCallerJoin) {
	if !q.believes(s, &e.ChannelSnapshot) || e.Queue == "" {
		return
	}
	switch w := q.waiting[e.UniqueID]; {
	case w == nil:
	case w.queue == e.Queue && s.isSyncing(): // a list had it
		q.callers.sees(s, w.key)
		return
	default: // a Redirect took it away, of which no event of a queue tells
		q.drop(s, w, true)
	}
	if q.queues.now(e.Queue) == nil {
		s.want(PartQueues)
	}
	c := q.caller(s, e.Queue, e.UniqueID)
	if c == nil {
		return
	}
	c.Joined, c.Channel = s.at, e.Channel
	c.CallerIDNum, c.CallerIDName = e.CallerIDNum, e.CallerIDName
	c.ConnectedLineNum, c.ConnectedLineName = e.ConnectedLineNum, e.ConnectedLineName
	q.insert(s, e.Queue, e.UniqueID, e.Position)
	if d := q.queue(s, e.Queue); d != nil {
		d.Counts.Joined++
		q.agrees(s, d, e.Count)
	}
}

// executes takes that the dialplan of a channel goes on. If that waits, a Redirect has taken it away, of which no event of a queue
// tells, or the queue runs a subroutine on it: a list knows.
func (q *queues) executes(s *state, e *event.Newexten) {
	if q.waiting[e.UniqueID] == nil || e.Application == "Queue" || s.doubt {
		return
	}
	if s.pairs[event.Channel{Name: e.Channel, UniqueID: e.UniqueID}] != nil {
		s.want(PartQueues)
	}
}

func (q *queues) leaves(s *state, e *event.QueueCallerLeave) {
	if !q.believes(s, &e.ChannelSnapshot) {
		return
	}
	w := q.waiting[e.UniqueID]
	if w == nil {
		return
	}
	if w.queue != e.Queue {
		s.want(PartQueues)
		return
	}
	q.drop(s, w, false)
	if d := q.queues.now(e.Queue); d != nil {
		q.agrees(s, d, e.Count)
	}
}

func (q *queues) abandons(s *state, e *event.QueueCallerAbandon) {
	if !q.believes(s, &e.ChannelSnapshot) {
		return
	}
	w := q.waiting[e.UniqueID]
	if w == nil || w.queue != e.Queue {
		return
	}
	if c := q.callers.touch(s, w.key); c != nil && !c.Abandoned {
		c.Abandoned = true
		if d := q.queue(s, e.Queue); d != nil {
			d.Counts.Abandoned++
		}
	}
}

// agrees has lists run if an event has another number of callers. While lists run, what is known may be newer than it.
func (q *queues) agrees(s *state, d *Queue, count int) {
	if len(d.Callers) != count && !s.isSyncing() && !q.callers.exceeded() {
		s.want(PartQueues)
	}
}

// caller returns a caller to be written to, a new one if need be; nil if it does not fit.
func (q *queues) caller(s *state, queue, id string) *QueueCaller {
	w := q.waiting[id]
	if w == nil {
		w = &callerRecord{id: id, key: callerKey(queue, id), queue: queue}
	}
	c := q.callers.touch(s, w.key)
	if c != nil {
		c.Queue, c.UniqueID, c.key = queue, id, w.key
		q.waiting[id] = w
	}
	return c
}

// insert puts a caller at a place of a queue, from 1; 0 is the end.
func (q *queues) insert(s *state, queue, id string, position int) {
	if d := q.queues.now(queue); d != nil && position > 0 && position <= len(d.Callers) && d.Callers[position-1] == id {
		return
	}
	d := q.queue(s, queue)
	if d == nil {
		return
	}
	others := slices.DeleteFunc(append(make([]string, 0, len(d.Callers)+1), d.Callers...), func(other string) bool { return other == id })
	at := len(others)
	if position > 0 {
		at = min(at, position-1)
	}
	d.Callers = slices.Insert(others, at, id)
}

// drop ends a caller.
func (q *queues) drop(s *state, w *callerRecord, unseen bool) {
	for len(w.rings) > 0 {
		q.endRing(s, w.rings[0])
	}
	if q.callers.now(w.key) != nil {
		c := q.callers.touch(s, w.key)
		c.Left, c.NotSeen = s.at, unseen
		q.callers.remove(s, w.key)
	}
	delete(q.waiting, w.id)
	if d := q.queues.now(w.queue); d != nil && slices.Contains(d.Callers, w.id) {
		d = q.queues.amend(w.queue)
		d.Callers = slices.DeleteFunc(slices.Clone(d.Callers), func(other string) bool { return other == w.id })
	}
}

// follow takes what has become of a channel.
func (q *queues) follow(s *state, l *leg) {
	if l.over {
		q.endLinks(s, l)
	}
	w := q.waiting[l.id]
	switch {
	case w == nil:
	case l.over:
		q.drop(s, w, l.part.unseen)
	case l.now().BridgeID != "": // a manager has put it there, of which no event of a queue tells
		q.drop(s, w, true)
	default:
		if c := *q.callers.now(w.key); c.describe(l.now()) {
			*q.callers.amend(w.key) = c
		}
	}
}

// describe takes what a channel shows of a caller, and reports whether that is anything new.
func (c *QueueCaller) describe(l *Channel) bool {
	before := *c
	c.Channel = l.Name
	c.CallerIDNum, c.CallerIDName = l.CallerIDNum, l.CallerIDName
	c.ConnectedLineNum, c.ConnectedLineName = l.ConnectedLineNum, l.ConnectedLineName
	return *c != before
}
