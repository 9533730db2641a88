package session

import (
	"context"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// snapshot keeps a subscription supplied with the state of things.
type snapshot struct {
	of     *Subscriptions
	sub    *event.Subscription
	lists  []action.Action
	then   func(item event.Event) []action.Action
	all    bool          // lists are to be run; run's only
	wanted chan struct{} // holds a token when there is more in extra

	mu    sync.Mutex // guards all below
	extra []action.Action
	asked uint64 // how often refresh was called
}

// refresh has lists run as soon as can be, beside those of the snapshot, and returns the number of this request.
func (s *snapshot) refresh(lists []action.Action) (number uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	s.add(lists)
	return s.asked
}

// want has lists run that have been asked for before.
func (s *snapshot) want(lists []action.Action) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.add(lists)
}

// add is want for a caller that holds mu.
func (s *snapshot) add(lists []action.Action) {
	s.extra = append(s.extra, lists...)
	select {
	case s.wanted <- struct{}{}:
	default:
	}
}

// hold has lists run when others are, or are asked for.
func (s *snapshot) hold(lists []action.Action) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.extra = append(s.extra, lists...)
}

// holds reports whether there are lists beside those of the snapshot.
func (s *snapshot) holds() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.extra) > 0
}

// take returns the lists that are wanted, of which nothing is left, and the last request that they are of.
func (s *snapshot) take() (extra []action.Action, serves uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	extra = s.extra
	s.extra = nil
	select {
	case <-s.wanted: // not to be taken for what is held later
	default:
	}
	return extra, s.asked
}

// run runs the lists at the start, after each gap, and those that are wanted.
func (s *snapshot) run() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	stop := s.sub.Done()
	var watch sync.WaitGroup
	defer watch.Wait()
	// Ends with the subscription, which ends before run does; run waits for it.
	watch.Go(func() {
		<-stop
		cancel()
	})
	s.wantAll()
	for (s.all || s.next(stop)) && s.fill(ctx, stop) {
	}
}

// wantAll has all lists of the snapshot run.
func (s *snapshot) wantAll() { s.all = len(s.lists) > 0 }

// next waits until lists are to be run. It returns false when the subscription
// has ended.
func (s *snapshot) next(stop <-chan struct{}) bool {
	for {
		select {
		case <-s.of.hub.NeedsSnapshot(s.sub):
			if s.wantAll(); s.all || s.holds() {
				return true
			}
		case <-s.wanted:
			return true
		case <-stop:
			return false
		}
	}
}

// fill runs lists on the login of now: those that are wanted, and all of the
// snapshot if these are. It returns false when the subscription has ended.
func (s *snapshot) fill(ctx context.Context, stop <-chan struct{}) bool {
	source, err := s.of.source(context.Background(), stop)
	if err != nil {
		return false
	}
	if lag := LagOf(source.Identity().Version); lag > 0 {
		select {
		case <-time.After(lag):
		case <-stop:
			return false
		}
	}
	select {
	case <-s.of.hub.NeedsSnapshot(s.sub): // what asked for it is served now
		s.wantAll()
	default:
	}
	extra, serves := s.take()
	lists := extra
	if s.all {
		lists = append(s.lists[:len(s.lists):len(s.lists)], extra...)
	}
	if len(lists) == 0 { // those that were wanted came with others
		return true
	}
	gaps := s.of.hub.Gaps(s.sub)
	results, broken := s.list(ctx, source, lists)
	s.all = false
	switch {
	case broken:
		s.want(extra)
		<-source.Done() // what asked above may have been the next connection
		s.wantAll()
	case !s.of.hub.Sync(s.sub, gaps, results, serves):
		// There was a gap, so these are of the past. Its own request for a snapshot comes once the consumer has caught up.
		s.hold(extra)
	}
	return true
}

// list runs lists, those that their items lead to, and the barrier after them. It
// reports whether the login has ended meanwhile.
func (s *snapshot) list(ctx context.Context, source Source, lists []action.Action) (results []event.ListResult, broken bool) {
	var past error
	if s.then == nil {
		results, past = s.pass(ctx, source, lists, true, nil)
	} else {
		var items []event.Raw
		results, _ = s.pass(ctx, source, lists, false, &items)
		var deeper []action.Action
		for _, item := range items {
			deeper = append(deeper, s.then(item.Decode())...)
		}
		var more []event.ListResult
		more, past = s.pass(ctx, source, deeper, true, nil)
		results = append(results, more...)
	}
	if source.Err() != nil {
		return nil, true
	}
	if last := len(results) - 1; past != nil && last >= 0 && results[last].Err == nil {
		results[last].Err = past
	}
	return results, false
}

// pass runs lists, and a barrier after them if asked to, and passes their items on.
// It appends them to gathered, too, unless that is nil.
func (s *snapshot) pass(ctx context.Context, source Source, lists []action.Action, barrier bool, gathered *[]event.Raw) (results []event.ListResult, past error) {
	results = make([]event.ListResult, len(lists))
	given := make([]action.Action, len(lists))
	for i, a := range lists {
		given[i] = Given(a)
	}
	lists = given
	errs, past := source.Lists(ctx, lists, barrier, func(i int, item event.Raw) bool {
		if !s.of.hub.Item(s.sub, item, s.of.most) {
			return false
		}
		results[i].Items++
		if gathered != nil {
			*gathered = append(*gathered, item)
		}
		return true
	})
	for i, a := range lists {
		results[i].Action = a.ActionName()
		if refused := s.of.errors.Refused(errs[i]); refused == nil || !meansNone(a.ActionName(), refused.Get("Message")) {
			results[i].Err = errs[i]
		}
	}
	return results, past
}
