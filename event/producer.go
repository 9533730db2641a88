package event

import (
	"time"

	"github.com/asterisk-go/asterisk-go/internal/producer"
	"github.com/asterisk-go/asterisk-go/transport"
)

// Producer is the half of a hub that the sessions of this module fill. Only they
// can name its argument.
func (h *Hub) Producer(producer.Key) *source { return (*source)(h) }

// Producer is that of the subscription's hub: see [Hub.Producer].
func (s *Subscription) Producer(producer.Key) *source { return (*source)(s.hub) }

// source is the side of a [Hub] that its session sees. Its methods are safe for
// concurrent use, but for Own and Warn, which are called before all others.
type source Hub

// Hub is the hub that is filled.
func (p *source) Hub() *Hub { return (*Hub)(p) }

// Own says what the hub belongs to.
func (p *source) Own(owner any) { p.owner = owner }

// Owner is what Own was given; nil for a hub of the user's own.
func (p *source) Owner() any { return p.owner }

// Warn has warn called with the first event of each epoch that a consumer was
// given and that [Event.Doubt] says something of, on that consumer's goroutine.
func (p *source) Warn(warn func(ev Event)) { p.warn = warn }

// Queue is [Hub.Publish] without telling the consumers, for a reader that has
// more events at hand and calls Flush before it waits for input. The reasons why
// its reader has found the event odd are added to what [Event.Doubt] tells.
func (p *source) Queue(b transport.Block, received time.Time, doubt Doubt) {
	p.Hub().queue(b, received, doubt)
}

// Flush gives the consumers what Queue and Item had for them, and wakes those
// that wait.
func (p *source) Flush() { p.Hub().flush() }

// Stamp numbers b as Queue does, and gives it to nobody: an event that answers
// an action.
func (p *source) Stamp(b transport.Block, received time.Time, doubt Doubt) Raw {
	h := p.Hub()
	h.mu.Lock()
	base := h.number(received)
	h.mu.Unlock()
	base.wire, base.doubt = wireOf(b.Fields()), doubt
	return Raw{Base: base}
}

// Doubted counts an event that was handed out without a subscription, as an item
// of a list is, if [Event.Doubt] says something of it.
func (p *source) Doubted(ev Event) {
	if ev.Doubt() != 0 {
		p.Hub().doubted(ev)
	}
}

// Doubtful counts the odd events that consumers were given, each as often as
// that: see [Event.Doubt]. Those that nobody has decoded are not among them.
func (p *source) Doubtful() int64 {
	h := p.Hub()
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.doubtful
}

// Item gives a stamped item of a snapshot to s alone, whatever its filter and
// limit. It reports whether the items that wait in s, with this one, have no
// more than most bytes; one that is over them is left out.
func (p *source) Item(s *Subscription, item Raw, most int) bool {
	h := p.Hub()
	h.mu.Lock()
	defer h.mu.Unlock()
	item.item = true
	if item.sequence != h.sequence { // more came since, by another connection
		item.sequence = h.number(item.received).sequence
	}
	if !s.admitItem(&item, most) {
		return false
	}
	h.touch(s)
	return true
}

// Oversized counts an event that was too long to read as missed by the
// subscriptions that its first line, all that is known of it, may concern.
func (p *source) Oversized(head transport.Block, received time.Time) {
	name, ok := nameOf(head.First())
	if !ok {
		return
	}
	h := p.Hub()
	h.mu.Lock()
	defer h.mu.Unlock()
	base := h.number(received)
	h.offers++
	lose := func(found *alternative) {
		if s := found.sub; s.offered != h.offers {
			s.offered = h.offers
			s.lose(base)
			h.touch(s)
		}
	}
	h.index.find(name).all(lose)
	h.index.any.all(lose)
}

// Connect begins the next epoch and tells all subscriptions.
func (p *source) Connect(address string) {
	h := p.Hub()
	h.mu.Lock()
	h.epoch++
	h.sequence = 0
	h.last = time.Now()
	base := h.base()
	for s := range h.all {
		s.connect(newConnected(base, address))
		h.touch(s)
	}
	h.mu.Unlock()
	h.flush()
}

// Disconnect puts a [Gap] into all subscriptions. The error is its Err.
func (p *source) Disconnect(err error) {
	h := p.Hub()
	h.mu.Lock()
	h.last = time.Now()
	base := h.base()
	for s := range h.all {
		s.disconnect(newGap(base, GapDisconnected, -1, err))
		h.touch(s)
	}
	h.mu.Unlock()
	h.flush()
}

// NeedsSnapshot receives a value when a connection starts and after a gap within
// one; while s drops events, not before its consumer has made room again.
func (p *source) NeedsSnapshot(s *Subscription) <-chan struct{} { return s.gaps }

// Gaps counts losses of s so far, including those whose [Gap] is still queued.
func (p *source) Gaps(s *Subscription) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gapCount
}

// Served returns what Sync was given with a Synced, and whether a [Gap] before it
// still asked for a snapshot: then another Synced follows.
func (p *source) Served(e Synced) (serves uint64, more bool) { return e.serves, e.more }

// Sync puts a [Synced] into s, unless there was a gap since Gaps returned gaps:
// then the snapshot is of the past, and Sync returns false. Serves is what Served
// returns for this Synced.
func (p *source) Sync(s *Subscription, gaps uint64, lists []ListResult, serves uint64) bool {
	h := p.Hub()
	h.mu.Lock()
	synced := newSynced(h.base(), lists)
	synced.serves = serves
	done := s.sync(gaps, synced)
	h.touch(s)
	h.mu.Unlock()
	h.flush()
	return done
}
