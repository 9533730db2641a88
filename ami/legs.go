package ami

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/session"
)

// legs is what is known of the channels of an Origination. It has no goroutine:
// of the loops over Progress one at a time reads events, and without a loop they wait
// in the subscription.
type legs struct {
	origination *Origination
	turn        chan struct{} // holds a token while nobody reads
	tracked     tracked       // only who has the turn may use it

	mu        sync.Mutex          // guards all below
	sub       *event.Subscription // nil while nothing is listened to
	loops     int                 // over Progress
	rest      chan struct{}       // closed to keep sub, which ends when no loop has come; nil while it does not
	interrupt context.CancelFunc  // ends the wait of who reads; nil while nobody waits
	log       []step
	firstID   string        // the Uniqueid of the first leg's channel; empty while none is known
	firstOver bool          // that has ended
	told      int           // steps so far
	forgotten int           // the latest step that is not in log any more
	changed   chan struct{} // closed when there is a step more, or err
	err       error         // nothing follows; errLegsOver is no fault
}

// step is a Progress with its number, from 1.
type step struct {
	Progress
	number  int
	channel *legChannel // nil for a gap
}

const (
	maxSteps    = 256              // of those that are kept
	legsLimit   = 256              // events that wait for a loop
	legsRest    = 10 * time.Second // without a loop, after the outcome
	legsRecheck = 2 * time.Second
)

var errLegsOver = errors.New("all channels have ended")

func (l *legs) init(o *Origination) {
	l.origination = o
	l.turn = make(chan struct{}, 1)
	l.turn <- struct{}{}
	l.changed = make(chan struct{})
	l.tracked.legs = l
}

// begin listens from before the Originate on.
func (l *legs) begin() {
	l.sub = l.origination.session.Subscribe(l.tracked.filter(), &SubscribeConfig{Limit: legsLimit})
}

// abandon is for an Originate that has begun no call.
func (l *legs) abandon() { l.sub.Close() }

func (l *legs) enter() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.loops++
	if l.rest != nil {
		close(l.rest)
		l.rest = nil
	}
}

func (l *legs) leave() {
	l.mu.Lock()
	l.loops--
	rest := l.restSoon()
	l.mu.Unlock()
	rest()
}

// restSoon returns what starts to end the subscription in a while if nobody reads.
// Before the outcome is known it stays. The caller holds mu, and lets go of it
// before it calls what is returned.
func (l *legs) restSoon() (start func()) {
	if l.loops > 0 || l.sub == nil || l.rest != nil || !l.origination.isDone() {
		return func() {}
	}
	sub, off := l.sub, make(chan struct{})
	l.rest = off
	return func() {
		// restAfter ends as it says; our sessions wait for it.
		if of, ok := session.Of(sub); ok {
			of.Go(func() { l.restAfter(sub, off) })
		} else {
			go l.restAfter(sub, off)
		}
	}
}

// restAfter ends the subscription after legsRest, unless off is closed before. If
// the session ends before, what is queued stays for a loop.
func (l *legs) restAfter(sub *event.Subscription, off chan struct{}) {
	timer := time.NewTimer(legsRest)
	defer timer.Stop()
	select {
	case <-sub.Done():
		return
	case <-off:
		return
	case <-timer.C:
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.rest == off && l.loops == 0 {
		l.unsubscribe()
	}
}

// unsubscribe ends the subscription; the caller holds mu.
func (l *legs) unsubscribe() {
	if l.sub != nil {
		l.sub.Close()
		l.sub = nil
	}
}

// decided is called when the outcome is known.
func (l *legs) decided() {
	l.mu.Lock()
	if l.interrupt != nil {
		l.interrupt()
	}
	rest := l.restSoon()
	l.mu.Unlock()
	rest()
}

// since returns the steps after number seen, which it moves on, and what is closed
// when more has happened.
func (l *legs) since(seen *int) (steps []Progress, changed <-chan struct{}, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range l.log {
		if s.number <= *seen {
			continue
		}
		if len(steps) == 0 && *seen < l.forgotten {
			steps = append(steps, Progress{State: ProgressGap, Time: s.Time})
		}
		steps = append(steps, s.Progress)
	}
	*seen = l.told
	return steps, l.changed, l.err
}

// await waits until there may be steps after number seen. It reads events if nobody
// else does.
func (l *legs) await(ctx context.Context, seen int, changed <-chan struct{}) error {
	select {
	case <-changed:
		return nil
	case <-ctx.Done():
		return l.ended(ctx)
	case <-l.turn:
	}
	defer func() { l.turn <- struct{}{} }()
	for {
		select {
		case <-changed:
			return nil
		default:
		}
		if err := l.read(ctx); err != nil {
			return err
		}
	}
}

// catchUp takes the events that wait, and the outcome, if no loop does.
func (l *legs) catchUp(ctx context.Context) {
	select {
	case <-l.turn:
	default:
		return
	}
	defer func() { l.turn <- struct{}{} }()
	l.enter() // so that the subscription stays
	defer l.leave()
	for l.unread() && l.read(ctx) == nil {
	}
}

// unread reports whether there is something to read at once; who has the turn may ask.
func (l *legs) unread() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return false
	}
	return l.sub != nil && l.sub.Stats().Queued > 0 || l.origination.isDone() && !l.tracked.concluded
}

