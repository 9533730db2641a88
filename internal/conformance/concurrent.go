package conformance

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// concurrent: 32 goroutines get each their own answers.
func (p *place) concurrent(t *testing.T) {
	s := p.open(t, "all")
	each := size(10, 100)
	ctx := deadline(t, time.Minute)
	var senders sync.WaitGroup
	for i := range 32 {
		// Ends with its actions; the test waits for it.
		senders.Go(func() {
			for n := range each {
				if err := echo(ctx, s, fmt.Sprintf("V_%d", i), fmt.Sprintf("value %d of %d", n, i)); err != nil {
					t.Errorf("goroutine %d, action %d: %v", i, n, err)
					return
				}
			}
		})
	}
	start := time.Now()
	senders.Wait()
	t.Logf("%d actions in %v", 2*32*each, time.Since(start).Round(time.Millisecond))
}

// echo sets a variable and reads it back.
func echo(ctx context.Context, s ami.Session, variable, value string) error {
	if _, err := s.Do(ctx, action.Setvar{Variable: variable, Value: value}); err != nil {
		return err
	}
	response, err := s.Do(ctx, action.Getvar{Variable: variable})
	if err != nil {
		return err
	}
	if got := response.Get("Value"); got != value {
		return fmt.Errorf("%s is %q, want %q", variable, got, value)
	}
	return nil
}

// userEvents: those of others and one's own come once each and in order.
func (p *place) userEvents(t *testing.T) {
	s := p.open(t, "all")
	sub := s.Subscribe(event.Of[event.UserEvent](), nil)
	defer sub.Close()
	var sequence uint64
	for _, from := range []ami.Session{p.conn(t, "off"), s} {
		n := size(25, 250)
		for i := range n {
			do(t, from, action.UserEvent{UserEvent: "Numbered", Fields: []action.Field{{Key: "Number", Value: fmt.Sprint(i)}, {Key: "Text", Value: "ü: 100% & +"}}})
		}
		ctx := deadline(t, 10*time.Second)
		for i := range n {
			ev, err := sub.Next(ctx)
			if err != nil {
				t.Fatalf("Next = %v after %d of %d", err, i, n)
			}
			if number := ev.Fields().Get("Number"); number != fmt.Sprint(i) || ev.Fields().Get("Text") != "ü: 100% & +" {
				t.Fatalf("event %d is %s", i, ev.Fields())
			}
			if ev.Epoch() != 1 || ev.Sequence() <= sequence || time.Since(ev.Received()) > time.Minute {
				t.Errorf("event %d has epoch %d, sequence %d after %d, received %v", i, ev.Epoch(), ev.Sequence(), sequence, ev.Received())
			}
			sequence = ev.Sequence()
		}
	}
}

// cancel: the end of a wait is told as what it is, and the session lives.
func (p *place) cancel(t *testing.T) {
	s, by := p.open(t, "all"), p.conn(t, "")
	over, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.Do(over, action.Ping{}); !errors.Is(err, ami.ErrNotSent) || !errors.Is(err, context.Canceled) {
		t.Errorf("Do with an ended context = %v", err)
	}
	sub := by.Subscribe(event.Of[event.DialBegin](), nil)
	defer sub.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	// Ends with the call; the test waits for its error.
	answered := make(chan error, 1)
	go func() {
		_, err := s.Do(ctx, action.Originate{Channel: "Local/noanswer@outcome", Application: "Wait", Data: "1", Timeout: 2 * time.Second})
		answered <- err
	}()
	if _, err := sub.Next(deadline(t, 10*time.Second)); err != nil {
		// Not every Asterisk dials here; the channel is there all the same.
		t.Logf("DialBegin: %v", err)
	}
	cancel()
	if err := <-answered; !errors.Is(err, ami.ErrOutcomeUnknown) || !errors.Is(err, context.Canceled) {
		t.Errorf("Do that was cancelled = %v, want %v", err, ami.ErrOutcomeUnknown)
	}
	do(t, s, action.Ping{})
}
