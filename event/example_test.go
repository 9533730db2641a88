package event_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

const recording = `Event: Newchannel
Channel: PJSIP/100-00000001
Exten: 4930123
Uniqueid: 1795345171.0

Event: VarSet
Channel: PJSIP/100-00000001
Variable: ticket
Value: 4711

Event: Hangup
Channel: PJSIP/100-00000001
Uniqueid: 1795345171.0
Cause: 16
`

// A hub replays a log for code that was written for a live session.
func ExampleHub() {
	var hub event.Hub
	sub := hub.Subscribe(event.Or(event.Of[event.Newchannel](), event.Of[event.Hangup]()), nil)

	for ev, err := range event.Read(strings.NewReader(recording)) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		hub.Publish(transport.NewBlock(ev.Fields()))
	}
	hub.Close(nil)

	for ev := range sub.All(context.Background()) {
		switch e := ev.(type) {
		case event.Newchannel:
			fmt.Println(e.Channel, "for", e.Exten)
		case event.Hangup:
			fmt.Println(e.Channel, "ended:", e.Cause)
		}
	}
	// Output:
	// PJSIP/100-00000001 for 4930123
	// PJSIP/100-00000001 ended: normal clearing
}

// replayed is a subscription to the events of the recording, in place of one of a
// session.
func replayed(filter event.Filter) *event.Subscription {
	var hub event.Hub
	sub := hub.Subscribe(filter, nil)
	for ev := range event.Read(strings.NewReader(recording)) {
		hub.Publish(transport.NewBlock(ev.Fields()))
	}
	hub.Close(nil)
	return sub
}

// Wait for an event that follows something you do.
func ExampleAwait() {
	sub := replayed(event.Of[event.Hangup]())
	defer sub.Close()

	e, err := event.Await(context.Background(), sub, func(e event.Hangup) bool { return e.Channel == "PJSIP/100-00000001" })
	fmt.Println(e.Cause, err)

	_, err = event.Await[event.Hangup](context.Background(), sub, nil) // nil: any
	fmt.Println(err)
	// Output:
	// normal clearing <nil>
	// event: subscription closed
}

// The channel of any event, and its device.
func ExampleChannelOf() {
	sub := replayed(event.Filter{})
	defer sub.Close()
	for ev := range sub.All(context.Background()) {
		if c, ok := event.ChannelOf(ev); ok {
			fmt.Println(ev.EventName(), c.UniqueID, event.Device(c.Name))
		}
	}
	// Output:
	// Newchannel 1795345171.0 PJSIP/100
	// Hangup 1795345171.0 PJSIP/100
}

// An event prints as one line.
func ExampleEvent() {
	sub := replayed(event.Of[event.VarSet]())
	defer sub.Close()
	for ev := range sub.All(context.Background()) {
		fmt.Println(ev)
	}
	// Output:
	// VarSet PJSIP/100-00000001 Variable=ticket Value=4711
}

// Filters are put together of names and values of fields.
func ExampleFilter() {
	ended := event.And(event.Of[event.Hangup](), event.Where("UniqueID", "1795345171.0"))
	sub := replayed(event.Or(ended, event.Of[event.VarSet]()))
	defer sub.Close()
	fmt.Println(ended)
	fmt.Println(sub.Stats().Queued, "events match")
	// Output:
	// and(named(hangup), where(UniqueID, "1795345171.0"))
	// 2 events match
}

// Look up a channel variable that channelvars of manager.conf lists.
func ExampleVariables() {
	e, _ := event.Decode(transport.ParseFields("Event: Hangup\nChanVariable: CAMPAIGN=spring\nChanVariable: AGENT=")).(event.Hangup)
	fmt.Println(e.ChanVariable.Get("CAMPAIGN"), len(e.ChanVariable))
	// Output: spring 2
}

// A function for each type, in place of a switch.
func ExampleHandlers() {
	var on event.Handlers
	event.On(&on, func(e event.Newchannel) { fmt.Println(e.Channel, "for", e.Exten) })
	event.On(&on, func(e event.Hangup) { fmt.Println(e.Channel, "ended:", e.Cause) })
	event.On(&on, func(e event.Gap) { fmt.Println("missed", e.Missed, "events:", e.Reason) })

	sub := replayed(event.Filter{})
	for {
		if err := sub.Handle(context.Background(), &on); err != nil {
			fmt.Println(err)
			break
		}
	}
	// Output:
	// PJSIP/100-00000001 for 4930123
	// PJSIP/100-00000001 ended: normal clearing
	// event: subscription closed
}

// A consumer that falls behind its limit finds a Gap where events are missing.
func ExampleSubscription() {
	var hub event.Hub
	sub := hub.Subscribe(event.Named("QueueCallerJoin"), &event.SubscribeConfig{Limit: 2})
	defer sub.Close()

	for _, position := range []string{"1", "2", "3", "4"} {
		hub.Publish(transport.NewBlock(transport.ParseFields("Event: QueueCallerJoin\nPosition: " + position)))
	}
	hub.Close(nil)

	for ev := range sub.All(context.Background()) {
		if gap, ok := ev.(event.Gap); ok {
			fmt.Println("missed", gap.Missed, "events:", gap.Reason)
			continue
		}
		fmt.Println("caller at position", ev.Fields().Get("Position"))
	}
	stats := sub.Stats()
	fmt.Println(stats.Matched, "=", stats.Delivered, "+", stats.Queued, "+", stats.Missed)
	// Output:
	// caller at position 1
	// caller at position 2
	// missed 2 events: overflow
	// 4 = 2 + 0 + 2
}

// Events are written to JSON with the names and values that Asterisk gave their
// fields, and read back.
func ExampleRead() {
	for ev, err := range event.Read(strings.NewReader(recording)) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		data, err := json.Marshal(ev)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(string(data))

		var back event.Base
		if err := json.Unmarshal(data, &back); err != nil {
			fmt.Println(err)
		}
		if e, ok := event.Decode(back.Fields()).(event.Hangup); ok {
			fmt.Println(e.Channel, "ended:", e.Cause)
		}
	}
	// Output:
	// {"Fields":{"Event":"Newchannel","Channel":"PJSIP/100-00000001","Exten":"4930123","Uniqueid":"1795345171.0"}}
	// {"Fields":{"Event":"VarSet","Channel":"PJSIP/100-00000001","Variable":"ticket","Value":"4711"}}
	// {"Fields":{"Event":"Hangup","Channel":"PJSIP/100-00000001","Uniqueid":"1795345171.0","Cause":"16"}}
	// PJSIP/100-00000001 ended: normal clearing
}
