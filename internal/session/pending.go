package session

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/transport"
)

// Pending are the actions of a connection from their start to their end: first
// those waiting to be written, then those waiting for an answer, both in the
// order in which Asterisk will answer.
type Pending struct {
	shared
	places Places
	lone   bool          // there is one action, and nothing is sent to end it
	unsent chan struct{} // holds a token while actions wait to be written

	mu      sync.Mutex // guards all below, and the actions
	ids     ids
	waiting []*Action
	sent    []*Action
	offset  int64 // bytes given to the connection
	dead    error
}

// NewPending makes the pending actions of a connection, of which so many may be
// unanswered at once.
func NewPending(hub Hub, errors *Errors, inFlight int) *Pending {
	return &Pending{shared: shared{hub, errors}, places: make(Places, inFlight), unsent: make(chan struct{}, 1), ids: newIDs()}
}

// Unsent receives a value when there are actions to be written.
func (p *Pending) Unsent() <-chan struct{} { return p.unsent }

// InFlight is how many actions hold a place.
func (p *Pending) InFlight() int { return len(p.places) }

// Start encodes an action and queues it as soon as there is a place, until ctx or
// the connection ends, which cause says why of. Behind an action that may be
// answered by nothing goes a Ping, whose answer then says so.
func (p *Pending) Start(ctx context.Context, a *Action, encode func(*transport.Builder) error, ended <-chan struct{}, cause func() error) error {
	if ctx.Err() != nil {
		return p.errors.NotSent(a.name, Ended(ctx))
	}
	if err := a.Encode(encode); err != nil {
		return p.errors.Invalid(a.name, err)
	}
	if err := p.places.Take(ctx, ended, cause); err != nil {
		return p.errors.NotSent(a.name, err)
	}
	a.request.place = true
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.dead != nil {
		p.places.Free()
		return p.errors.NotSent(a.name, p.dead)
	}
	p.add(a)
	if a.form.silent {
		p.add(newPing())
	}
	return nil
}

// Ping sends a Ping that nobody waits for.
func (p *Pending) Ping() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ping()
}

func (p *Pending) ping() {
	if p.dead == nil && !p.lone {
		p.add(newPing())
	}
}

// newPing makes a Ping that holds no place.
func newPing() *Action {
	a := NewAction(action.Ping{}, Limits{}, nil)
	a.abandoned = true
	_ = a.Encode(action.Ping{}.Encode) // has no fields that could be wrong
	return a
}

// add numbers an action and queues it.
func (p *Pending) add(a *Action) {
	a.request.number, a.request.token = p.ids.next()
	var id [32]byte
	a.request.message = slices.Insert(a.request.message, a.request.idAt, p.ids.appendID(id[:0], a.request.number, a.request.token)...)
	a.done = make(chan struct{})
	p.waiting = append(p.waiting, a)
	select {
	case p.unsent <- struct{}{}:
	default:
	}
}

// Take moves what waits to the sent ones. It appends their messages to buf, and
// returns how many there are.
func (p *Pending) Take(buf []byte, now time.Time) ([]byte, int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, a := range p.waiting {
		buf = append(buf, a.request.message...)
		p.offset += int64(len(a.request.message))
		a.request.message, a.request.end, a.request.sentAt = nil, p.offset, now
	}
	p.sent = append(p.sent, p.waiting...)
	taken := len(p.waiting)
	clear(p.waiting)
	p.waiting = p.waiting[:0]
	return buf, taken
}

// Await waits for the end of an action that was started.
func (p *Pending) Await(ctx context.Context, a *Action) (*Response, error) {
	select {
	case <-a.done:
		return a.result(&p.shared)
	case <-ctx.Done():
	}
	switch unsent, over := p.Abandon(a); {
	case unsent:
		return nil, p.errors.NotSent(a.name, Ended(ctx))
	case over:
		return a.result(&p.shared) // its end came first after all
	}
	return nil, p.errors.Unknown(a.name, Ended(ctx))
}

// Abandon says that nobody waits for an action any more. It reports whether it
// will never be sent, or is over already.
func (p *Pending) Abandon(a *Action) (unsent, over bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-a.done:
		return false, true
	default:
	}
	a.forget()
	if !a.request.sentAt.IsZero() {
		return false, false
	}
	p.waiting = slices.DeleteFunc(p.waiting, func(w *Action) bool { return w == a })
	p.end(a)
	return true, false
}

// end is where every action ends: it gives its place back, and lets whoever waits
// for it go on.
func (p *Pending) end(a *Action) {
	if a.request.place {
		p.places.Free()
	}
	close(a.done)
}

// leave ends an action that was sent.
func (p *Pending) leave(a *Action) {
	if p.sent[0] == a { // nearly always
		p.sent[0] = nil
		p.sent = p.sent[1:]
	} else {
		p.sent = slices.DeleteFunc(p.sent, func(s *Action) bool { return s == a })
	}
	p.end(a)
}

// find looks a number up; the list is sorted by it, and the first is nearly
// always the one.
func (p *Pending) find(number uint64) *Action {
	if len(p.sent) > 0 && p.sent[0].request.number == number {
		return p.sent[0]
	}
	i, found := slices.BinarySearchFunc(p.sent, number, func(a *Action, number uint64) int {
		return cmp.Compare(a.request.number, number)
	})
	if !found {
		return nil
	}
	return p.sent[i]
}

// oldest is the action that Asterisk is at; nil without one.
func (p *Pending) oldest() *Action {
	if len(p.sent) == 0 {
		return nil
	}
	return p.sent[0]
}

// Excuse returns until when the actions in flight excuse silence; zero for not
// at all. Asterisk begins one when the one before has ended, so perhaps not
// before heard, when it last said something.
func (p *Pending) Excuse(heard time.Time) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	var until time.Time
	for _, a := range p.sent {
		begun := a.request.sentAt
		if heard.After(begun) {
			begun = heard
		}
		if end := begun.Add(a.request.busy); a.request.busy > 0 && end.After(until) {
			until = end
		}
	}
	return until
}

// Close ends all actions: accepted is how many bytes the connection took.
func (p *Pending) Close(cause error, accepted int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dead = cause
	for _, a := range p.sent {
		if a.request.end > accepted {
			a.fail(&p.shared, ErrNotSent, cause)
		} else {
			a.fail(&p.shared, ErrOutcomeUnknown, cause)
		}
		p.end(a)
	}
	for _, a := range p.waiting {
		a.fail(&p.shared, ErrNotSent, cause)
		p.end(a)
	}
	p.sent, p.waiting = nil, nil
}

// Listing is a list that was started, for [Stream].
func (p *Pending) Listing(a *Action) Listing { return &listed{p, a} }

type listed struct {
	pending *Pending
	action  *Action
}

func (l *listed) Done() <-chan struct{} { return l.action.done }

func (l *listed) Wait(ctx context.Context) error {
	_, err := l.pending.Await(ctx, l.action)
	return err
}

func (l *listed) Drop() { l.pending.Abandon(l.action) }
