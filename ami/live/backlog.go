package live

import "github.com/asterisk-go/asterisk-go/event"

// backlog keeps events of routers that are ahead of the one of channels: they are about channels that are not known yet.
type backlog struct {
	waiting map[string]*waiting // by Uniqueid
	size    int
	current bool // one of them is applied
}

type waiting struct {
	events []event.Event
	since  uint64 // the generation in which the first came
}

const maxBacklog = 1000 // events

// find is the state's find for an event of another router than that of channels: it begins no channel, but keeps the event until
// there is one. Asking is for the caller if full is set.
func (b *backlog) find(s *state, c *event.ChannelSnapshot, ev event.Event) (l *leg, sure, full bool) {
	l = s.pairs[event.Channel{Name: c.Channel, UniqueID: c.UniqueID}]
	switch {
	case b.current:
		return l, l != nil, l == nil
	case l != nil, s.doubt, s.synthetic, c.Channel == "", c.UniqueID == "", s.names[c.Channel] != nil, s.legs[c.UniqueID] != nil, s.ended.has(c.UniqueID):
		l, sure = s.find(c)
		return l, sure, s.doubt || l != nil && !sure
	case b.size >= maxBacklog:
		return nil, false, true
	}
	w := b.waiting[c.UniqueID]
	if w == nil {
		if b.waiting == nil {
			b.waiting = make(map[string]*waiting)
		}
		w = &waiting{since: s.generation}
		b.waiting[c.UniqueID] = w
	}
	w.events = append(w.events, ev)
	b.size++
	return nil, false, false
}

// serve has the events applied that wait for channels which are there now. It is called by a keeper's commit, so apply must not touch
// channels.
func (b *backlog) serve(s *state, apply func(ev event.Event)) {
	if b.size == 0 {
		return
	}
	by, at, doubt, synthetic := s.event, s.at, s.doubt, s.synthetic
	for _, l := range s.touched.legs {
		w := b.waiting[l.id]
		if w == nil {
			continue
		}
		b.drop(l.id)
		b.current = true
		for _, ev := range w.events {
			s.event, s.at, s.doubt, s.synthetic = ev, ev.Received(), false, false
			apply(ev)
		}
		b.current = false
	}
	s.event, s.at, s.doubt, s.synthetic = by, at, doubt, synthetic
}

// skip forgets the events that wait for channels which are there now, and reports whether there were such.
func (b *backlog) skip(s *state) (were bool) {
	if b.size == 0 {
		return false
	}
	for _, l := range s.touched.legs {
		if b.waiting[l.id] != nil {
			b.drop(l.id)
			were = true
		}
	}
	return were
}

func (b *backlog) drop(id string) {
	b.size -= len(b.waiting[id].events)
	delete(b.waiting, id)
}

func (b *backlog) clear() { b.waiting, b.size = nil, 0 }

// sweep forgets what waits since before a generation.
func (b *backlog) sweep(since uint64) {
	for id, w := range b.waiting {
		if w.since < since {
			b.drop(id)
		}
	}
}
