package event_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

func hangupOf(id int) transport.Block {
	return transport.NewBlock(transport.ParseFields(fmt.Sprintf(
		"Event: Hangup\r\nPrivilege: call,all\r\nChannel: Local/%d\r\nUniqueid: %d\r\nCause: 16\r\n", id, id)))
}

func waitFor(id int) event.Filter {
	return event.And(event.Named("Hangup", "Newchannel"), event.Where("UniqueID", fmt.Sprint(id)))
}

// Each of many subscriptions that demand a value gets its own event and no
// other, also after its neighbours have gone.
func TestSubscriptionsByDemandedValue(t *testing.T) {
	var hub filled
	const n = 300
	subs := make([]*event.Subscription, n)
	for i := range subs {
		subs[i] = hub.Subscribe(waitFor(i), nil)
	}
	twin := hub.Subscribe(waitFor(7), nil)
	for i := 0; i < n; i += 3 {
		subs[i].Close()
	}
	for i := range n {
		hub.Publish(hangupOf(i))
	}
	for i, sub := range subs {
		want := int64(1)
		if i%3 == 0 {
			want = 0
		}
		if got := sub.Stats().Matched; got != want {
			t.Errorf("subscription %d matched %d events, want %d", i, got, want)
		}
		if want == 0 {
			continue
		}
		ev, err := sub.Next(context.Background())
		if err != nil || ev.Fields().Get("Uniqueid") != fmt.Sprint(i) {
			t.Errorf("subscription %d got %v, %v", i, ev, err)
		}
	}
	if got := twin.Stats().Matched; got != 1 {
		t.Errorf("the twin matched %d events, want 1", got)
	}
}

// An event costs the same whether one subscription waits for another value or
// a thousand do.
func BenchmarkPublishToDemands(b *testing.B) {
	for _, n := range []int{1, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var hub filled
			for i := range n {
				defer hub.Subscribe(waitFor(i), nil).Close()
			}
			block := hangupOf(n + 1)
			b.ReportAllocs()
			for b.Loop() {
				hub.Publish(block)
			}
		})
	}
}

// callOf is the filter of an Originate, as package ami makes it.
func callOf(id int) event.Filter {
	uniqueid := fmt.Sprintf("go-%d", id)
	of := event.Named("OriginateResponse", "Newchannel", "Newstate", "Rename", "HangupRequest", "Hangup")
	return event.Or(
		event.And(of, event.Where("Uniqueid", uniqueid)),
		event.And(event.Of[event.DialBegin](), event.Where("DestUniqueid", uniqueid)),
		event.And(event.Of[event.OriginateResponse](), event.Where("ActionID", uniqueid)),
		event.And(event.Of[event.Hangup](), event.Where("Channel", fmt.Sprintf("PJSIP/%d", id))))
}

// BenchmarkPublishToCalls is the events of other channels while calls wait.
func BenchmarkPublishToCalls(b *testing.B) {
	for _, n := range []int{1, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var hub filled
			for i := range n {
				defer hub.Subscribe(callOf(i), nil).Close()
			}
			publish(b, &hub, traffic(b), 32)
		})
	}
}

// A subscription that changes its filter is given each event once, by the old
// filter or by the new one.
func TestSetFilter(t *testing.T) {
	var hub filled
	sub := hub.Subscribe(waitFor(1), nil)
	other := hub.Subscribe(waitFor(1), nil)
	hub.Publish(hangupOf(1))
	hub.Publish(hangupOf(2))
	sub.SetFilter(event.Or(waitFor(1), waitFor(2)))
	hub.Publish(hangupOf(1))
	hub.Publish(hangupOf(2))
	sub.SetFilter(waitFor(3))
	for id := range 4 {
		hub.Publish(hangupOf(id))
	}
	var got []string
	for range sub.Stats().Queued {
		ev, err := sub.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, ev.Fields().Get("Uniqueid"))
	}
	if fmt.Sprint(got) != "[1 1 2 3]" {
		t.Errorf("the subscription got %v, want [1 1 2 3]", got)
	}
	if n := other.Stats().Matched; n != 3 {
		t.Errorf("another subscription matched %d events, want 3", n)
	}
	sub.Close()
	sub.SetFilter(event.Filter{}) // of no use, and no harm
	hub.Publish(hangupOf(1))
	if s := sub.Stats(); s.Matched != 4 {
		t.Errorf("a closed subscription matched %d events, want 4", s.Matched)
	}
	hub.Close(nil)
	other.SetFilter(event.Filter{})
}
