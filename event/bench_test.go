package event_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// traffic is one block for each of 15 names, as a real Asterisk sent them.
func traffic(b *testing.B) []transport.Block {
	b.Helper()
	var blocks []transport.Block
	seen := make(map[string]bool)
	for _, ev := range recorded(b, "22") {
		if name := ev.EventName(); !seen[name] && len(seen) < 15 {
			seen[name] = true
			blocks = append(blocks, transport.NewBlock(ev.Fields()))
		}
	}
	return blocks
}

// publish queues b.N events as a reader does that finds batch of them in each
// read.
func publish(b *testing.B, hub *filled, blocks []transport.Block, batch int) {
	b.Helper()
	received := time.Now()
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		hub.Queue(blocks[i%len(blocks)], received)
		if i%batch == 0 {
			hub.Flush()
		}
	}
	hub.Flush()
}

// drain takes want events from sub, which has no limit, and returns a function
// that waits until it has them.
func drain(b *testing.B, sub *event.Subscription, want int) (wait func()) {
	b.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range want {
			if _, err := sub.NextRaw(context.Background()); err != nil {
				b.Error(err)
				return
			}
		}
	}()
	return func() { <-done }
}

func BenchmarkPublishNobody(b *testing.B) {
	publish(b, new(filled), traffic(b), 32)
}

func BenchmarkPublishOtherName(b *testing.B) {
	var hub filled
	defer hub.Subscribe(event.Named("Nothing"), nil).Close()
	publish(b, &hub, traffic(b), 32)
}

func BenchmarkPublishOneOf15(b *testing.B) {
	var hub filled
	blocks := traffic(b)
	name := event.Decode(blocks[0].Fields()).EventName()
	sub := hub.Subscribe(event.Named(name), &event.SubscribeConfig{Limit: -1})
	defer sub.Close()
	wait := drain(b, sub, (b.N+len(blocks)-1)/len(blocks))
	publish(b, &hub, blocks, 32)
	wait()
}

func BenchmarkPublishAll(b *testing.B) {
	for _, batch := range []struct {
		name string
		size int
	}{{"batch=1", 1}, {"batch=32", 32}} {
		b.Run(batch.name, func(b *testing.B) {
			var hub filled
			sub := hub.Subscribe(event.Filter{}, &event.SubscribeConfig{Limit: -1})
			defer sub.Close()
			wait := drain(b, sub, b.N)
			publish(b, &hub, traffic(b), batch.size)
			wait()
		})
	}
}

// BenchmarkPublishWhere has a filter that has to look into each event.
func BenchmarkPublishWhere(b *testing.B) {
	var hub filled
	defer hub.Subscribe(event.Where("Linkedid", "none"), nil).Close()
	publish(b, &hub, traffic(b), 32)
}

// BenchmarkRoundTrip is one event at a time from Queue to Next, without
// another goroutine.
func BenchmarkRoundTrip(b *testing.B) {
	var hub filled
	sub := hub.Subscribe(event.Filter{}, nil)
	defer sub.Close()
	blocks := traffic(b)
	received, ctx := time.Now(), context.Background()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		hub.Queue(blocks[i%len(blocks)], received)
		hub.Flush()
		if _, err := sub.Next(ctx); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSubscribe is a subscription more among a thousand.
func BenchmarkSubscribe(b *testing.B) {
	var hub filled
	filter := event.Named("Newchannel", "Newstate", "DialBegin", "DialEnd", "Hangup")
	for range 1000 {
		defer hub.Subscribe(filter, nil).Close()
	}
	b.ReportAllocs()
	for b.Loop() {
		hub.Subscribe(filter, nil).Close()
	}
}

// BenchmarkDecode makes the typed events of real traffic.
func BenchmarkDecode(b *testing.B) {
	var raws []event.Raw
	var hub filled
	for _, block := range traffic(b) {
		raws = append(raws, hub.Stamp(block, time.Now()))
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		sinkEvent = raws[i%len(raws)].Decode()
	}
}

// BenchmarkHandle is BenchmarkRoundTrip for functions.
func BenchmarkHandle(b *testing.B) {
	var hub filled
	sub := hub.Subscribe(event.Filter{}, nil)
	defer sub.Close()
	var on event.Handlers
	got := 0
	event.On(&on, func(e event.Newchannel) { got += len(e.UniqueID) })
	event.On(&on, func(e event.VarSet) { got += len(e.Variable) })
	event.On(&on, func(e event.DialBegin) { got += len(e.Dest.UniqueID) })
	event.On(&on, func(e event.Hangup) { got += len(e.UniqueID) })
	on.Other = func(event.Event) { b.Fatal("not a function's") }
	var blocks []transport.Block
	for _, ev := range recorded(b, "22") {
		if slices.Contains([]string{"Newchannel", "VarSet", "DialBegin", "Hangup"}, ev.EventName()) && ev.Doubt() == 0 {
			blocks = append(blocks, transport.NewBlock(ev.Fields()))
		}
	}
	received, ctx := time.Now(), context.Background()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		hub.Queue(blocks[i%len(blocks)], received)
		hub.Flush()
		if err := sub.Handle(ctx, &on); err != nil {
			b.Fatal(err)
		}
	}
}

var sinkEvent event.Event
