package gateway

import (
	"slices"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

// part is what is known of a Party beyond what package live tells now.
type part struct {
	call    string         // its Call, or the last one
	belongs string         // the Call in which it was when it was not doubtful; empty for none
	talked  bool           // it was in a conversation
	last    *message.Party // while it took part; nil if that was not seen
	with    []message.Who  // in last.With, or before that if there was nobody any more
	others  int            // as with
	left    bool           // it has left, and is not to change any more
	over    bool           // its time is over
}

// projectParties makes the objects of the Parties of a Call.
func (p *pbx) projectParties(s *state, c *live.Call, now time.Time) {
	roster := make(map[string]struct{}, len(c.Parties))
	for i := range c.Parties {
		party := &c.Parties[i]
		if !party.Left.IsZero() && slices.ContainsFunc(c.Parties, func(other live.Party) bool { return other.ID == party.ID && other.Left.IsZero() }) {
			continue // an agent's channel that is in the Call again
		}
		t := p.part(party.ID)
		if t.call != "" && t.call != c.ID && !party.Left.IsZero() && p.calls[t.call] != nil {
			continue // an agent's channel that is in another Call now
		}
		t.call = c.ID
		roster[party.ID] = struct{}{}
		if o := p.party(s, c, party, t); o != nil {
			s.put(o, now)
		}
	}
	for id := range p.rosters[c.ID] {
		if _, ok := roster[id]; ok {
			continue
		}
		if t := p.parties[id]; t != nil && t.call == c.ID { // as half of a Local channel that leads to somebody now
			delete(p.parties, id)
			s.drop(partyKeyOf(p.name, id), now)
		}
	}
	p.rosters[c.ID] = roster
}

// part is what is known of a Party.
func (p *pbx) part(id string) *part {
	t := p.parties[id]
	if t == nil {
		t = new(part)
		p.parties[id] = t
	}
	return t
}

// remember takes what is known of those who take part in a Call, where the next change is at hand already: else what a Party is shown to
// have done would depend on how busy the gateway was.
func (p *pbx) remember(c *live.Call) {
	roster := p.rosters[c.ID]
	if roster == nil {
		roster = make(map[string]struct{}, len(c.Parties))
		p.rosters[c.ID] = roster
	}
	for i := range c.Parties {
		party := &c.Parties[i]
		if !party.Left.IsZero() {
			continue
		}
		t := p.part(party.ID)
		t.call, t.left, t.over = c.ID, false, false
		roster[party.ID] = struct{}{} // so that it is forgotten if the Call does not have it in the end
		value := p.takesPart(c, party, t)
		t.last = &value
	}
}

// party makes the object of a Party; nil if its time is over.
func (p *pbx) party(s *state, c *live.Call, party *live.Party, t *part) *object {
	k := partyKeyOf(p.name, party.ID)
	var value message.Party
	if party.Left.IsZero() {
		t.left, t.over = false, false
		value = p.takesPart(c, party, t)
		t.last = &value
	} else {
		if t.over {
			return nil
		}
		value = p.hasLeft(s, c, party, t)
	}
	return &object{key: k, kind: message.KindParty, server: p, value: &value, seenBy: rightDevice.either(p.name, party.Device),
		source: source{call: c, party: *party, device: party.Device}}
}

// takesPart is a Party that has not left.
func (p *pbx) takesPart(c *live.Call, party *live.Party, t *part) message.Party {
	doubtful := p.doubts(party.UniqueID)
	if !doubtful {
		t.belongs = c.ID
	}
	value := p.basics(c, party)
	value.State, value.Doubtful = p.partyState(c, party), doubtful
	value.Held, value.OnHold = stamp(party.Held), party.OnHold
	value.Recording = recording(c, party)
	if in := conversation(c, party.ID); in != nil {
		t.talked = t.talked || len(in.Parties) > 1 || in.Conference != ""
		value.Conference = text(in.Conference)
	}
	if t.belongs != c.ID {
		value.Call, value.DID, value.Queue, value.Direction = "", "", "", ""
		return value
	}
	if doubtful {
		if t.last != nil {
			value.With, value.Others = t.last.With, t.last.Others
		}
		return value
	}
	value.With, value.Others = p.with(c, party, t)
	if len(value.With) == 0 && party.Dialled && party.DialledBy == "" && party.Answered.IsZero() {
		value.With = p.shownAt(party)
	}
	if len(value.With) > 0 {
		t.with, t.others = value.With, value.Others
	}
	return value
}

// basics is what does not change with what a Party does.
func (p *pbx) basics(c *live.Call, party *live.Party) message.Party {
	value := message.Party{Server: text(p.name), Call: key(message.KindCall, p.name, c.ID), Device: deviceText(party.Device), Who: message.Who{Number: text(party.Number), Name: text(party.Name)},
		Agent: text(party.Agent), Dialled: party.Dialled, DID: text(c.DID), Queue: text(queueOf(c, party)), Began: stamp(party.Began), Ringing: stamp(party.Ringing),
		Answered: stamp(party.Answered), Complete: c.Complete}
	switch party.Side {
	case live.SideOurs:
		value.Side = "ours"
	case live.SideOutside:
		value.Side = "theirs"
	}
	if c.Direction != 0 {
		value.Direction = c.Direction.String()
	}
	return value
}

// hasLeft is a Party that has left: as it was, with its end.
func (p *pbx) hasLeft(s *state, c *live.Call, party *live.Party, t *part) message.Party {
	if t.last == nil || !t.left && len(t.with) == 0 && t.belongs == c.ID && !p.doubts(party.UniqueID) {
		// It was not seen, or before anybody was with it: events that come together are seen together.
		value := p.basics(c, party)
		t.with, t.others = p.talkedWith(c, party)
		if t.last != nil {
			value.Conference = t.last.Conference
		}
		t.last = &value
	}
	if !t.left {
		t.left = true
		id := party.ID
		p.due.add(party.Left.Add(keepLeft), func(now time.Time) {
			if t := p.parties[id]; t != nil && t.left {
				t.over = true
				s.drop(partyKeyOf(p.name, id), now)
			}
		})
	}
	value := *t.last
	value.With, value.Others = t.with, t.others // the others may have gone first
	value.State, value.Held, value.OnHold, value.Recording, value.Doubtful = message.PartyLeft, time.Time{}, false, "", false
	value.Ringing, value.Answered = stamp(party.Ringing), stamp(party.Answered)
	value.Left, value.Ending = stamp(party.Left), ending(c, party, t.talked)
	if !party.NotSeen {
		value.Cause = text(party.Cause.String())
	}
	return value
}

// partyState finds out what a Party does.
func (p *pbx) partyState(c *live.Call, party *live.Party) message.PartyState {
	in := conversation(c, party.ID)
	waits := slices.ContainsFunc(c.Queues, func(v live.QueueVisit) bool { return v.Party == party.ID && v.Left.IsZero() })
	calls := slices.ContainsFunc(c.Parties, func(other live.Party) bool {
		return other.DialledBy == party.ID && other.Left.IsZero() && other.Answered.IsZero()
	})
	switch {
	case !party.Left.IsZero():
		return message.PartyLeft
	case p.parked[party.UniqueID] != nil:
		return message.PartyParked
	case in != nil && (len(in.Parties) > 1 || in.Conference != ""):
		return message.PartyTalking
	case waits || calls:
		return message.PartyCalling
	case !party.Answered.IsZero():
		return message.PartyTalking
	case !party.Ringing.IsZero():
		return message.PartyRinging
	}
	return message.PartyCalling
}

func conversation(c *live.Call, id string) *live.Conversation {
	for i := range c.Conversations {
		if slices.Contains(c.Conversations[i].Parties, id) {
			return &c.Conversations[i]
		}
	}
	return nil
}

const maxPartners = 4 // in With of a Party

// with is who a Party talks with; or else who calls it, or whom it calls, until they talk: who has answered is in no conversation yet.
func (p *pbx) with(c *live.Call, party *live.Party, t *part) (some []message.Who, others int) {
	var ids []string
	if in := conversation(c, party.ID); in != nil && len(in.Parties) > 1 {
		ids = in.Parties
	} else if party.DialledBy != "" && (party.Answered.IsZero() || !t.talked) {
		ids = []string{party.DialledBy}
	} else {
		for i := range c.Parties {
			if other := &c.Parties[i]; other.DialledBy == party.ID && other.Left.IsZero() && (other.Answered.IsZero() || !p.hasTalked(other.ID)) {
				ids = append(ids, other.ID)
			}
		}
	}
	return p.partners(c, party.ID, ids)
}

// shownAt is who calls as the phone shows it, where nobody has seen who called it: it rang before the model began.
func (p *pbx) shownAt(party *live.Party) []message.Who {
	c := p.channels[party.UniqueID]
	if c == nil || c.ConnectedLineNum == "" && c.ConnectedLineName == "" {
		return nil
	}
	return []message.Who{{Number: text(c.ConnectedLineNum), Name: text(c.ConnectedLineName)}}
}

func (p *pbx) hasTalked(id string) bool {
	t := p.parties[id]
	return t != nil && t.talked
}

// talkedWith is who called a Party that has left, or whom it called.
func (p *pbx) talkedWith(c *live.Call, party *live.Party) (some []message.Who, others int) {
	if party.DialledBy != "" {
		return p.partners(c, party.ID, []string{party.DialledBy})
	}
	var ids []string
	for i := range c.Parties {
		if c.Parties[i].DialledBy == party.ID {
			ids = append(ids, c.Parties[i].ID)
		}
	}
	return p.partners(c, party.ID, ids)
}

// partners are the first of these, without those who are doubtful.
func (p *pbx) partners(c *live.Call, self string, ids []string) (some []message.Who, others int) {
	for i := range c.Parties {
		party := &c.Parties[i]
		if party.ID == self || !slices.Contains(ids, party.ID) || party.Left.IsZero() && p.doubts(party.UniqueID) {
			continue
		}
		if len(some) == maxPartners {
			others++
			continue
		}
		some = append(some, message.Who{Number: text(party.Number), Name: text(party.Name)})
	}
	return some, others
}

// queueOf is the queue in which a Party waits, or from which it is called.
func queueOf(c *live.Call, party *live.Party) string {
	for i := len(c.Queues) - 1; i >= 0; i-- {
		v := &c.Queues[i]
		if v.Party == party.ID || v.Member == party.ID ||
			party.DialledBy != "" && v.Party == party.DialledBy && !v.Joined.After(party.Began) && (v.Left.IsZero() || !v.Left.Before(party.Began)) {
			return v.Queue
		}
	}
	return ""
}

// recording tells whether what a Party says is recorded.
func recording(c *live.Call, party *live.Party) string {
	for i := range c.Recordings {
		if r := &c.Recordings[i]; r.Channel == party.UniqueID && r.Running() {
			if r.MutedRead || r.MutedWrite {
				return "paused"
			}
			return "running"
		}
	}
	return ""
}
