package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/event"
)

// liveCases are the cases of the model, in the order in which a round runs them.
func liveCases() []string {
	return []string{"model", "decodedqueues", "modelqueues", "watching", "livememory", "liveread", "liveview", "lists", "resync", "eventdelay", "changedelay"}
}

// liveRows are their lines of the report.
func liveRows(cpu quantity) []row {
	each := quantity{"%.1f KiB", func(r result) float64 { return (r.Heap + r.Stack) / 1024 }}
	passed := func(verb string, unit float64) quantity {
		return quantity{verb, func(r result) float64 { return r.Wall / unit }}
	}
	return []row{
		{"model", "model", "decoded", cpu, 2},
		{"model, queues and bridges", "modelqueues", "decodedqueues", cpu, 2},
		{"1,000 calls watched, events of others", "watching", "model", cpu, 1.5},
		{"10,000 channels, memory each", "livememory", "", each, 8},
		{"10,000 channels, one read", "liveread", "", cpu, 1000},
		{"10,000 channels, a View of all", "liveview", "", passed("%.2f ms", 1e6), 1},
		{"10,000 channels, resync to the lists", "resync", "lists", cpu, 3},
		{"event to change", "changedelay", "eventdelay", passed("%.1f us", 1e3), 2},
	}
}

func (j job) runLive(ctx context.Context) (result, error) {
	switch j.Case {
	case "model":
		return j.modelled(ctx, "calls", j.Events, 0)
	case "decodedqueues":
		return j.decodedQueues(ctx)
	case "modelqueues":
		return j.modelled(ctx, "queues", j.Queues, 0)
	case "watching":
		return j.modelled(ctx, "calls", j.Events, 1000)
	case "livememory":
		return j.standingMemory(ctx)
	case "liveread":
		return j.standingRead(ctx)
	case "liveview":
		return j.standingView(ctx)
	case "lists":
		return j.listed(ctx)
	case "resync":
		return j.resynced(ctx)
	case "eventdelay":
		return j.eventDelay(ctx)
	case "changedelay":
		return j.changeDelay(ctx)
	}
	return result{}, errors.New("no such case")
}

// marked plays a burst, and returns the Uniqueid of the call that ends it.
func marked(ctx context.Context, client *ami.Client, of string) (string, error) {
	response, err := client.Do(ctx, action.New("Burst", "Of", of))
	if err != nil {
		return "", err
	}
	return response.Fields.Get("Mark"), nil
}

// modelled is a model that is kept true, and subscriptions to a call each of others.
func (j job) modelled(ctx context.Context, of string, events, watched int) (result, error) {
	client, err := connect(ctx, j)
	if err != nil {
		return result{}, err
	}
	defer client.Close()
	model, err := live.Watch(ctx, client, &live.Config{Recheck: -1})
	if err != nil {
		return result{}, err
	}
	defer model.Close()
	for i := range watched {
		sub := model.Subscribe(&live.SubscribeConfig{Calls: []string{channelID(i)}})
		defer sub.Close()
	}
	ended := 0
	r, err := j.measure(j.Bursts, events, func() error {
		mark, err := marked(ctx, client, of)
		if err != nil {
			return err
		}
		return awaitEnd(ctx, model, mark)
	})
	for c := range model.View().Calls() {
		ended++
		if c.Live() || !c.Complete {
			r.Invalid = fmt.Sprintf("%v: events were missed", c)
		}
	}
	if ended < min(10_000, j.Bursts*100) {
		r.Invalid = fmt.Sprintf("there were %d calls", ended)
	}
	return r, err
}

// awaitEnd waits until a model has the end of a call.
func awaitEnd(ctx context.Context, model *live.Model, id string) error {
	changes := model.Subscribe(&live.SubscribeConfig{Calls: []string{id}})
	defer changes.Close()
	for {
		if c, ok := model.Call(id); ok && !c.Live() {
			return nil
		}
		if _, err := changes.Next(ctx); err != nil {
			return err
		}
	}
}

// decodedQueues is runDecoded of the capture with queues.
func (j job) decodedQueues(ctx context.Context) (result, error) {
	client, err := connect(ctx, j)
	if err != nil {
		return result{}, err
	}
	defer client.Close()
	sub := client.Subscribe(event.Filter{}, nil)
	defer sub.Close()
	r, err := j.measure(j.Bursts, j.Queues, func() error {
		played := make(chan error, 1)
		// Ends with the burst.
		go func() {
			_, err := marked(ctx, client, "queues")
			played <- err
		}()
		for range j.Queues + marks {
			ev, err := sub.Next(ctx)
			if err != nil {
				return err
			}
			if _, err := subjectLength(ev); err != nil {
				return err
			}
		}
		return <-played
	})
	if s := sub.Stats(); s.Missed != 0 {
		r.Invalid = fmt.Sprintf("%d events missed", s.Missed)
	}
	return r, err
}

const marks = 2 // events of the call that ends a burst
