package session

import (
	"errors"
	"io"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// Alone is an action whose answer comes by itself, as in the body of an HTTP
// response. What comes with it belongs to it, or is news.
type Alone struct {
	// ID is the ActionID to send the action with.
	ID string
	// News gets the news; nil means the hub.
	News func(b transport.Block, received time.Time, doubt event.Doubt)

	action  *Action
	pending *Pending
	counts  *Counts
	limits  transport.Limits
	most    int // bytes of the answer, if no sink takes the items
}

// NewAlone makes an action whose answer will be read within the limits, and counted.
// Items go to sink; if it is nil they are kept, and the bytes of of are those of the
// whole answer.
func NewAlone(a action.Action, hub Hub, errors *Errors, counts *Counts, of Limits, limits transport.Limits, sink func(event.Raw) bool) *Alone {
	p := NewPending(hub, errors, 0)
	p.lone = true
	alone := &Alone{action: NewAction(a, of, sink), pending: p, counts: counts, limits: limits, most: of.Bytes}
	alone.action.done = make(chan struct{})
	alone.action.request.number, alone.action.request.token = p.ids.next()
	alone.ID = string(p.ids.appendID(nil, alone.action.request.number, alone.action.request.token))
	p.sent = []*Action{alone.action}
	return alone
}

// Name is that of the action.
func (a *Alone) Name() string { return a.action.name }

// Read reads the answer to its end, which is that of the body. Where the body
// ends before the answer does, the error is ErrOutcomeUnknown with the body's own.
func (a *Alone) Read(body io.Reader) (*Response, error) {
	p := a.pending
	defer p.hub.Flush() // the last read may have brought events and the end at once
	if a.action.got.sink == nil {
		body = &bounded{body, a.most}
	}
	err := NewReader(body, a.limits, p, a.counts, aloneReceiver{a}).Run()
	switch {
	case errors.Is(err, errLongAnswer) && a.action.stage == listing:
		return nil, p.errors.outcome(a.action.name, ErrTooManyItems, nil)
	case !errors.Is(err, io.EOF):
		return nil, p.errors.Unknown(a.action.name, err)
	}
	if a.action.stage != complete {
		a.action.overtaken(&p.shared)
	}
	return a.action.result(&p.shared)
}

var errLongAnswer = errors.New("the answer is over Config.MaxListBytes")

// bounded is what an answer is read of, up to so many bytes.
type bounded struct {
	io.Reader
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if n > b.left {
		return 0, errLongAnswer
	}
	b.left -= n
	return n, err
}

// aloneReceiver is the side of an [Alone] that its reader sees.
type aloneReceiver struct{ *Alone }

func (r aloneReceiver) News(b transport.Block, _ string, received time.Time, doubt event.Doubt) {
	if r.Alone.News != nil {
		r.Alone.News(b, received, doubt)
		return
	}
	r.pending.hub.Queue(b, received, doubt)
}

func (r aloneReceiver) Missed(head transport.Block, received time.Time) {
	r.pending.hub.Oversized(head, received)
}

func (aloneReceiver) Skipped(*transport.LimitError) {}
