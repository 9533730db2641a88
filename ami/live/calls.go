package live

import (
	"slices"
	"time"
)

// call is the state's record of a Call.
type call struct {
	id         string
	shown      *Call
	touched    bool
	legs       []*leg // those that have ended, too
	live       int    // legs that live
	threads    []string
	guests     []guest // agents' standing channels
	transfers  []transfer
	visits     []visit
	began      time.Time
	answered   time.Time
	ended      time.Time
	first      *leg
	from       Caller
	exten      string
	context    string
	to         string // exten in the form of Config.Number
	incomplete bool
	merged     *Merged
	weight     int // bytes that it counts for once it has ended
}

// guest is an agent's standing channel while it shares a bridge with a Call.
type guest struct {
	leg  *leg
	part part
}

const maxLegs = 1000 // that a Call keeps

func (s *state) touchCall(c *call) {
	if !c.touched {
		c.touched = true
		s.touched.calls = append(s.touched.calls, c)
	}
}

// beginCall makes a Call for a leg.
func (s *state) beginCall(linkedID string, first *leg) *call {
	if s.calls.size >= s.limits.calls {
		s.limits.exceeded = true
		return nil
	}
	c := &call{id: linkedID, began: s.at, threads: []string{linkedID}, first: first}
	s.threads[linkedID] = c
	return c
}

// enlist puts a leg into a Call.
func (s *state) enlist(c *call, l *leg) {
	if !c.ended.IsZero() { // it was to be over
		c.ended = time.Time{}
		s.unfinish(c)
	}
	if len(c.legs) >= maxLegs {
		s.shed(c)
	}
	if l.id == c.id && c.first != nil && c.first != l && !c.first.fresh { // which a list had before the one that it began with
		c.first, c.from = l, Caller{}
	}
	l.call, l.homeless = c, false
	c.legs = append(c.legs, l)
	c.live++
	s.touch(l).CallID = c.id
	s.touchCall(c)
}

// shed drops the leg that ended first.
func (s *state) shed(c *call) {
	if i := slices.IndexFunc(c.legs, func(l *leg) bool { return l.over }); i >= 0 {
		s.forgetPast(c.legs[i])
		c.legs = slices.Delete(c.legs, i, i+1)
		c.incomplete = true
	}
}

// discharge takes a leg out of its Call.
func (s *state) discharge(l *leg) {
	c := l.call
	if c == nil {
		return
	}
	c.legs = slices.DeleteFunc(c.legs, func(other *leg) bool { return other == l })
	l.call = nil
	s.touch(l).CallID = ""
	s.touchCall(c)
}

// merge makes one Call of two: from goes on as a part of into.
func (s *state) merge(from, into *call) {
	m := &Merged{Into: into.id}
	for _, l := range from.legs {
		l.call = into
		if !l.over {
			m.Legs = append(m.Legs, l.id)
			s.touch(l).CallID = into.id
		}
	}
	if len(m.Legs) > 0 && !into.ended.IsZero() {
		into.ended = time.Time{}
		s.unfinish(into)
	}
	into.legs = append(into.legs, from.legs...)
	slices.SortStableFunc(into.legs, func(a, b *leg) int { return a.part.began.Compare(b.part.began) })
	for len(into.legs) > maxLegs && slices.ContainsFunc(into.legs, func(l *leg) bool { return l.over }) {
		s.shed(into)
	}
	for _, thread := range from.threads {
		s.threads[thread] = into
	}
	into.threads = append(into.threads, from.threads...)
	into.guests = append(into.guests, from.guests...)
	into.transfers = append(into.transfers, from.transfers...)
	slices.SortStableFunc(into.transfers, func(a, b transfer) int { return a.At.Compare(b.At) })
	into.transfers = last(into.transfers, maxTransfers)
	into.visits = append(into.visits, from.visits...)
	slices.SortStableFunc(into.visits, func(a, b visit) int { return a.Joined.Compare(b.Joined) })
	into.visits = last(into.visits, maxVisits)
	into.incomplete = into.incomplete || from.incomplete
	from.merged, from.legs, from.guests, from.threads, from.transfers, from.visits = m, nil, nil, nil, nil, nil
	s.touchCall(from)
	s.touchCall(into)
}

// last is the last n of what a Call has.
func last[T any](all []T, n int) []T { return all[max(0, len(all)-n):] }

// showCall shows what has become of a Call.
func (s *state) showCall(c *call) {
	c.touched = false
	before, after := c.shown, s.picture(c)
	if before != nil && len(c.legs) == 0 && c.merged == nil { // it was an agent's login
		s.forgetCall(c)
		shows(s, &s.calls, before, after, true)
		return
	}
	if before != nil && before.equal(after) || before == nil && (c.merged != nil || len(after.Parties) == 0 && c.live == 0) {
		if before == nil { // it came to nothing
			s.forgetCall(c)
		}
		s.spareCall = after
		return
	}
	c.shown = after
	shows(s, &s.calls, before, after, c.merged != nil)
	if c.merged == nil && before.wasLive() && !c.ended.IsZero() {
		s.finish(c)
	}
}

