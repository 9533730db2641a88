package live

import (
	"slices"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
)

// link is a call of a queue to a member, for a caller: while the member is called, or while they talk.
type link struct {
	of             *memberRecord
	waiter         *callerRecord // while the member is called
	caller, member side
	began          uint64 // the generation
	at             time.Time
}

// rung takes that a member is called.
func (q *queues) rung(s *state, e *event.AgentCalled) {
	if k := q.link(s, &e.ChannelSnapshot, &e.Dest, memberID{e.Queue, e.Interface}); k != nil && q.rings[k.member.id] == nil {
		w := q.waiting[k.caller.id]
		if w == nil || w.queue != e.Queue || len(q.rings) >= q.members.limit {
			return
		}
		k.waiter = w
		w.rings, k.of.rings = append(w.rings, k), append(k.of.rings, k)
		q.rings[k.member.id] = k
		q.relate(s, k.of)
	}
}

// link returns what an event says that is to be believed; nil otherwise.
func (q *queues) link(s *state, caller, member *event.ChannelSnapshot, id memberID) *link {
	from, sure := s.find(caller)
	if !sure {
		return nil
	}
	to, sure := s.find(member)
	if !sure {
		return nil
	}
	r := q.records[id]
	if r == nil { // it is kept in a database, and was added without an event
		s.want(PartQueues)
		return nil
	}
	return &link{of: r, caller: side{from.id, caller.Channel, from, false}, member: side{to.id, member.Channel, to, false}, began: s.generation, at: s.at}
}

