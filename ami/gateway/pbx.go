package gateway

import (
	"iter"
	"maps"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/live"
)

// pbx is a server as its model tells of it, and what has to be made of it. The state's mutex guards all but name and config.
type pbx struct {
	name   string
	config *Server
	salt   string // of hashes in keys

	server       *live.Server
	channels     map[string]*live.Channel
	calls        map[string]*live.Call
	devices      map[string]*live.Device
	queues       map[string]*live.Queue
	members      map[pair]*live.QueueMember // by queue and Interface
	callers      map[pair]*live.QueueCaller // by queue and Uniqueid
	conferences  map[string]*live.Conference
	participants map[string]*live.Participant
	parked       map[string]*live.ParkedCall

	waits   map[string]map[string]struct{} // queues in which a channel waits
	teams   map[string]map[string]struct{} // Interfaces of the members of a queue
	parties map[string]*part               // by the Party's ID
	rosters map[string]map[string]struct{} // IDs of the Parties that a Call has
	merged  map[string]*merged             // Calls that go on in another one
	spells  map[pair]spell                 // what members do
	dirty   dirty
	due     schedule
}

type pair struct{ queue, of string }

// dirty is what has changed and was not made into objects yet.
type dirty struct {
	server                                      bool
	calls, devices, queues, conferences, parked map[string]struct{}
	members, callers                            map[pair]struct{}
}

func newPBX(config *Server, salt string) *pbx {
	p := &pbx{name: config.name(), config: config, salt: salt}
	p.channels, p.calls, p.devices = make(map[string]*live.Channel), make(map[string]*live.Call), make(map[string]*live.Device)
	p.queues, p.members, p.callers = make(map[string]*live.Queue), make(map[pair]*live.QueueMember), make(map[pair]*live.QueueCaller)
	p.conferences, p.participants, p.parked = make(map[string]*live.Conference), make(map[string]*live.Participant), make(map[string]*live.ParkedCall)
	p.waits, p.teams = make(map[string]map[string]struct{}), make(map[string]map[string]struct{})
	p.parties, p.rosters, p.merged = make(map[string]*part), make(map[string]map[string]struct{}), make(map[string]*merged)
	p.spells = make(map[pair]spell)
	p.dirty = dirty{calls: make(map[string]struct{}), devices: make(map[string]struct{}), queues: make(map[string]struct{}), conferences: make(map[string]struct{}),
		parked: make(map[string]struct{}), members: make(map[pair]struct{}), callers: make(map[pair]struct{})}
	return p
}

// take notes a change, and what has to be made anew because of it.
func (p *pbx) take(change live.Change, now time.Time) {
	switch c := change.(type) {
	case live.Reset:
		p.reset(c.View, now)
	case live.Changed[live.Server]:
		p.server, p.dirty.server = c.After, true
	case live.Changed[live.Channel]:
		p.takeChannel(c.After, c.Kind == live.KindRemoved)
	case live.Changed[live.Call]:
		p.takeCall(c.After, c.Kind == live.KindRemoved, now)
	case live.Changed[live.Device]:
		keep(p.devices, c.After.Name, c.After, c.Kind)
		mark(p.dirty.devices, c.After.Name)
	case live.Changed[live.Queue]:
		keep(p.queues, c.After.Name, c.After, c.Kind)
		mark(p.dirty.queues, c.After.Name)
		for _, id := range c.After.Callers { // their positions
			mark(p.dirty.callers, pair{c.After.Name, id})
		}
	case live.Changed[live.QueueMember]:
		p.takeMember(c.After, c.Kind)
	case live.Changed[live.QueueCaller]:
		p.takeCaller(c.After, c.Kind)
	case live.Changed[live.Conference]:
		keep(p.conferences, c.After.Name, c.After, c.Kind)
		mark(p.dirty.conferences, c.After.Name)
	case live.Changed[live.Participant]:
		keep(p.participants, c.After.UniqueID, c.After, c.Kind)
		mark(p.dirty.conferences, c.After.Conference)
	case live.Changed[live.ParkedCall]:
		keep(p.parked, c.After.UniqueID, c.After, c.Kind)
		mark(p.dirty.parked, c.After.UniqueID)
		mark(p.dirty.calls, c.After.CallID)
	}
}

func keep[K comparable, T any](all map[K]*T, key K, now *T, kind live.Kind) {
	if kind == live.KindRemoved {
		delete(all, key)
		return
	}
	all[key] = now
}

func mark[K comparable](all map[K]struct{}, key K) { all[key] = struct{}{} }

// takeChannel notes a channel: whether it is doubtful, and which Call it belongs to.
func (p *pbx) takeChannel(c *live.Channel, gone bool) {
	before := p.channels[c.UniqueID]
	if gone {
		delete(p.channels, c.UniqueID)
	} else {
		p.channels[c.UniqueID] = c
		if before != nil && before.Doubtful == c.Doubtful && before.CallID == c.CallID && before.Name == c.Name {
			return
		}
	}
	mark(p.dirty.calls, c.CallID)
	p.touches(c.UniqueID)
}

