package live

import (
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// parkings keeps parking lots, and what is parked there. Their events come in no order to those of channels and bridges.
type parkings struct {
	lots   *shelf[ParkingLot]
	calls  *shelf[ParkedCall]
	ending map[string]parkingEnd // told of those that are still in the bridge of a parking lot, by Uniqueid
	gone   map[string]bool       // whose channel has ended, and why they have is still to be told

	backlog backlog
}

// parkingEnd is how a call ends to be parked.
type parkingEnd struct {
	why       ParkingEnd
	retriever string
}

var parkingDesign = design{
	name:     PartParking,
	channels: true,
	keeper: func(limit int) keeper {
		p := &parkings{
			lots:   newShelf(limit, func(p *ParkingLot) string { return p.Name }, func(a, b *ParkingLot) bool { return *a == *b }),
			calls:  newShelf(limit, func(p *ParkedCall) string { return p.UniqueID }, func(a, b *ParkedCall) bool { return *a == *b }),
			ending: make(map[string]parkingEnd),
			gone:   make(map[string]bool),
		}
		p.calls.unseen = func(c *ParkedCall, at time.Time) { c.Ended, c.NotSeen = at, true }
		return p
	},
	events: event.Or(event.Of[event.ParkedCall](), event.Of[event.ParkedCallGiveUp](), event.Of[event.ParkedCallTimeOut](),
		event.Of[event.UnParkedCall](), event.Of[event.ParkedCallSwap]()),
	class:  action.ClassCall,
	lists:  []action.Action{action.Parkinglots{}, action.ParkedCalls{}},
	needs:  "it needs write=call, and the module res_parking",
	reload: modules("res_parking"),
	late:   "parking lots, but for a reload of res_parking and a call that is parked in a new one",
}

func (p *parkings) take(s *state, ev event.Event) {
	switch e := ev.(type) {
	case event.ParkedCall:
		s.synthetic = isItem(ev)
		p.parks(s, &e.Parkee, ev, place{e.ParkerDialString, e.ParkingLot, e.ParkingSpace, e.ParkingTimeout, e.ParkingDuration})
	case event.ParkedCallSwap:
		at := place{e.ParkerDialString, e.ParkingLot, e.ParkingSpace, e.ParkingTimeout, e.ParkingDuration}
		if l := p.parks(s, &e.Parkee, ev, at); l != nil {
			p.swaps(s, l, at)
		}
	case event.ParkedCallGiveUp:
		p.ends(s, &e.Parkee, ev, e.ParkingLot, e.ParkingSpace, parkingEnd{why: ParkingEndGivenUp})
	case event.ParkedCallTimeOut:
		p.ends(s, &e.Parkee, ev, e.ParkingLot, e.ParkingSpace, parkingEnd{why: ParkingEndTimedOut})
	case event.UnParkedCall:
		end := parkingEnd{why: ParkingEndRetrieved}
		if l := s.pairs[event.Channel{Name: e.Retriever.Channel, UniqueID: e.Retriever.UniqueID}]; l != nil {
			end.retriever = l.id
		}
		p.ends(s, &e.Parkee, ev, e.ParkingLot, e.ParkingSpace, end)
	case event.Gap:
		p.backlog.clear()
	case event.ParkingLot:
		s.synthetic = true
		if lot := p.lots.touch(s, e.Name); lot != nil {
			*lot = ParkingLot{e.Name, e.StartSpace, e.StopSpace, e.Timeout}
		}
	}
}

// doubts takes an event that can't be believed, after which the part is listed: unless it is listed, for then it may be an
// item, of which a stranger's empty line has cut the ActionID off.
func (p *parkings) doubts(s *state, ask bool) {
	if ask && !s.isSyncing() {
		s.want(PartParking)
	}
}

// place is what an event tells of a call that is parked.
type place struct {
	dialString, lot   string
	space             int
	timeout, duration time.Duration
}

// parks takes that a channel is parked, and returns it if that is believed. Of a channel whose item can't be believed only that it is
// parked counts, for it is no more that stands before what strangers write.
func (p *parkings) parks(s *state, parkee *event.ChannelSnapshot, ev event.Event, at place) *leg {
	l, sure, ask := p.backlog.find(s, parkee, ev)
	switch {
	case !sure && !s.synthetic:
		p.doubts(s, ask)
		return nil
	case l == nil, s.synthetic && p.calls.now(l.id) == nil && p.calls.gone.has(l.id) && !p.isIn(s, l):
		return nil
	}
	if end, told := p.ending[l.id]; told && !s.synthetic { // it was parked before, too
		p.end(s, l.id, end)
	}
	c := p.calls.touch(s, l.id)
	if c == nil {
		return nil
	}
	if c.UniqueID == "" {
		c.UniqueID, c.Channel, c.CallID = l.id, l.name(), l.now().CallID
	}
	if !sure {
		return nil
	}
	if c.Parked.IsZero() {
		c.Parked = s.at.Add(-at.duration)
		if at.timeout > 0 {
			c.TimesOut = s.at.Add(at.timeout)
		}
	}
	c.ParkingLot, c.ParkingSpace, c.ParkerDialString = at.lot, at.space, at.dialString
	if p.lots.now(at.lot) == nil && !s.synthetic { // one that the dialplan has made
		s.want(PartParking)
	}
	return l
}

// swaps takes that a channel has taken the place of another one, which ends to be parked once it leaves the bridge.
func (p *parkings) swaps(s *state, by *leg, at place) {
	end := parkingEnd{why: ParkingEndSwapped}
	for id := range p.calls.entries {
		switch c := p.calls.now(id); {
		case id == by.id || c.ParkingSpace != at.space || c.ParkingLot != at.lot:
		case p.gone[id]:
			p.end(s, id, end)
		default:
			p.ending[id] = end
			p.settle(s, s.legs[id])
		}
	}
}

// ends takes that a channel is not parked any more.
func (p *parkings) ends(s *state, parkee *event.ChannelSnapshot, ev event.Event, lot string, space int, end parkingEnd) {
	if p.gone[parkee.UniqueID] && !s.doubt {
		if c := p.calls.now(parkee.UniqueID); c.Channel == parkee.Channel {
			p.end(s, c.UniqueID, end)
		}
		return
	}
	l, sure, ask := p.backlog.find(s, parkee, ev)
	if !sure {
		p.doubts(s, ask)
		return
	}
	if c := p.calls.now(l.id); c != nil && (c.ParkingSpace == 0 || c.ParkingLot == lot && c.ParkingSpace == space) {
		p.ending[l.id] = end
		p.settle(s, l)
	}
}

// isIn reports whether a leg is in the bridge of a parking lot.
func (p *parkings) isIn(s *state, l *leg) bool {
	r := s.rooms[l.now().BridgeID]
	return r != nil && !l.over && r.now().Type == "parking"
}

// settle ends a call whose end was told once its channel is in no parking lot's bridge any more: either is told first. So no event
// that a stranger has written as a whole ends another's.
func (p *parkings) settle(s *state, l *leg) {
	if end, told := p.ending[l.id]; told && !p.isIn(s, l) {
		p.end(s, l.id, end)
	}
}

func (p *parkings) end(s *state, id string, end parkingEnd) {
	c := p.calls.touch(s, id)
	c.Ended, c.End, c.Retriever = s.at, end.why, end.retriever
	p.calls.remove(s, id)
	delete(p.ending, id)
	delete(p.gone, id)
}

// attend takes what has become of legs while nothing is shown. Events that have waited for them may be older than the lists that run.
func (p *parkings) attend(s *state) {
	p.followAll(s)
	if p.backlog.skip(s) {
		s.want(PartParking)
	}
}

func (p *parkings) followAll(s *state) {
	if len(p.calls.entries) > 0 {
		for _, l := range s.touched.legs {
			p.follow(s, l)
		}
	}
}

// commit shows what has changed.
func (p *parkings) commit(s *state) {
	p.followAll(s)
	p.backlog.serve(s, func(ev event.Event) {
		p.take(s, ev)
		p.calls.commit(s)
	})
	for _, e := range p.calls.touched {
		if e.gone {
			delete(p.ending, e.key)
		}
	}
	p.calls.commit(s)
	p.lots.commit(s)
}

// follow takes what has become of a leg. Why one that has ended is not parked any more is told in the moments before or after;
// if it can't be told so that it is believed, it is taken to have hung up.
func (p *parkings) follow(s *state, l *leg) {
	c := p.calls.now(l.id)
	switch {
	case c == nil:
	case l.over:
		end, told := p.ending[l.id]
		switch {
		case told:
		case l.part.unseen:
			p.calls.amend(l.id).NotSeen = true
		case c.ParkingSpace == 0:
			end.why = ParkingEndGivenUp
		default:
			p.gone[l.id] = true
			return
		}
		p.end(s, l.id, end)
	default:
		delete(p.gone, l.id) // an end that was not so
		p.settle(s, l)
		if c = p.calls.now(l.id); c != nil && (c.Channel != l.name() || c.CallID != l.now().CallID) {
			draft := p.calls.amend(l.id)
			draft.Channel, draft.CallID = l.name(), l.now().CallID
		}
	}
}

func (p *parkings) renew() {
	p.lots.renew()
	p.calls.renew()
}

func (p *parkings) sweep(s *state, since uint64) {
	for id := range p.gone { // of which a list tells no more
		p.end(s, id, parkingEnd{why: ParkingEndGivenUp})
	}
	p.calls.sweep(s, since)
	p.lots.sweep(s, since)
	p.backlog.sweep(since)
}

func (p *parkings) withdraw(s *state) {
	p.calls.withdraw(s)
	p.lots.withdraw(s)
	clear(p.ending)
	clear(p.gone)
}

func (p *parkings) show(v *View) { v.parkingLots, v.parkedCalls = p.lots.picture(), p.calls.picture() }

func (p *parkings) exceeded() bool { return p.lots.over || p.calls.over }

func (p *parkings) hasRoom() bool { return p.lots.hasRoom() && p.calls.hasRoom() }
