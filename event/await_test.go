package event_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/asterisk-go/asterisk-go/event"
)

// Await passes over events of other types, and those that match does not want.
func TestAwait(t *testing.T) {
	s := newStream(t, event.Filter{}, 0)
	for _, lines := range [][]string{{"Event: Newchannel", "Channel: a"}, {"Event: Hangup", "Channel: a"}, {"Event: Hangup", "Channel: b"}, {"Event: Hangup", "Channel: c"}} {
		s.hub.Publish(block(lines...))
	}
	e, err := event.Await(t.Context(), s.sub, func(e event.Hangup) bool { return e.Channel == "b" })
	if err != nil || e.Channel != "b" {
		t.Errorf("Await = %q, %v, want the Hangup of b", e.Channel, err)
	}
	if e, err := event.Await[event.Hangup](t.Context(), s.sub, nil); err != nil || e.Channel != "c" {
		t.Errorf("Await without a match = %q, %v, want the Hangup of c", e.Channel, err)
	}
	s.hub.Publish(block("Event: Odd"))
	if ev, err := event.Await[event.Event](t.Context(), s.sub, nil); err != nil || ev.EventName() != "Odd" {
		t.Errorf("Await of any event = %v, %v", ev, err)
	}
}

// A Gap ends the wait, unless it is what was waited for. The next Await goes on.
func TestAwaitEndsAtAGap(t *testing.T) {
	s := newStream(t, event.Filter{}, 1)
	publishN(&s.hub, 0, 3)
	lost := errors.New("connection reset")
	s.hub.Disconnect(lost)
	s.hub.Connect("pbx:5038")

	_, err := event.Await[event.Hangup](t.Context(), s.sub, nil)
	var gap *event.GapError
	if !errors.As(err, &gap) || gap.Gap.Missed != 2 || gap.Gap.Reason != event.GapOverflow || errors.Unwrap(err) != nil {
		t.Errorf("Await at an overflow = %v", err)
	} else if want := "event: the event may be missing: 2 are (overflow)"; err.Error() != want {
		t.Errorf("Await at an overflow = %q, want %q", err, want)
	}
	_, err = event.Await[event.Hangup](t.Context(), s.sub, nil)
	if !errors.As(err, &gap) || gap.Gap.Reason != event.GapDisconnected || !errors.Is(err, lost) {
		t.Errorf("Await where the connection was lost = %v", err)
	}
	s.hub.Publish(block("Event: Hangup", "Channel: a"))
	if e, err := event.Await[event.Hangup](t.Context(), s.sub, nil); err != nil || e.Channel != "a" {
		t.Errorf("Await after the gaps = %q, %v", e.Channel, err)
	}
	s.hub.Disconnect(nil)
	if e, err := event.Await[event.Gap](t.Context(), s.sub, nil); err != nil || e.Missed != -1 {
		t.Errorf("Await of a Gap = %+v, %v", e, err)
	}
	if err := (&event.GapError{Gap: event.Gap{Reason: event.GapDisconnected, Missed: -1}}).Error(); err != "event: the event may be missing: disconnected" {
		t.Errorf("GapError without a cause = %q", err)
	}
}

// The error of a wait says why it ended.
func TestAwaitEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var hub event.Hub
		sub := hub.Subscribe(event.Of[event.Hangup](), nil)
		reason := errors.New("the user has left")
		ctx, cancel := context.WithCancelCause(t.Context())
		ended := make(chan error)
		// ends with the wait, for which the test waits
		go func() {
			_, err := event.Await[event.Hangup](ctx, sub, nil)
			ended <- err
		}()
		synctest.Wait()
		cancel(reason)
		if err := <-ended; !errors.Is(err, context.Canceled) || !errors.Is(err, reason) {
			t.Errorf("Await after its context has ended = %v, want one that is both ctx.Err() and the cause", err)
		}
		lost := errors.New("session ended")
		hub.Close(lost)
		if _, err := event.Await[event.Hangup](t.Context(), sub, nil); !errors.Is(err, lost) {
			t.Errorf("Await after the session's end = %v, want its cause", err)
		}
		sub = new(event.Hub).Subscribe(event.Filter{}, nil)
		sub.Close()
		if _, err := event.Await[event.Hangup](t.Context(), sub, nil); !errors.Is(err, event.ErrClosed) {
			t.Errorf("Await on a closed subscription = %v, want ErrClosed", err)
		}
	})
}

// What no event is would be waited for in vain.
func TestAwaitPanicsForWhatNoEventIs(t *testing.T) {
	sub := new(event.Hub).Subscribe(event.Filter{}, nil)
	defer sub.Close()
	wantPanic(t, "Await[*event.Hangup]", func() { _, _ = event.Await[*event.Hangup](t.Context(), sub, nil) })
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	wantPanic(t, "Await[event.Raw]", func() { _, _ = event.Await[event.Raw](ended, sub, nil) })
	wantPanic(t, "Await[event.Base]", func() { _, _ = event.Await[event.Base](ended, sub, nil) })
	wantPanic(t, "Await[event_test.noted]", func() { _, _ = event.Await[noted](ended, sub, nil) })
	wantPanic(t, "Await[struct", func() { _, _ = event.Await[struct{ event.Unknown }](ended, sub, nil) })
	if _, err := event.Await[interface { // a part of the events is none that never comes
		event.Event
		String() string
	}](ended, sub, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Await of an interface = %v", err)
	}
}

// wantPanic wants f to panic with a text that has a part.
func wantPanic(t *testing.T, part string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if text, _ := recover().(string); !strings.HasPrefix(text, "event: ") || !strings.Contains(text, part) {
			t.Errorf("panic %q, want one that has %q", text, part)
		}
	}()
	f()
}