// touches marks what rests on a channel.
func (p *pbx) touches(uniqueID string) {
	for queue := range p.waits[uniqueID] {
		mark(p.dirty.callers, pair{queue, uniqueID})
	}
	if in := p.participants[uniqueID]; in != nil {
		mark(p.dirty.conferences, in.Conference)
	}
	if p.parked[uniqueID] != nil {
		mark(p.dirty.parked, uniqueID)
	}
}

func (p *pbx) takeCall(c *live.Call, gone bool, now time.Time) {
	if before := p.calls[c.ID]; before != nil {
		if _, dirty := p.dirty.calls[c.ID]; dirty {
			p.remember(before) // it will not be made into objects as it was
		}
	}
	mark(p.dirty.calls, c.ID)
	for _, id := range c.Channels {
		p.touches(id)
	}
	switch {
	case c.Merged != nil:
		delete(p.calls, c.ID)
		p.merged[c.ID] = &merged{call: c, into: c.Merged.Into}
		p.due.add(now.Add(keepMerged), func(time.Time) { p.forgetMerged(c.ID) })
		mark(p.dirty.calls, c.Merged.Into)
	case gone:
		delete(p.calls, c.ID)
	default:
		delete(p.merged, c.ID)
		p.calls[c.ID] = c
	}
}

func (p *pbx) takeMember(m *live.QueueMember, kind live.Kind) {
	at := pair{m.Queue, m.Interface}
	keep(p.members, at, m, kind)
	mark(p.dirty.members, at)
	mark(p.dirty.queues, m.Queue)
	join(p.teams, m.Queue, m.Interface, kind)
}

func (p *pbx) takeCaller(c *live.QueueCaller, kind live.Kind) {
	at := pair{c.Queue, c.UniqueID}
	keep(p.callers, at, c, kind)
	mark(p.dirty.callers, at)
	mark(p.dirty.queues, c.Queue)
	join(p.waits, c.UniqueID, c.Queue, kind)
}

// join notes an element of a set of sets.
func join(sets map[string]map[string]struct{}, of, element string, kind live.Kind) {
	set := sets[of]
	if kind != live.KindRemoved {
		if set == nil {
			set = make(map[string]struct{})
			sets[of] = set
		}
		set[element] = struct{}{}
		return
	}
	if delete(set, element); len(set) == 0 {
		delete(sets, of)
	}
}

// reset takes a whole picture: what is in it, and what has gone.
func (p *pbx) reset(v *live.View, now time.Time) {
	p.server, p.dirty.server = v.Server(), true
	sweep(p, v.Channels(), p.channels, func(c *live.Channel) string { return c.UniqueID }, now)
	sweep(p, v.Calls(), p.calls, func(c *live.Call) string { return c.ID }, now)
	sweep(p, v.Devices(), p.devices, func(d *live.Device) string { return d.Name }, now)
	sweep(p, v.Queues(), p.queues, func(q *live.Queue) string { return q.Name }, now)
	sweep(p, ofQueues(v, v.Members), p.members, func(m *live.QueueMember) pair { return pair{m.Queue, m.Interface} }, now)
	sweep(p, ofQueues(v, v.Callers), p.callers, func(c *live.QueueCaller) pair { return pair{c.Queue, c.UniqueID} }, now)
	sweep(p, v.Conferences(), p.conferences, func(c *live.Conference) string { return c.Name }, now)
	sweep(p, v.Participants(), p.participants, func(c *live.Participant) string { return c.UniqueID }, now)
	sweep(p, v.ParkedCalls(), p.parked, func(c *live.ParkedCall) string { return c.UniqueID }, now)
}

// ofQueues yields what all queues of a picture have of a kind.
func ofQueues[T any](v *live.View, of func(queue string) iter.Seq[*T]) iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for q := range v.Queues() {
			for is := range of(q.Name) {
				if !yield(is) {
					return
				}
			}
		}
	}
}

// sweep takes objects that are new or have changed, and the end of those that are not among them.
func sweep[K comparable, T live.Object](p *pbx, all func(func(*T) bool), known map[K]*T, key func(*T) K, now time.Time) {
	gone := maps.Clone(known)
	for is := range all {
		k := key(is)
		before := known[k]
		delete(gone, k)
		switch {
		case before == nil:
			p.take(live.Changed[T]{Kind: live.KindAdded, After: is}, now)
		case before != is:
			p.take(live.Changed[T]{Kind: live.KindUpdated, After: is}, now)
		}
	}
	for _, last := range gone {
		p.take(live.Changed[T]{Kind: live.KindRemoved, After: last}, now)
	}
}
