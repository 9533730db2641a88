package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/event"
)

const (
	reads   = 1_000_000 // of an object
	views   = 100
	resyncs = 5
	pulses  = 2001 // events of which the delay is measured
)

// standingModel is a model of the player's channels.
func (j job) standingModel(ctx context.Context) (*live.Model, *ami.Client, error) {
	j.Username = standingUser
	client, err := connect(ctx, j)
	if err != nil {
		return nil, nil, err
	}
	model, err := live.Watch(ctx, client, &live.Config{Recheck: -1})
	if err != nil {
		_ = client.Close()
		return nil, nil, err
	}
	return model, client, nil
}

// whole is why the picture of a model is not that of the player's channels; empty if it is.
func whole(v *live.View) string {
	channels, bridges, calls := 0, 0, 0
	for c := range v.Channels() {
		if c.CallID != "" && c.BridgeID != "" {
			channels++
		}
	}
	for range v.Bridges() {
		bridges++
	}
	for c := range v.Calls() {
		if len(c.Conversations) == 1 {
			calls++
		}
	}
	if channels != standing || bridges != standing/2 || calls != standing/2 {
		return fmt.Sprintf("%d channels in %d bridges and %d calls", channels, bridges, calls)
	}
	return ""
}

func (j job) standingMemory(ctx context.Context) (result, error) {
	before := held()
	model, client, err := j.standingModel(ctx)
	if err != nil {
		return result{}, err
	}
	after := held()
	r := result{
		Heap:    (float64(after.HeapInuse) - float64(before.HeapInuse)) / standing,
		Stack:   (float64(after.StackInuse) - float64(before.StackInuse)) / standing,
		Invalid: whole(model.View()),
	}
	_ = model.Close()
	return r, client.Close()
}

func (j job) standingRead(ctx context.Context) (result, error) {
	model, client, err := j.standingModel(ctx)
	if err != nil {
		return result{}, err
	}
	defer client.Close()
	defer model.Close()
	ids := make([]string, standing)
	for n := range ids {
		ids[n] = channelID(n)
	}
	found := 0
	r, err := j.measure(1, reads, func() error {
		for i := range reads {
			if _, ok := model.Channel(ids[i*7919%standing]); ok {
				found++
			}
		}
		return nil
	})
	if found != 2*reads {
		r.Invalid = fmt.Sprintf("%d channels found", found)
	}
	return r, err
}

// standingView reads all objects of a View, between events that change one of them.
func (j job) standingView(ctx context.Context) (result, error) {
	model, client, err := j.standingModel(ctx)
	if err != nil {
		return result{}, err
	}
	defer client.Close()
	defer model.Close()
	var took []float64
	var r result
	for range views {
		if _, err := client.Do(ctx, action.New("Pulse")); err != nil {
			return result{}, err
		}
		began := time.Now()
		r.Invalid = whole(model.View())
		took = append(took, float64(time.Since(began)))
	}
	r.Wall = middle(took)
	return r, nil
}

func middle(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

// listed runs the lists alone, typed.
func (j job) listed(ctx context.Context) (result, error) {
	j.Username = standingUser
	client, err := connect(ctx, j)
	if err != nil {
		return result{}, err
	}
	defer client.Close()
	return j.measure(resyncs, standing, func() error {
		bridges, err := ami.List(ctx, client, action.BridgeList{})
		if err != nil {
			return err
		}
		channels, err := ami.List(ctx, client, action.Status{})
		if err == nil && (len(bridges) != standing/2 || len(channels) != standing) {
			err = fmt.Errorf("%d bridges and %d channels are listed", len(bridges), len(channels))
		}
		return err
	})
}

// resynced has a model run the lists.
func (j job) resynced(ctx context.Context) (result, error) {
	model, client, err := j.standingModel(ctx)
	if err != nil {
		return result{}, err
	}
	defer client.Close()
	defer model.Close()
	r, err := j.measure(resyncs, standing, func() error { return model.Refresh(ctx) })
	r.Invalid = whole(model.View())
	return r, err
}

// eventDelay is the time from an action that causes an event to that at a subscriber: the median.
func (j job) eventDelay(ctx context.Context) (result, error) {
	j.Username = standingUser
	client, err := connect(ctx, j)
	if err != nil {
		return result{}, err
	}
	defer client.Close()
	sub := client.Subscribe(event.Of[event.Newstate](), nil)
	defer sub.Close()
	return delay(ctx, client, func() error {
		_, err := sub.Next(ctx)
		return err
	})
}

// changeDelay is the same for the change that a model makes of it.
func (j job) changeDelay(ctx context.Context) (result, error) {
	model, client, err := j.standingModel(ctx)
	if err != nil {
		return result{}, err
	}
	defer client.Close()
	defer model.Close()
	changes := model.Subscribe(nil)
	defer changes.Close()
	if _, err := changes.Next(ctx); err != nil { // Reset
		return result{}, err
	}
	return delay(ctx, client, func() error {
		for {
			c, err := changes.Next(ctx)
			if err != nil {
				return err
			}
			if _, ok := c.(live.Changed[live.Channel]); ok {
				return nil
			}
		}
	})
}

func delay(ctx context.Context, client *ami.Client, next func() error) (result, error) {
	var took []float64
	for range pulses {
		began := time.Now()
		done := make(chan error, 1)
		// Ends with the action's answer, which comes after the event.
		go func() {
			_, err := client.Do(ctx, action.New("Pulse"))
			done <- err
		}()
		if err := next(); err != nil {
			return result{}, err
		}
		took = append(took, float64(time.Since(began)))
		if err := <-done; err != nil {
			return result{}, err
		}
	}
	return result{Wall: middle(took)}, nil
}