func (c *Call) wasLive() bool { return c == nil || c.Ended.IsZero() }

// picture makes the Call as it is to be shown. What is as it was shown before is not made anew.
func (s *state) picture(c *call) *Call {
	s.admit(c)
	shown, before := s.spareCall, c.shown
	s.spareCall = nil
	if shown == nil {
		shown = new(Call)
	}
	if before == nil {
		before = &s.noCall
	}
	*shown = Call{ID: c.id, Began: c.began, Merged: c.merged, Exten: c.exten, Context: c.context, Complete: !c.incomplete}
	s.scratch.channels = s.scratch.channels[:0]
	for _, l := range c.legs {
		if l.early {
			shown.Complete = false
		}
		if !l.over {
			s.scratch.channels = append(s.scratch.channels, l.id)
		}
	}
	c.live = len(s.scratch.channels)
	shown.Channels = unlessSame(before.Channels, s.scratch.channels)
	switch {
	case c.live > 0:
		c.ended = time.Time{}
	case c.ended.IsZero():
		c.ended = s.at
	}
	if c.merged != nil {
		shown.Ended = s.at
		if c.shown != nil {
			shown.Parties, shown.Answered, shown.Transfers, shown.Queues = before.Parties, c.answered, before.Transfers, before.Queues
			shown.keepFacts(before)
		}
		return shown
	}
	shown.Parties = unlessSame(before.Parties, s.parties(c))
	shown.Conversations = s.conversations(c)
	shown.Transfers, shown.Queues = s.transfers(c), unlessSame(before.Queues, s.visits(c))
	if c.answered.IsZero() && slices.ContainsFunc(shown.Conversations, func(t Conversation) bool { return len(t.Parties) > 1 }) {
		c.answered = s.at
	}
	shown.Answered, shown.Ended = c.answered, c.ended
	if len(shown.Parties) > 0 {
		shown.Cause = shown.Parties[0].Cause
	}
	s.tellFacts(c, shown)
	return shown
}

// unlessSame returns what was shown before, or a copy of what is now if that differs.
func unlessSame[T comparable](before, now []T) []T {
	if slices.Equal(before, now) {
		return before
	}
	return append([]T(nil), now...)
}

// admit notes the agents' channels that share a bridge with a Call.
func (s *state) admit(c *call) {
	if s.agents == 0 && len(c.guests) == 0 {
		return
	}
	for i := range c.guests {
		if g := &c.guests[i]; g.part.left.IsZero() && !s.shares(c, g.leg) {
			g.part.left = s.at
		}
	}
	for _, l := range c.legs {
		r := s.rooms[l.now().BridgeID]
		if l.over || r == nil || !r.now().Talks() {
			continue
		}
		for _, other := range r.members {
			if other.agent && !slices.ContainsFunc(c.guests, func(g guest) bool { return g.leg == other && g.part.left.IsZero() }) {
				c.guests = append(c.guests, guest{other, part{began: s.at, answered: s.at, dialled: true}})
			}
		}
	}
}

// shares reports whether a leg is in a bridge with one of a Call.
func (s *state) shares(c *call, l *leg) bool {
	r := s.rooms[l.now().BridgeID]
	return !l.over && r != nil && slices.ContainsFunc(r.members, func(other *leg) bool { return other.call == c })
}

// finish keeps a Call that has ended for a while.
func (s *state) finish(c *call) {
	c.weight = callWeight + legWeight*len(c.legs) + tellWeight*(len(c.transfers)+len(c.visits)) + c.factsWeight()
	s.weight += c.weight
	s.finished = append(s.finished, c)
	for len(s.finished) > s.limits.finished || s.weight > s.limits.finishedBytes {
		s.release()
	}
}

// What a Call that has ended takes, by estimate.
const (
	callWeight = 1500
	legWeight  = 2500
	tellWeight = 500 // of a transfer or a wait in a queue
)

func (s *state) unfinish(c *call) {
	if i := slices.Index(s.finished, c); i >= 0 {
		s.finished = slices.Delete(s.finished, i, i+1)
		s.weight -= c.weight
	}
}

// expire forgets the Calls that ended before a time.
func (s *state) expire(before time.Time) {
	s.event, s.synthetic = nil, true
	for len(s.finished) > 0 && s.finished[0].ended.Before(before) {
		s.release()
	}
	s.synthetic = false
}

// release forgets the Call that ended first.
func (s *state) release() {
	c := s.finished[0]
	s.finished[0] = nil
	s.finished = s.finished[1:]
	s.weight -= c.weight
	s.forgetCall(c)
	shows(s, &s.calls, c.shown, c.shown, true)
}

// forgetCall takes a Call out of the indexes.
func (s *state) forgetCall(c *call) {
	for _, l := range c.legs {
		s.forgetPast(l)
	}
	for _, thread := range c.threads {
		if s.threads[thread] == c {
			delete(s.threads, thread)
		}
	}
}
