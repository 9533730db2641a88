package main

import (
	"context"
	"fmt"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

func connect(ctx context.Context, j job) (*ami.Client, error) {
	return ami.Connect(ctx, j.Address, &ami.Config{Username: j.Username, Secret: j.Secret})
}

// runNobody is a client whose program wants no events.
func runNobody(ctx context.Context, j job) (result, error) {
	client, err := connect(ctx, j)
	if err != nil {
		return result{}, err
	}
	defer client.Close()
	r, err := j.measure(j.Bursts, j.Events, func() error {
		_, err := client.Do(ctx, action.New("Burst"))
		return err
	})
	want := int64((j.Bursts + 1) * j.Events)
	if got := client.Stats().Events; got != want {
		r.Invalid = fmt.Sprintf("%d events read of %d", got, want)
	}
	return r, err
}

// runOne subscribes to the events of one name.
func runOne(ctx context.Context, j job) (result, error) {
	return runSubscribed(ctx, j, event.Named(j.Name), j.Named, raw(ctx))
}

// runEvery subscribes to all events.
func runEvery(ctx context.Context, j job) (result, error) {
	return runSubscribed(ctx, j, event.Filter{}, j.Events, raw(ctx))
}

// taking takes an event from a subscription, and returns the length of what it
// has read of it.
type taking func(*event.Subscription) (length int, err error)

// raw reads the name and the Uniqueid without decoding.
func raw(ctx context.Context) taking {
	return func(sub *event.Subscription) (int, error) {
		raw, err := sub.NextRaw(ctx)
		return len(raw.EventName()) + len(raw.Fields().Get("Uniqueid")), err
	}
}

// runSubscribed takes the events that filter matches, n in a burst.
func runSubscribed(ctx context.Context, j job, filter event.Filter, n int, take taking) (result, error) {
	client, err := connect(ctx, j)
	if err != nil {
		return result{}, err
	}
	defer client.Close()
	sub := client.Subscribe(filter, nil)
	defer sub.Close()
	length := 0
	r, err := j.measure(j.Bursts, j.Events, func() error {
		played := make(chan error, 1)
		// Ends with the burst.
		go func() {
			_, err := client.Do(ctx, action.New("Burst"))
			played <- err
		}()
		for range n {
			read, err := take(sub)
			if err != nil {
				return err
			}
			length += read
		}
		return <-played
	})
	want := int64((j.Bursts + 1) * n)
	if s := sub.Stats(); s.Missed != 0 || s.Delivered != want || s.Matched != want || length == 0 {
		r.Invalid = fmt.Sprintf("%d events delivered of %d, %d missed", s.Delivered, want, s.Missed)
	}
	return r, err
}