// stopsRinging takes that the channel of a member is not called any more.
func (q *queues) stopsRinging(s *state, member *event.ChannelSnapshot) {
	if k := q.rings[member.UniqueID]; k != nil && !s.doubt && k.member.is(member) {
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
	if k != nil && !s.doubt && k.member.is(&e.Dest) && k.caller.is(&e.ChannelSnapshot) {
		q.endRing(s, k)
	}
}

// connects takes that a member and a caller begin to talk.
func (q *queues) connects(s *state, e *event.AgentConnect) {
	k := q.link(s, &e.ChannelSnapshot, &e.Dest, memberID{e.Queue, e.Interface})
	if k == nil || q.talks[k.member.id] != nil {
		return
	}
	if ring := q.rings[k.member.id]; ring != nil {
		q.endRing(s, ring)
	}
	if len(q.talks) < q.members.limit {
		k.of.talks = append(k.of.talks, k)
		q.talks[k.member.id], q.talkers[k.caller.id] = k, k
	}
	q.relate(s, k.of)
	if d := q.queues.now(e.Queue); d != nil {
		d = q.queue(s, e.Queue)
		d.Counts.Answered++
		d.Counts.HoldTime += e.HoldTime
	}
}

// completes takes the end of a talk. Fields of channels that have ended may be missing; and where a manager hangs up there is no
// such event at all.
func (q *queues) completes(s *state, e *event.AgentComplete) {
	r := q.records[memberID{e.Queue, e.Interface}]
	if r == nil || s.doubt {
		return
	}
	switch i := slices.IndexFunc(r.talks, func(t *link) bool { return t.ends(e) }); {
	case i >= 0:
		q.endTalk(r.talks[i])
	case !r.listed: // the end of its channel has ended it
		return
	}
	q.finishes(s, r, e.TalkTime)
}

// finishes takes the end of a talk of a member, which has just been forgotten.
func (q *queues) finishes(s *state, r *memberRecord, talked time.Duration) {
	r.listed, r.ended = false, s.generation
	q.relate(s, r)
	m := q.members.amend(r.key)
	if m == nil {
		return
	}
	m.LastCall = s.at
	if d := q.queues.amend(m.Queue); d != nil {
		d.Counts.Completed++
		d.Counts.TalkTime += talked
	}
}

// ends reports whether an event is the end of this talk.
func (k *link) ends(e *event.AgentComplete) bool {
	caller, member := k.caller.is(&e.ChannelSnapshot), k.member.is(&e.Dest)
	switch {
	case caller && member, e.Channel == "" && e.Dest.Channel == "":
		return true
	case caller:
		return e.Dest.Channel == "" || k.member.lost
	}
	return member && (e.Channel == "" || k.caller.lost)
}

// isOver reports whether a talk can't go on.
func (k *link) isOver() bool { return k.caller.isOver() || k.member.isOver() }

// optimizes takes that a Local channel is about to be left out: a channel takes its place, or the other side of the talk goes elsewhere.
func (q *queues) optimizes(s *state, e *event.LocalOptimizationBegin) {
	for _, half := range [...]*event.ChannelSnapshot{&e.LocalOne, &e.LocalTwo} {
		l := s.pairs[event.Channel{Name: half.Channel, UniqueID: half.UniqueID}]
		by := s.pairs[event.Channel{Name: e.Source.Channel, UniqueID: e.Source.UniqueID}]
		if l == nil || by == nil || s.doubt {
			continue
		}
		if t := q.talks[l.id]; t != nil {
			delete(q.talks, t.member.leg.id)
			t.member.moves(by, by == t.caller.leg)
			q.talks[t.member.leg.id] = t
		}
		if t := q.talkers[l.id]; t != nil {
			delete(q.talkers, t.caller.leg.id)
			t.caller.moves(by, by == t.member.leg)
			q.talkers[t.caller.leg.id] = t
		}
	}
}

// side is one of a talk.
type side struct {
	id, name string // of its channel, when the talk began
	leg      *leg   // that is its channel now
	lost     bool   // its channel is not known any more
}

// is reports whether a snapshot is of the channel, which may have ended.
func (d *side) is(c *event.ChannelSnapshot) bool {
	return c.UniqueID == d.id && c.Channel == d.name || c.UniqueID == d.leg.id && slices.Contains(d.leg.names, c.Channel)
}

func (d *side) isOver() bool { return d.leg.over && !d.lost }

// moves takes that another channel takes the place, or nobody knows which.
func (d *side) moves(by *leg, lost bool) {
	if d.lost = d.lost || lost; !d.lost {
		d.leg = by
	}
}

// endRing takes that a member is not called any more.
func (q *queues) endRing(s *state, k *link) {
	delete(q.rings, k.member.id)
	k.of.rings = without(k.of.rings, k)
	k.waiter.rings = without(k.waiter.rings, k)
	q.relate(s, k.of)
}

// endLinks takes the end of a channel.
func (q *queues) endLinks(s *state, l *leg) {
	if k := q.rings[l.id]; k != nil {
		q.endRing(s, k)
	}
	for _, t := range [...]*link{q.talks[l.id], q.talkers[l.id]} {
		if t != nil && t.isOver() {
			q.endTalk(t)
			q.finishes(s, t.of, s.at.Sub(t.at))
		}
	}
}

// endTalk forgets a talk. The caller shows the member.
func (q *queues) endTalk(k *link) {
	if id := k.member.leg.id; q.talks[id] == k {
		delete(q.talks, id)
	}
	if id := k.caller.leg.id; q.talkers[id] == k {
		delete(q.talkers, id)
	}
	k.of.talks = without(k.of.talks, k)
}

func without(all []*link, k *link) []*link {
	return slices.DeleteFunc(slices.Clone(all), func(other *link) bool { return other == k })
}

// relate shows for whom a member is called, and to whom it talks.
func (q *queues) relate(s *state, r *memberRecord) {
	m := q.members.amend(r.key)
	if m == nil {
		return
	}
	m.RingingFor, m.TalkingTo = callersOf(r.rings), callersOf(r.talks)
	m.InCall = r.listed || len(r.talks) > 0
}

func callersOf(links []*link) (ids []string) {
	for _, k := range links {
		ids = append(ids, k.caller.id)
	}
	return ids
}
