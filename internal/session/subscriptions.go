package session

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/producer"
)

// Subscriptions are those of a session, with the snapshots that some of them
// carry, and the goroutines that its Close waits for.
type Subscriptions struct {
	hub    Hub
	errors *Errors
	source func(ctx context.Context, stop <-chan struct{}) (Source, error)
	most   int // bytes of the items of snapshots that wait in a subscription
	tasks  Tasks

	mu        sync.Mutex // guards snapshots
	snapshots map[*event.Subscription]*snapshot
}

// Source is a login that the lists of snapshots are run on.
type Source interface {
	Login
	// Identity tells whose login to what this is.
	Identity() Identity
	// Lists runs lists and returns their errors. Their items go to take, with
	// the index of the list, on the goroutine that reads; it reports whether there
	// was room for one. A barrier goes after them if that is asked for: its error
	// is nil once the hub has all events that Asterisk had for the session before.
	Lists(ctx context.Context, lists []action.Action, barrier bool, take func(list int, item event.Raw) bool) (errs []error, past error)
}

// Identity is what a login knows of itself.
type Identity struct {
	User      string
	Version   asterisk.Version
	EventMask EventMask
	Booted    bool // FullyBooted was seen
	AwaitBoot bool // the login has waited for the end of a boot
}

// NewSubscriptions makes those of the session that fills hub. The function source
// waits for the login that its events come from; it returns an error when ctx ends
// or stop is closed first, which a nil stop never is. Items of snapshots that wait
// for a consumer may have so many bytes.
func NewSubscriptions(hub Hub, errors *Errors, most int, source func(ctx context.Context, stop <-chan struct{}) (Source, error)) *Subscriptions {
	s := &Subscriptions{hub: hub, errors: errors, most: most, source: source, snapshots: make(map[*event.Subscription]*snapshot)}
	hub.Own(s)
	return s
}

// Of returns the subscriptions of the session that sub is of; false for one of a
// hub that a user made.
func Of(sub *event.Subscription) (s *Subscriptions, ok bool) {
	s, ok = sub.Producer(producer.Key{}).Owner().(*Subscriptions)
	return s, ok
}

// Subscribe starts a subscription, with a snapshot if there are lists for one.
// The lists that then makes of an item are run after the others.
func (s *Subscriptions) Subscribe(filter event.Filter, limit int, lists []action.Action, then func(event.Event) []action.Action) *event.Subscription {
	sub := s.hub.Hub().Subscribe(filter, &event.SubscribeConfig{Limit: limit})
	if len(lists) > 0 {
		s.keep(sub, lists, then)
	}
	return sub
}

// Refresh has lists run once more for sub, as those of its snapshot, and returns the number of this request.
func (s *Subscriptions) Refresh(sub *event.Subscription, lists []action.Action) (number uint64) {
	return s.keep(sub, nil, nil).refresh(lists)
}

// Served returns the number of the last request that a Synced answers, and whether another Synced follows because of a gap before it.
func (s *Subscriptions) Served(e event.Synced) (number uint64, more bool) { return s.hub.Served(e) }

// keep returns the snapshots of sub, which it starts unless they are.
func (s *Subscriptions) keep(sub *event.Subscription, lists []action.Action, then func(event.Event) []action.Action) *snapshot {
	snapshot, started := s.enter(&snapshot{of: s, sub: sub, lists: lists, then: then, wanted: make(chan struct{}, 1)})
	if started {
		return snapshot
	}
	// run ends with the subscription, which ends with the session. After that it
	// runs here, so no lock is held.
	s.tasks.Start(func() {
		snapshot.run()
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.snapshots, sub)
	})
	return snapshot
}

// enter adds the snapshots of a subscription, or returns those that it has.
func (s *Subscriptions) enter(added *snapshot) (of *snapshot, started bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if of, started = s.snapshots[added.sub]; started {
		return of, true
	}
	s.snapshots[added.sub] = added
	return added, false
}

// Go runs f on a goroutine that Wait waits for.
func (s *Subscriptions) Go(f func()) { s.tasks.Start(f) }

// Wait returns when all goroutines have ended, which those of snapshots do when
// the hub is closed.
func (s *Subscriptions) Wait() { s.tasks.Wait() }

// Identify tells whose login the events come from, as soon as there is one.
func (s *Subscriptions) Identify(ctx context.Context) (Identity, error) {
	source, err := s.source(ctx, nil)
	if err != nil {
		return Identity{}, err
	}
	return source.Identity(), nil
}

// End closes the hub of a session that has ended for cause.
func (s *Subscriptions) End(cause error) {
	if errors.Is(cause, ErrClosed) {
		cause = nil
	}
	s.hub.Hub().Close(cause)
}

// LagOf is how long a snapshot waits before its lists on an Asterisk of a version.
func LagOf(v asterisk.Version) time.Duration {
	if listsFromCache(v) {
		return cacheLag
	}
	return 0
}

// cacheLag is waited for before the lists of an Asterisk that makes some of
// them from a cache: it trails the events, so a channel whose Hangup came just
// before the subscription, or went in the gap, could be in a list and would
// then never end. The trail was up to 30 ms long in storms of calls.
const cacheLag = 200 * time.Millisecond

// listsFromCache reports whether CoreShowChannels is made from a cache of
// snapshots and not from the channels (main/manager.c, action_coreshowchannels).
func listsFromCache(v asterisk.Version) bool { return v.Major > 0 && v.Major < 17 }
