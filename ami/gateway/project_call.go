package gateway

import (
	"slices"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

const (
	keepMerged = time.Minute      // a Call that goes on in another one
	keepLeft   = 15 * time.Minute // a Party that has left
	together   = 3 * time.Second  // within which the last ones of a Call leave it
)

// merged is a Call that goes on in another one.
type merged struct {
	call   *live.Call
	into   string
	seenBy []term // at its end
}

// projectCall makes the objects of a Call and its Parties.
func (p *pbx) projectCall(s *state, id string, now time.Time) {
	c := p.calls[id]
	switch {
	case c != nil:
		p.projectParties(s, c, now)
		s.put(p.call(c), now)
		for from, m := range p.merged { // few: each stays a minute
			if p.goesOn(m) == id {
				p.projectMerged(s, from, now)
			}
		}
		return
	case p.merged[id] != nil:
		p.projectMerged(s, id, now)
		return
	}
	s.drop(key(message.KindCall, p.name, id), now)
	for party := range p.rosters[id] {
		if t := p.parties[party]; t != nil && t.call == id {
			delete(p.parties, party)
			s.drop(partyKeyOf(p.name, party), now)
		}
	}
	delete(p.rosters, id)
}

// goesOn returns the Call in which a merged one goes on, at the end of a chain of such.
func (p *pbx) goesOn(m *merged) string {
	into := m.into
	for range len(p.merged) {
		next := p.merged[into]
		if next == nil {
			break
		}
		into = next.into
	}
	return into
}

// projectMerged makes the object of a Call that goes on in another one, for those who see both.
func (p *pbx) projectMerged(s *state, id string, now time.Time) {
	m := p.merged[id]
	into := p.goesOn(m)
	before, after := s.records[key(message.KindCall, p.name, id)], s.records[key(message.KindCall, p.name, into)]
	if before == nil || after == nil || !p.hasGone(m, into) {
		return
	}
	if m.seenBy == nil {
		m.seenBy = before.now.seenBy
	}
	value := *before.now.value.(*message.Call)
	value.With, value.MergedInto = nil, after.now.key
	value.Ended = stamp(m.call.Ended)
	o := &object{key: before.now.key, kind: message.KindCall, server: p, value: &value, source: source{call: m.call}}
	for _, t := range m.seenBy {
		if slices.Contains(after.now.seenBy, t) {
			o.seenBy = append(o.seenBy, t)
		}
	}
	s.put(o, now)
}

// hasGone reports whether the Call that goes on has what the merged one brought along: its change may be still to come.
func (p *pbx) hasGone(m *merged, into string) bool {
	c := p.calls[into]
	return c != nil && (len(m.call.Merged.Legs) == 0 || !c.Ended.IsZero() ||
		slices.ContainsFunc(c.Channels, func(id string) bool { return slices.Contains(m.call.Merged.Legs, id) }))
}

// forgetMerged drops a merged Call, and what did not go on in the other one.
func (p *pbx) forgetMerged(id string) {
	delete(p.merged, id)
	mark(p.dirty.calls, id)
}

// call makes the object of a Call.
func (p *pbx) call(c *live.Call) *object {
	value := &message.Call{Server: text(p.name), ID: text(c.ID), From: message.Who{Number: text(c.From.Number), Name: text(c.From.Name)}, To: text(c.To), DID: text(c.DID),
		Began: stamp(c.Began), Answered: stamp(c.Answered), Ended: stamp(c.Ended), Result: string(c.Result), Recorded: len(c.Recordings) > 0,
		Parties: len(c.Parties), Complete: c.Complete}
	if c.Direction != 0 {
		value.Direction = c.Direction.String()
	}
	if n := len(c.Queues); n > 0 {
		value.Queue = text(c.Queues[n-1].Queue)
	}
	for i := range c.Transfers {
		if c.Transfers[i].Succeeded() {
			value.Transfers++
		}
	}
	o := &object{key: key(message.KindCall, p.name, c.ID), kind: message.KindCall, server: p, value: value, source: source{call: c},
		seenBy: []term{{rightDevice, p.name, All}}}
	var ids []string
	for i := range c.Parties {
		party := &c.Parties[i]
		doubtful := p.doubts(party.UniqueID)
		if doubtful && (i == 0 || party.Device == c.From.Device) {
			value.From = message.Who{}
		}
		if p.sees(c, party) {
			o.seenBy = union(o.seenBy, rightDevice.either(p.name, party.Device))
		}
		if !party.Left.IsZero() || len(o.shares) == maxShares {
			continue
		}
		value.With = append(value.With, message.Share{Key: partyKeyOf(p.name, party.ID), Device: deviceText(party.Device), State: p.partyState(c, party),
			Who: message.Who{Number: text(party.Number), Name: text(party.Name)}})
		o.shares = append(o.shares, share{device: term{rightDevice, p.name, party.Device}, doubtful: doubtful})
		ids = append(ids, party.ID)
	}
	connect(c, ids, o.shares)
	return o
}

// sees reports whether a Party gives a right to see its Call: while it takes part, and after the end of the Call if the Party was
// one of the last two, and nobody has come since it left. Doubt gives no right that there was not before.
func (p *pbx) sees(c *live.Call, party *live.Party) bool {
	if party.Left.IsZero() {
		t := p.parties[party.ID]
		return t != nil && t.belongs == c.ID
	}
	if c.Ended.IsZero() || party.Left.Before(c.Ended.Add(-together)) {
		return false
	}
	stayed := 0
	for i := range c.Parties {
		other := &c.Parties[i]
		if !other.Began.Before(party.Left) {
			return false
		}
		if other.Left.After(party.Left) {
			stayed++
		}
	}
	return stayed < 2
}

// connect notes which shares of a Call hear each other, or ring for each other. ids are the Parties that the shares are of.
func connect(c *live.Call, ids []string, shares []share) {
	join := func(a, b string) {
		i, j := slices.Index(ids, a), slices.Index(ids, b)
		if i >= 0 && j >= 0 && !shares[i].doubtful && !shares[j].doubtful {
			shares[i].beside |= 1 << j
			shares[j].beside |= 1 << i
		}
	}
	for _, t := range c.Conversations {
		for i, a := range t.Parties {
			for _, b := range t.Parties[:i] {
				join(a, b)
			}
		}
	}
	for i := range c.Parties {
		if party := &c.Parties[i]; party.Left.IsZero() && party.Answered.IsZero() && party.DialledBy != "" {
			join(party.DialledBy, party.ID)
		}
	}
}
