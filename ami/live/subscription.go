package live

import (
	"context"
	"errors"
	"iter"
	"sync"

	"github.com/asterisk-go/asterisk-go/internal/ended"
)

// ErrClosed is returned by methods of a model and of a subscription after Close.
var ErrClosed = errors.New("live: closed")

// DefaultLimit is how many changes wait for a consumer unless told otherwise.
const DefaultLimit = 8192

// SubscribeConfig adjusts a [Subscription]. The zero value and nil have the defaults: all
// changes.
type SubscribeConfig struct {
	// Limit is how many changes may wait for the consumer; 0 means [DefaultLimit]. If
	// there are more, all that wait are left out, and a [Reset] takes their place.
	Limit int
	// Each field has the keys of the objects whose changes are wanted. If all fields are empty, the changes of all objects
	// are; parking lots and parked calls can't be chosen by their keys. A thousand subscriptions to a Call each cost little
	// more than one.
	Channels, Bridges, Calls              []string
	Devices, Presences, Agents, Mailboxes []string
	Conferences                           []string // with their Participants
	Queues                                []string // with their members and callers
	Extensions                            []string // as 700@hints
	Contacts                              []string // as 100/sip:100@192.0.2.1:5060
}

// Subscription is a stream of changes with a queue of its own. It begins with a
// [Reset]. All methods are safe for concurrent use; a change goes to whichever goroutine asks first.
type Subscription struct {
	model *Model
	limit int
	keys  []objectKey // empty for all

	ready chan struct{} // holds a token while there may be something to take
	done  chan struct{} // closed when no more changes will come

	mu    sync.Mutex // guards all below
	queue []change
	taken int   // of the queue
	first *View // of the Reset that it begins with; nil once that was taken
	reset bool  // a Reset comes next, with the View of then
	err   error
}

// Subscribe starts a stream of changes. It begins with a [Reset], which has the View of
// the moment; after it comes every change, none twice. Close the subscription when done with it.
func (m *Model) Subscribe(config *SubscribeConfig) *Subscription {
	return m.subscribe(config, make(chan struct{}, 1))
}

// subscribe is Subscribe with the channel that gets a token while there may be something to take, and keys that are added to those of the
// config unless it has none.
func (m *Model) subscribe(config *SubscribeConfig, ready chan struct{}, more ...objectKey) *Subscription {
	s := &Subscription{model: m, limit: DefaultLimit, ready: ready, done: make(chan struct{})}
	if config != nil {
		if config.Limit > 0 {
			s.limit = config.Limit
		}
		s.keys = config.keys()
	}
	if len(s.keys) > 0 {
		s.keys = append(s.keys, more...)
	}
	s.wake()
	m.mu.Lock()
	defer m.mu.Unlock()
	s.first = m.state.view()
	if m.err != nil {
		s.end(m.err)
		return s
	}
	m.listeners.add(s)
	return s
}

func (c *SubscribeConfig) keys() (all []objectKey) {
	for of, keys := range map[string][]string{"channel": c.Channels, "bridge": c.Bridges, "call": c.Calls, "conference": c.Conferences, "queue": c.Queues,
		"device": c.Devices, "presence": c.Presences, "agent": c.Agents, "mailbox": c.Mailboxes, "extension": c.Extensions, "contact": c.Contacts} {
		for _, key := range keys {
			all = append(all, objectKey{of, key})
		}
	}
	return all
}

// Next waits for the next change. Once ctx has ended it returns an error that is both
// ctx.Err() and the context's cause; after Close [ErrClosed]; and after the session's end the cause of that, once
// the last change has been taken.
func (s *Subscription) Next(ctx context.Context) (Change, error) {
	for {
		if ctx.Err() != nil {
			return nil, ended.Error(ctx)
		}
		if c, err := s.take(); c != nil || err != nil {
			return c, err
		}
		select {
		case <-s.ready:
		case <-s.done:
		case <-ctx.Done():
		}
	}
}

// All yields changes until ctx ends or the subscription does; [Subscription.Err] then tells
// why. Leaving the loop does not close the subscription.
func (s *Subscription) All(ctx context.Context) iter.Seq[Change] { return stream(ctx, s.Next) }

