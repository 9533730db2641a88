package live

import (
	"slices"

	"github.com/asterisk-go/asterisk-go/event"
)

// link is a call of a queue to a member, for a caller: while the member is called, or while they talk.
type link struct {
	of             *memberRecord
	waiter         *callerRecord // while the member is called
	caller, member *leg          // nil if channels can't be seen
	callerID       string        // Uniqueids and names, as they were when it began
	callerName     string
	memberID       string
	memberName     string
	began          uint64 // the generation
}

// rung takes that a member is called.
func (q *queues) rung(s *state, e *event.AgentCalled) {
	if k := q.link(s, &e.ChannelSnapshot, &e.Dest, memberID{e.Queue, e.Interface}); k != nil && q.rings[k.memberID] == nil {
		w := q.waiting[k.callerID]
		if w == nil || w.queue != e.Queue || len(q.rings) >= q.members.limit {
			return
		}
		k.waiter = w
		w.rings, k.of.rings = append(w.rings, k), append(k.of.rings, k)
		q.rings[k.memberID] = k
		q.relate(s, k.of)
	}
}

// link returns what an event says that is to be believed; nil otherwise.
func (q *queues) link(s *state, caller, member *event.ChannelSnapshot, id memberID) *link {
	from, sure := q.leg(s, caller)
	if !sure {
		return nil
	}
	to, sure := q.leg(s, member)
	if !sure {
		return nil
	}
	r := q.records[id]
	if r == nil { // it is kept in a database, and was added without an event
		s.want(PartQueues)
		return nil
	}
	return &link{of: r, caller: from, member: to, callerID: caller.UniqueID, callerName: caller.Channel,
		memberID: member.UniqueID, memberName: member.Channel, began: s.generation}
}

// stopsRinging takes that the channel of a member is not called any more.
func (q *queues) stopsRinging(s *state, member *event.ChannelSnapshot) {
	if k := q.rings[member.UniqueID]; k != nil && !s.doubt && k.isMember(member) {
		q.endRing(s, k)
	}
}

func (q *queues) unanswered(s *state, e *event.AgentRingNoAnswer) {
	k := q.rings[e.Dest.UniqueID]
	if d := q.queues.now(e.Queue); d != nil && !s.doubt && q.records[memberID{e.Queue, e.Interface}] != nil {
		if w := q.waiting[e.UniqueID]; w != nil && w.queue == e.Queue {
			q.queue(s, e.Queue).Counts.RingNoAnswer++
		}
	}
	if k != nil && !s.doubt && k.isMember(&e.Dest) && k.isCaller(&e.ChannelSnapshot) {
		q.endRing(s, k)
	}
}

// connects takes that a member and a caller begin to talk.
func (q *queues) connects(s *state, e *event.AgentConnect) {
	k := q.link(s, &e.ChannelSnapshot, &e.Dest, memberID{e.Queue, e.Interface})
	if k == nil || q.talks[k.memberID] != nil {
		return
	}
	if ring := q.rings[k.memberID]; ring != nil {
		q.endRing(s, ring)
	}
	if len(q.talks) < q.members.limit {
		k.of.talks = append(k.of.talks, k)
		q.talks[k.memberID], q.talkers[k.callerID] = k, k
	}
	q.relate(s, k.of)
	if d := q.queues.now(e.Queue); d != nil {
		d = q.queue(s, e.Queue)
		d.Counts.Answered++
		d.Counts.HoldTime += e.HoldTime
	}
}

// completes takes the end of a talk. Fields of channels that have ended may be missing.
func (q *queues) completes(s *state, e *event.AgentComplete) {
	r := q.records[memberID{e.Queue, e.Interface}]
	if r == nil || s.doubt {
		return
	}
	i := slices.IndexFunc(r.talks, func(t *link) bool { return t.ends(e) })
	switch {
	case i >= 0:
		q.endTalk(r.talks[i])
	case !r.listed: // one that the model does not know of
		return
	}
	r.listed, r.ended = false, s.generation
	q.relate(s, r)
	q.members.touch(s, r.key).LastCall = s.at
	if d := q.queues.now(e.Queue); d != nil {
		d = q.queue(s, e.Queue)
		d.Counts.Completed++
		d.Counts.TalkTime += e.TalkTime
	}
}

// ends reports whether an event is the end of this talk. Local channels may have been optimized away meanwhile.
func (k *link) ends(e *event.AgentComplete) bool {
	caller, member := k.isCaller(&e.ChannelSnapshot), k.isMember(&e.Dest)
	switch {
	case caller && member, e.Channel == "" && e.Dest.Channel == "":
		return true
	case caller:
		return e.Dest.Channel == "" || isLocal(k.memberName)
	}
	return member && (e.Channel == "" || isLocal(k.callerName))
}

func (k *link) isCaller(c *event.ChannelSnapshot) bool {
	return isOf(k.caller, k.callerID, k.callerName, c)
}

func (k *link) isMember(c *event.ChannelSnapshot) bool {
	return isOf(k.member, k.memberID, k.memberName, c)
}

// isOf reports whether a snapshot is of a channel, which may have ended.
func isOf(l *leg, id, name string, c *event.ChannelSnapshot) bool {
	return c.UniqueID == id && (c.Channel == name || l != nil && slices.Contains(l.names, c.Channel))
}

func isLocal(name string) bool { return event.OtherHalf(name) != "" }

// isOver reports whether a talk can't go on. One of a Local channel that has ended may: it may have been optimized away.
func (k *link) isOver() bool {
	caller, member := k.caller != nil && k.caller.over, k.member != nil && k.member.over
	return caller && member || caller && !isLocal(k.callerName) || member && !isLocal(k.memberName)
}

// endRing takes that a member is not called any more.
func (q *queues) endRing(s *state, k *link) {
	delete(q.rings, k.memberID)
	k.of.rings = without(k.of.rings, k)
	k.waiter.rings = without(k.waiter.rings, k)
	q.relate(s, k.of)
}

// endTalk forgets a talk. The caller shows the member.
func (q *queues) endTalk(k *link) {
	delete(q.talks, k.memberID)
	if q.talkers[k.callerID] == k {
		delete(q.talkers, k.callerID)
	}
	k.of.talks = without(k.of.talks, k)
}

func without(all []*link, k *link) []*link {
	return slices.DeleteFunc(slices.Clone(all), func(other *link) bool { return other == k })
}

// relate shows for whom a member is called, and to whom it talks.
func (q *queues) relate(s *state, r *memberRecord) {
	m := q.members.edit(s, r.key)
	if m == nil {
		return
	}
	m.RingingFor, m.TalkingTo = callersOf(r.rings), callersOf(r.talks)
	m.InCall = r.listed || len(r.talks) > 0
}

func callersOf(links []*link) (ids []string) {
	for _, k := range links {
		ids = append(ids, k.callerID)
	}
	return ids
}
