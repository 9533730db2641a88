package session

import (
	"errors"
	"io"
	"sync/atomic"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// Reader frames what Asterisk writes and gives each block to whom it belongs:
// events to the hub, answers and the items of lists to the pending actions. It
// never waits for a consumer, never decodes and runs no user code.
type Reader struct {
	in      *transport.Reader
	limits  transport.Limits
	source  source
	pending *Pending
	hub     Hub
	counts  *Counts
	to      Receiver

	sorter  sorter
	suspect suspect
}

// Receiver gets what is for no action. Its methods are called on the goroutine
// that reads, so they must not wait.
type Receiver interface {
	// News are events for everybody, and those that belong to no action.
	News(b transport.Block, name string, received time.Time, doubt event.Doubt)
	// Missed is the beginning of news that were over the limits.
	Missed(head transport.Block, received time.Time)
	// Skipped is told of each block over the limits, whoever it was for.
	Skipped(limit *transport.LimitError)
}

// NewReader makes a reader of src.
func NewReader(src io.Reader, limits transport.Limits, pending *Pending, counts *Counts, to Receiver) *Reader {
	r := &Reader{limits: limits, pending: pending, hub: pending.hub, counts: counts, to: to}
	r.source = source{src: src, hub: pending.hub, bytes: &counts.BytesIn, began: time.Now()}
	r.in = transport.NewReader(&r.source, &limits)
	r.sorter.reader = r.in
	return r
}

// SetLimits changes the limits from the next block on.
func (r *Reader) SetLimits(limits transport.Limits) {
	r.limits = limits
	r.sorter.changed()
	r.in.SetLimits(&limits)
}

// Line reads a line, before the first block.
func (r *Reader) Line() (string, error) { return r.in.Line() }

// Heard is when the peer was last heard. It may be called by any goroutine.
func (r *Reader) Heard() time.Time { return r.source.heard() }

// Run reads until the source fails, and returns why.
func (r *Reader) Run() error {
	err := r.run()
	if r.suspect.held {
		r.news(r.suspect.take())
	}
	return err
}

func (r *Reader) run() error {
	var limit *transport.LimitError // one for all: errors.As puts it on the heap
	for {
		block, err := r.in.Next()
		if err == nil {
			block, err = r.dispatch(block)
		}
		switch {
		case err == nil:
		case errors.As(err, &limit):
			r.oversized(block, limit)
		default:
			return err
		}
	}
}

// dispatch gives a block to whom it belongs. With an error it returns the block
// that it is about.
func (r *Reader) dispatch(b transport.Block) (transport.Block, error) {
	k, value := r.sorter.next(b)
	if r.suspect.held {
		r.decide(k, b)
	}
	switch k {
	case newsBlock:
		r.counts.Events.Add(1)
		r.to.News(b, value, r.source.received, r.cutBehind())
	case itemBlock:
		r.counts.Events.Add(1)
		r.item(arrival{b, r.source.received, r.cutBehind()})
	case answerBlock:
		return r.reply(b, value)
	default:
		if !r.pending.stray(b) {
			r.counts.Orphans.Add(1)
		}
	}
	return b, nil
}

func (r *Reader) reply(b transport.Block, status string) (transport.Block, error) {
	number, whose := r.pending.ownerOfReply(b)
	if whose == us && status == "Follows" && r.pending.isCommand(number) {
		var err error
		if b, err = r.follow(b); err != nil {
			return b, err
		}
	}
	r.counts.Responses.Add(1)
	if whose != us {
		r.counts.Orphans.Add(1)
		return b, nil
	}
	r.count(r.pending.reply(number, b, status))
	return b, nil
}

func (r *Reader) count(t tally) {
	r.counts.Orphans.Add(int64(t.strays))
	if t.late {
		r.counts.Late.Add(1)
	}
}

// item takes an event that is not for everybody.
func (r *Reader) item(b arrival) {
	switch number, whose := r.pending.owner(b.Block); {
	case whose == us:
		r.count(r.pending.item(number, b))
	case !mayBeItem(b.Block):
		r.news(b)
	case whose == nobody:
		if !r.pending.adopt(b) {
			b.doubt |= event.DoubtNoActionID
			r.news(b)
		}
	case r.pending.listing() && r.suspect.hold(b):
	default:
		r.news(b)
	}
}

// decide says by the block after it whose the suspect is.
func (r *Reader) decide(k kind, next transport.Block) {
	_, whose := r.pending.owner(next)
	decided, ours := r.suspect.decide(k, whose)
	if !decided {
		return
	}
	b := r.suspect.take()
	if ours {
		cut := b
		cut.doubt |= event.DoubtCut
		if r.pending.adopt(cut) {
			return
		}
	}
	r.news(b)
}

func (r *Reader) news(b arrival) {
	_, name := b.First()
	r.to.News(b.Block, name, b.received, b.doubt)
}

// cutBehind reports that the event which is at hand was cut, where what has been
// read behind it tells that: lines that belong to no message.
func (r *Reader) cutBehind() event.Doubt {
	b, k, whole := r.sorter.peek()
	fits := true
	switch k {
	case noBlock, newsBlock:
	case itemBlock:
		fits = !whole || r.belongs(b) || r.pending.listing() || !mayBeItem(b)
	case answerBlock:
		fits = !whole || r.belongs(b) || r.pending.unanswered()
	default:
		fits = r.pending.linesDue()
	}
	if fits {
		return 0
	}
	return event.DoubtCut
}

// belongs reports whether a block has an ActionID of ours, or another's where
// Asterisk writes it, as behind a proxy.
func (r *Reader) belongs(b transport.Block) bool {
	if idInPlace(b) {
		return true
	}
	_, whose := r.pending.owner(b)
	return whose == us
}

// oversized says whose block it was that did not fit.
func (r *Reader) oversized(head transport.Block, limit *transport.LimitError) {
	r.counts.Oversized.Add(1)
	r.to.Skipped(limit)
	if isNews(head) {
		r.to.Missed(head, r.source.received)
		return
	}
	number, whose := r.pending.owner(head)
	key, _ := head.First()
	switch {
	case r.pending.cutAlone(limit):
	case whose == us:
		r.pending.cut(number, limit)
	case key == "Event" && mayBeItem(head) && r.pending.cutList(limit): // many items have their ActionID last
	default:
		r.to.Missed(head, r.source.received)
	}
}

// source is what the transport.Reader reads. Before it waits for more it lets
// the consumers of what was read before have it, and after it has more it
// takes the time, once for all events of a read.
type source struct {
	src      io.Reader
	hub      Hub
	bytes    *atomic.Int64
	began    time.Time
	received time.Time    // of the last read; the reader's goroutine only
	at       atomic.Int64 // the same, for heard, as what has passed since began
}

func (s *source) Read(p []byte) (int, error) {
	s.hub.Flush()
	n, err := s.src.Read(p)
	s.received = time.Now()
	s.at.Store(int64(s.received.Sub(s.began)))
	s.bytes.Add(int64(n))
	return n, err
}

// heard is by the monotonic clock: somebody may set the other.
func (s *source) heard() time.Time { return s.began.Add(time.Duration(s.at.Load())) }
