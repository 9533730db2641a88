package event_test

import (
	"context"
	"errors"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// publishN publishes n events X whose field N counts from first.
func publishN(h *filled, first, n int) {
	for i := range n {
		h.Publish(block("Event: X", "N: "+strconv.Itoa(first+i)))
	}
}

// next is Next for what must be there.
func next(t *testing.T, sub *event.Subscription) event.Event {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	ev, err := sub.Next(ctx)
	if err != nil {
		t.Fatalf("Next = %v, want an event", err)
	}
	return ev
}

func TestNextWaitsForFlush(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var hub filled
		sub := hub.Subscribe(event.Filter{}, nil)
		defer sub.Close()
		got := make(chan event.Event, 1)
		go func() { got <- next(t, sub) }()
		synctest.Wait()
		hub.Queue(block("Event: X"), time.Now())
		synctest.Wait()
		if len(got) != 0 {
			t.Error("the consumer was woken before Flush")
		}
		hub.Flush()
		if name := (<-got).EventName(); name != "X" {
			t.Errorf("EventName = %q, want X", name)
		}
	})
}

func TestOneFlushServesAllConsumers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const consumers = 8
		var hub filled
		sub := hub.Subscribe(event.Filter{}, nil)
		defer sub.Close()
		got := make(chan string, consumers)
		for range consumers {
			go func() { got <- next(t, sub).Fields().Get("N") }()
		}
		synctest.Wait()
		for i := range consumers {
			hub.Queue(block("Event: X", "N: "+strconv.Itoa(i)), time.Now())
		}
		hub.Flush()
		seen := make(map[string]bool)
		for range consumers {
			seen[<-got] = true
		}
		if len(seen) != consumers {
			t.Errorf("%d different events reached %d consumers", len(seen), consumers)
		}
	})
}

func TestConsumerIsWokenEachTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var hub filled
		sub := hub.Subscribe(event.Filter{}, nil)
		defer sub.Close()
		got := make(chan event.Event)
		go func() {
			for range 5 {
				got <- next(t, sub)
			}
		}()
		for range 5 {
			synctest.Wait()
			hub.Publish(block("Event: X"))
			<-got
		}
	})
}

// The consumer that waits longest is woken, and cancelled before it runs. The
// event is its own or the other's.
func TestCancelledConsumerDoesNotKeepTheWakeUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var hub filled
		sub := hub.Subscribe(event.Filter{}, nil)
		ctx, cancel := context.WithCancel(t.Context())
		got := make(chan error, 2)
		for _, ctx := range []context.Context{ctx, context.Background()} {
			go func() {
				_, err := sub.Next(ctx)
				got <- err
			}()
			synctest.Wait()
		}
		hub.Publish(block("Event: X"))
		cancel()
		if err := <-got; err != nil {
			err = <-got
			if err != nil {
				t.Errorf("nobody got the event: %v", err)
			}
			return
		}
		sub.Close()
		<-got
	})
}

// A lost wake-up leaves the patient consumer waiting beside a queued event,
// which synctest reports as a deadlock when nothing else can happen any more.
func TestNoWakeUpIsLostToCancelledConsumers(t *testing.T) {
	for range 300 {
		synctest.Test(t, func(t *testing.T) {
			const events = 40
			var hub filled
			var running sync.WaitGroup
			sub := hub.Subscribe(event.Filter{}, nil)
			got := make(chan event.Event, events)
			running.Go(func() {
				for ev := range sub.All(context.Background()) {
					got <- ev
				}
			})
			for i := range 3 {
				running.Go(func() {
					for n := range 20 {
						ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i+n)*time.Microsecond)
						if ev, err := sub.Next(ctx); err == nil {
							got <- ev
						}
						cancel()
					}
				})
			}
			for i := range events {
				hub.Queue(block("Event: X"), time.Now())
				if i%3 == 0 {
					hub.Flush()
					tick, stop := context.WithTimeout(t.Context(), 7*time.Microsecond)
					<-tick.Done()
					stop()
				}
			}
			hub.Flush()
			for range events {
				<-got
			}
			sub.Close()
			running.Wait()
		})
	}
}