// stream yields what next returns, until that fails.
func stream[T any](ctx context.Context, next func(context.Context) (T, error)) iter.Seq[T] {
	return func(yield func(T) bool) {
		for {
			c, err := next(ctx)
			if err != nil || !yield(c) {
				return
			}
		}
	}
}

// Err is nil while the subscription lives and after Close; after the end of the session
// it is the cause of that.
func (s *Subscription) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if errors.Is(s.err, ErrClosed) {
		return nil
	}
	return s.err
}

// Close ends the subscription and forgets what waits. It never waits itself, and may be
// called from the consumer's loop.
func (s *Subscription) Close() {
	s.model.mu.Lock()
	s.model.listeners.remove(s)
	s.model.mu.Unlock()
	s.mu.Lock()
	s.queue, s.taken, s.first, s.reset = nil, 0, nil, false
	s.mu.Unlock()
	s.end(ErrClosed)
}

// take takes the next change; nil if there is none.
func (s *Subscription) take() (Change, error) {
	s.mu.Lock()
	if s.reset {
		s.mu.Unlock()
		return s.takeReset()
	}
	defer s.mu.Unlock()
	if s.first != nil {
		view := s.first
		s.first = nil
		s.wake() // another goroutine may wait
		return Reset{view}, nil
	}
	if s.taken == len(s.queue) {
		return nil, s.err
	}
	next := &s.queue[s.taken]
	c := next.after.changed(next)
	s.queue[s.taken] = change{}
	if s.taken++; s.taken == len(s.queue) {
		s.queue, s.taken = s.queue[:0], 0
	} else {
		s.wake() // another goroutine may wait
	}
	return c, nil
}

// takeReset takes the View of now. Changes after it wait from now on.
func (s *Subscription) takeReset() (Change, error) {
	s.model.mu.Lock()
	defer s.model.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.reset { // another goroutine was faster
		s.wake()
		return nil, nil
	}
	s.reset = false
	return Reset{s.model.state.view()}, nil
}

// offer queues a change. The caller holds the model's mutex.
func (s *Subscription) offer(c change) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.reset || s.err != nil:
		return
	case len(s.queue)-s.taken >= s.limit:
		s.queue, s.taken, s.first, s.reset = nil, 0, nil, true
	default:
		if s.taken > s.limit {
			s.queue, s.taken = append(s.queue[:0], s.queue[s.taken:]...), 0
		}
		s.queue = append(s.queue, c)
	}
	s.wake()
}

// end says that nothing follows what waits.
func (s *Subscription) end(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.err = err
		close(s.done)
		s.wake() // a group waits for all of its subscriptions together
	}
}

func (s *Subscription) wake() { wake(s.ready) }

// wake puts a token into a channel that holds one, if there is none.
func wake(ready chan<- struct{}) {
	select {
	case ready <- struct{}{}:
	default:
	}
}

// listeners are the subscriptions of a model, by what they want.
type listeners struct {
	all   map[*Subscription]struct{}
	every map[*Subscription]struct{} // those that want all objects
	keyed map[objectKey]map[*Subscription]struct{}
}

func newListeners() listeners {
	return listeners{make(map[*Subscription]struct{}), make(map[*Subscription]struct{}), make(map[objectKey]map[*Subscription]struct{})}
}

func (l *listeners) add(s *Subscription) {
	l.all[s] = struct{}{}
	if len(s.keys) == 0 {
		l.every[s] = struct{}{}
	}
	for _, key := range s.keys {
		if l.keyed[key] == nil {
			l.keyed[key] = make(map[*Subscription]struct{})
		}
		l.keyed[key][s] = struct{}{}
	}
}

func (l *listeners) remove(s *Subscription) {
	delete(l.all, s)
	delete(l.every, s)
	for _, key := range s.keys {
		if delete(l.keyed[key], s); len(l.keyed[key]) == 0 {
			delete(l.keyed, key)
		}
	}
}

// tell gives a change to those who want it.
func (l *listeners) tell(c change) {
	for s := range l.every {
		s.offer(c)
	}
	if len(l.keyed) > 0 {
		for s := range l.keyed[c.after.subscribedBy()] {
			s.offer(c)
		}
	}
}
