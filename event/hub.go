package event

import (
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/transport"
)

// Hub fans events out to subscriptions. A session of package ami has one
// inside; one made by hand serves log replay, fakes and bridges. The zero
// value is ready. All methods are safe for concurrent use, and none of them
// waits for a consumer.
type Hub struct {
	owner any            // its session's subscriptions; nil for a hub of the user's own
	warn  func(ev Event) // may be nil; both are set before the first use

	mu       sync.Mutex // guards all below; taken before a subscription's own
	closed   bool
	err      error
	epoch    uint32
	sequence uint64
	last     time.Time // when the latest event was received
	offers   uint64    // events that subscriptions were looked up for
	warned   uint32    // the latest epoch, plus one, of an event that Warn was given
	doubtful int64
	index    index
	all      map[*Subscription]bool
	touched  []*Subscription // have news since the last Flush
}

// Subscribe starts a subscription for what the filter matches. A nil config
// has the defaults. On a closed hub the subscription ends at once.
func (h *Hub) Subscribe(filter Filter, config *SubscribeConfig) *Subscription {
	s := newSubscription(h, filter, config)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		s.end(h.err)
		return s
	}
	if h.all == nil {
		h.all = make(map[*Subscription]bool)
	}
	h.all[s] = true
	h.index.add(s)
	return s
}

// Publish gives an event to the subscriptions that want it, as received now.
// The first key of the block must be Event; other blocks are ignored.
func (h *Hub) Publish(b transport.Block) {
	h.queue(b, time.Now(), 0)
	h.flush()
}

// queue is Publish without telling the consumers.
func (h *Hub) queue(b transport.Block, received time.Time, doubt Doubt) {
	name, ok := nameOf(b.First())
	if !ok {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	base := h.number(received)
	base.doubt = doubt
	named := h.index.find(name)
	if named == nil && h.index.any.empty() {
		return
	}
	h.offers++
	raw := Raw{Base: base}
	h.offer(named, b, &raw)
	h.offer(&h.index.any, b, &raw)
}

// offer delivers b to those whose filter matches. The text is copied once, for
// the first of them.
func (h *Hub) offer(to *bucket, b transport.Block, raw *Raw) {
	if to == nil {
		return
	}
	h.deliver(to.plain, b, raw)
	for _, d := range to.demand {
		if value, ok := demandedValue(b, d.key); ok {
			h.deliver(d.byValue[value], b, raw)
		}
	}
}

// demandedValue is the value of a key by which subscriptions are found. Their
// filters look again.
func demandedValue(b transport.Block, key string) (value string, ok bool) {
	value, rest, ok := findField(b.Text(), key)
	if ok && differs(value, rest, key) {
		name, _ := nameOf(b.First())
		return certain(name, b.Text(), key)
	}
	return value, ok
}

func (h *Hub) deliver(alternatives []*alternative, b transport.Block, raw *Raw) {
	for _, found := range alternatives {
		s := found.sub
		if s.offered == h.offers { // by another alternative
			continue
		}
		s.offered = h.offers
		if !found.exact && !s.filter.match(b) {
			continue
		}
		if raw.wire == (wire{}) {
			raw.wire = wireOf(b.Fields())
		}
		s.deliver(raw)
		h.touch(s)
	}
}

// Close ends all subscriptions: each gives what it has queued, and then this
// error. A nil error means [ErrClosed]. Later calls change nothing.
func (h *Hub) Close(err error) {
	if err == nil {
		err = ErrClosed
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return
	}
	h.closed, h.err = true, err
	for s := range h.all {
		s.end(err)
	}
	h.all, h.index, h.touched = nil, index{}, nil
}

// flush gives the consumers what queue had for them, and wakes those that wait.
func (h *Hub) flush() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, s := range h.touched {
		s.touched = false
		s.flush()
		h.touched[i] = nil
	}
	h.touched = h.touched[:0]
}

func (h *Hub) doubted(ev Event) {
	h.mu.Lock()
	h.doubtful++
	epoch := uint32(ev.Epoch()) + 1
	first := epoch > h.warned
	h.warned = max(h.warned, epoch)
	h.mu.Unlock()
	if first && h.warn != nil {
		h.warn(ev)
	}
}

// number counts one more event of the connection.
func (h *Hub) number(received time.Time) Base {
	h.sequence++
	h.last = received
	return h.base()
}

func (h *Hub) base() Base {
	return Base{epoch: h.epoch, sequence: h.sequence, received: h.last}
}

func (h *Hub) touch(s *Subscription) {
	if !s.touched {
		s.touched = true
		h.touched = append(h.touched, s)
	}
}

func (h *Hub) remove(s *Subscription) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.all[s] {
		delete(h.all, s)
		h.index.remove(s)
		s.flush()
	}
}