func TestContextEndsAllBesideAFullQueue(t *testing.T) {
	var hub filled
	sub := hub.Subscribe(event.Filter{}, nil)
	defer sub.Close()
	publishN(&hub, 0, 3)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	for range sub.All(ctx) {
		n++
		cancel()
	}
	if n != 1 {
		t.Errorf("All yielded %d events after cancel, want 0", n-1)
	}
	if _, err := sub.Next(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Next = %v, want %v", err, context.Canceled)
	}
	if got := next(t, sub).Fields().Get("N"); got != "1" {
		t.Errorf("N = %s, want 1: a cancelled Next takes nothing", got)
	}
}

func TestLeavingAllKeepsTheSubscription(t *testing.T) {
	var hub filled
	sub := hub.Subscribe(event.Filter{}, nil)
	defer sub.Close()
	publishN(&hub, 0, 2)
	for range sub.All(t.Context()) {
		break
	}
	if got := next(t, sub).Fields().Get("N"); got != "1" {
		t.Errorf("N = %s, want 1", got)
	}
}

// A consumer that panics costs nobody else anything, and may come back.
func TestConsumerThatPanics(t *testing.T) {
	var hub filled
	panics, other := hub.Subscribe(event.Filter{}, nil), hub.Subscribe(event.Filter{}, nil)
	for range 2 {
		hub.Publish(transport.NewBlock(transport.ParseFields("Event: A\r\n")))
	}
	func() {
		defer func() { _ = recover() }()
		for range panics.All(t.Context()) {
			panic("consumer")
		}
	}()
	for _, sub := range []*event.Subscription{panics, other} {
		if ev, err := sub.Next(t.Context()); err != nil || ev.EventName() != "A" {
			t.Errorf("Next = %v, %v, want A", ev, err)
		}
	}
}

func TestCloseFromTheLoop(t *testing.T) {
	var hub filled
	sub := hub.Subscribe(event.Filter{}, nil)
	publishN(&hub, 0, 5)
	n := 0
	for range sub.All(t.Context()) {
		n++
		sub.Close()
		sub.Close()
		publishN(&hub, 5, 1)
	}
	if n != 1 {
		t.Errorf("%d events, want 1: Close forgets what is queued", n)
	}
	if _, err := sub.Next(t.Context()); !errors.Is(err, event.ErrClosed) {
		t.Errorf("Next = %v, want ErrClosed", err)
	}
	if err := sub.Err(); err != nil {
		t.Errorf("Err = %v, want nil after Close", err)
	}
	stats := sub.Stats()
	if stats.Matched != 5 || stats.Matched != stats.Delivered+stats.Queued+stats.Missed {
		t.Errorf("Stats = %+v", stats)
	}
}

func TestCloseEndsWaitingConsumers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var hub filled
		sub := hub.Subscribe(event.Filter{}, nil)
		var running sync.WaitGroup
		for range 3 {
			running.Go(func() {
				if _, err := sub.Next(context.Background()); !errors.Is(err, event.ErrClosed) {
					t.Errorf("Next = %v, want ErrClosed", err)
				}
			})
		}
		synctest.Wait()
		for range 2 {
			running.Go(sub.Close)
		}
		running.Wait()
		<-sub.Done()
	})
}