// now returns the Uniqueid of the channel that is the first leg, as far as events were
// taken, and whether it has ended.
func (l *legs) now() (firstID string, over bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.firstID, l.firstOver
}

// note keeps what now returns.
func (l *legs) note() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.firstOver = l.tracked.firstOver; l.tracked.first != nil {
		l.firstID = l.tracked.first.id
	}
}

// read takes one event, the outcome once it is known, or what a pause tells.
func (l *legs) read(ctx context.Context) error {
	defer l.note()
	if ctx.Err() != nil {
		return l.ended(ctx)
	}
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	if recheck := l.tracked.recheckAt; !recheck.IsZero() {
		waiting, cancel = context.WithDeadline(ctx, recheck)
		defer cancel()
	}
	sub, ready := l.listen(cancel)
	if ready {
		l.tracked.conclude()
		return nil
	}
	ev, err := sub.Next(waiting)
	l.mu.Lock()
	l.interrupt = nil
	l.mu.Unlock()
	switch {
	case err == nil:
		l.tracked.take(ev)
	case ctx.Err() != nil:
		return l.ended(ctx)
	case waiting.Err() == nil:
		l.end(l.failure(err))
	case errors.Is(err, context.DeadlineExceeded):
		l.tracked.recheck(ctx)
	}
	return nil
}

// listen returns the subscription, or says that the outcome is to be taken first. It
// starts anew if no loop has come for long.
func (l *legs) listen(interrupt context.CancelFunc) (sub *event.Subscription, concludes bool) {
	l.mu.Lock()
	anew := l.sub == nil
	decided := l.origination.isDone() && !l.tracked.concluded
	if anew && decided && l.origination.outcome.Result != ResultAnswered {
		l.mu.Unlock()
		return nil, true
	}
	if anew {
		l.sub = l.origination.session.Subscribe(l.tracked.filter(), &SubscribeConfig{Limit: legsLimit})
	}
	sub = l.sub
	l.interrupt = interrupt
	l.mu.Unlock()
	if anew {
		l.tracked.lost(time.Now())
	}
	// What came before the outcome is told before it.
	return sub, decided && sub.Stats().Queued == 0
}

// tell adds a step.
func (l *legs) tell(channel *legChannel, p Progress) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.told++
	l.log = append(l.log, step{p, l.told, channel})
	if len(l.log) > maxSteps {
		l.forget()
	}
	l.news()
}

// forget drops the oldest step that is no part of how things are.
func (l *legs) forget() {
	for i, s := range l.log {
		if s.channel == nil || s.channel.state == ProgressEnded {
			l.forgotten = max(l.forgotten, s.number)
			l.log = append(l.log[:i], l.log[i+1:]...)
			return
		}
	}
}

// end says that nothing follows.
func (l *legs) end(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err = err
	l.unsubscribe()
	l.news()
}

func (l *legs) news() {
	close(l.changed)
	l.changed = make(chan struct{})
}

func (l *legs) ended(ctx context.Context) error {
	return fmt.Errorf("ami: progress of call %s: %w", l.origination.id, session.Ended(ctx))
}

func (l *legs) failure(cause error) error {
	if errors.Is(cause, event.ErrClosed) {
		cause = ErrClosed
	}
	return fmt.Errorf("ami: progress of call %s: %w", l.origination.id, cause)
}

// ask returns what Asterisk says of a channel: whether it is there, and whether the
// answer is one. It takes two seconds at most.
func (l *legs) ask(channel string) (item event.Status, found bool, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), evidenceAfter)
	defer cancel()
	items, err := List(ctx, l.origination.session, action.Status{Channel: channel})
	if errors.Is(err, ErrNoSuchChannel) {
		return item, false, nil
	}
	if err != nil || len(items) == 0 {
		return item, false, err
	}
	return items[0], true, nil
}
