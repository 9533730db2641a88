package main

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// extensions are of the lab's dialplan, each with an end of its own.
var extensions = []string{"answer-short", "noanswer", "busy", "congestion", "hangup-21"}

const (
	ring  = 2 * time.Second // how long noanswer may ring
	pause = 300 * time.Millisecond
)

// demo prints from several goroutines, a line at a time.
type demo struct {
	client *ami.Client

	mu  sync.Mutex // guards out
	out io.Writer
}

func (d *demo) printf(format string, args ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	fmt.Fprintf(d.out, format+"\n", args...)
}

// demonstrate is the demo on a server that runs.
func demonstrate(ctx context.Context, out io.Writer, address string, config *ami.Config) error {
	client, err := ami.Connect(ctx, address, config)
	if err != nil {
		return err
	}
	defer client.Close()
	d := &demo{client: client, out: out}
	d.printf("connected to Asterisk %s at %s as %s", client.Version(), address, config.Username)

	sub := client.Subscribe(event.Named("Newchannel", "Newstate", "OriginateResponse", "Hangup"), nil)
	printed := make(chan struct{})
	// printEvents ends with the subscription, and is waited for.
	go func() {
		defer close(printed)
		d.printEvents(sub)
	}()
	defer func() {
		sub.Close()
		<-printed
	}()
	calls, err := d.place(ctx)
	if err != nil {
		return err
	}
	if err := d.list(ctx); err != nil {
		return err
	}
	return d.summarize(ctx, sub, calls)
}

// printEvents runs until the subscription is closed.
func (d *demo) printEvents(sub *event.Subscription) {
	for ev := range sub.All(context.Background()) {
		d.printf("  %s %s", ev.Received().Format("15:04:05.000"), ev)
	}
}

// place makes a call to each extension, with a pause between them.
func (d *demo) place(ctx context.Context) ([]*ami.Origination, error) {
	var calls []*ami.Origination
	for _, exten := range extensions {
		call, err := ami.Originate(ctx, d.client, action.Originate{
			Channel: "Local/" + exten + "@outcome", Context: "echo", Exten: "1",
			CallerID: action.CallerID("Demo", "100"), Timeout: ring,
		})
		if err != nil {
			return nil, err
		}
		d.printf("call %s: Local/%s@outcome", call.ChannelID(), exten)
		calls = append(calls, call)
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return calls, nil
}

// list prints the channels that there are now.
func (d *demo) list(ctx context.Context) error {
	channels, err := ami.List(ctx, d.client, action.CoreShowChannels{})
	if err != nil {
		return err
	}
	d.printf("%d channels now:", len(channels))
	for _, c := range channels {
		d.printf("    %-40s %-8s %s(%s)", c.Channel, c.ChannelState, c.Application, c.ApplicationData)
	}
	return nil
}

// summarize waits for the outcomes and for the channels to be gone, and prints all that there is to know.
func (d *demo) summarize(ctx context.Context, sub *event.Subscription, calls []*ami.Origination) error {
	outcomes := make([]ami.Outcome, len(calls))
	for i, call := range calls {
		var err error
		if outcomes[i], err = call.Wait(ctx); err != nil {
			return err
		}
		if err := call.Hangup(ctx); err != nil {
			return err
		}
	}
	// The answer to any action comes after the events before it.
	if _, err := d.client.Do(ctx, action.Ping{}); err != nil {
		return err
	}
	d.printf("outcomes:")
	for i, outcome := range outcomes {
		d.printf("    %-14s %s", extensions[i], outcome)
	}
	stats, events := d.client.Stats(), sub.Stats()
	d.printf("%d events came, %d of them for this subscription, %d missed; %d actions sent", stats.Events, events.Matched, events.Missed, stats.Actions)
	return nil
}