func TestHubCloseGivesWhatIsQueuedFirst(t *testing.T) {
	cause := errors.New("wire cut")
	var hub filled
	sub := hub.Subscribe(event.Filter{}, nil)
	publishN(&hub, 0, 2)
	hub.Close(cause)
	hub.Close(errors.New("another"))
	publishN(&hub, 2, 1)
	hub.Connect("pbx")
	hub.Disconnect(nil)
	for want := range 2 {
		if got := next(t, sub).Fields().Get("N"); got != strconv.Itoa(want) {
			t.Errorf("N = %s, want %d", got, want)
		}
	}
	for range 2 {
		if _, err := sub.Next(t.Context()); !errors.Is(err, cause) {
			t.Errorf("Next = %v, want %v", err, cause)
		}
	}
	if err := sub.Err(); !errors.Is(err, cause) {
		t.Errorf("Err = %v, want %v", err, cause)
	}
	sub.Close()
	if late := hub.Subscribe(event.Filter{}, nil); !errors.Is(late.Err(), cause) {
		t.Errorf("Err of a late subscription = %v, want %v", late.Err(), cause)
	}
}

func TestHubCloseWithoutError(t *testing.T) {
	var hub filled
	hub.Close(nil)
	sub := hub.Subscribe(event.Filter{}, nil)
	if _, err := sub.Next(t.Context()); !errors.Is(err, event.ErrClosed) {
		t.Errorf("Next = %v, want ErrClosed", err)
	}
	if err := sub.Err(); err != nil {
		t.Errorf("Err = %v, want nil", err)
	}
}

func TestPublishIgnoresWhatIsNoEvent(t *testing.T) {
	var hub filled
	sub := hub.Subscribe(event.Filter{}, nil)
	defer sub.Close()
	hub.Publish(block("Response: Success", "Event: X"))
	hub.Publish(block())
	hub.Publish(block("Event: X", "Response: Success"))
	if got := next(t, sub); got.EventName() != "X" || got.Sequence() != 1 {
		t.Errorf("got %s with number %d, want X, 1", got.EventName(), got.Sequence())
	}
}

func TestSubscriptionGetsAnEventOnce(t *testing.T) {
	for _, filter := range []event.Filter{
		event.Named("X", "x", "X"),
		event.Or(event.Named("X"), event.Named("x", "y")),
		event.Or(event.Named("X"), event.Filter{}),
		event.And(event.Named("X", "X"), event.Named("X", "X")),
	} {
		var hub filled
		sub := hub.Subscribe(filter, nil)
		publishN(&hub, 0, 1)
		if got := sub.Stats().Matched; got != 1 {
			t.Errorf("%s: Matched = %d, want 1", filter, got)
		}
		sub.Close()
	}
}

func TestHubForgetsClosedSubscriptions(t *testing.T) {
	var hub filled
	stays := hub.Subscribe(event.Named("X"), nil)
	defer stays.Close()
	var held []weak.Pointer[event.Subscription]
	for range 10 {
		for _, filter := range []event.Filter{{}, event.Named("X", "Y"), event.Where("N", "0")} {
			sub := hub.Subscribe(filter, nil)
			publishN(&hub, 0, 1)
			sub.Close()
			held = append(held, weak.Make(sub))
		}
	}
	hub.Flush()
	runtime.GC()
	for _, pointer := range held {
		if pointer.Value() != nil {
			t.Fatal("the hub holds a closed subscription")
		}
	}
	if got := stays.Stats().Matched; got != 30 {
		t.Errorf("Matched = %d, want 30", got)
	}
}

// A wait that its context ends tells the context's error and its cause.
func TestNextTellsWhyItsContextEnded(t *testing.T) {
	sub := new(event.Hub).Subscribe(event.Filter{}, nil)
	defer sub.Close()
	reason := errors.New("the user has left")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(reason)
	_, err := sub.Next(ctx)
	_, rawErr := sub.NextRaw(ctx)
	for _, err := range []error{err, rawErr, sub.Handle(ctx, new(event.Handlers))} {
		if !errors.Is(err, context.Canceled) || !errors.Is(err, reason) {
			t.Errorf("error %v, want one that is both ctx.Err() and the cause", err)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := sub.Next(ctx); err != context.Canceled {
		t.Errorf("Next without a cause = %v, want context.Canceled itself", err)
	}
}
