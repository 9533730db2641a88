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

// A function for each type, in place of a switch.
func ExampleHandlers() {
	var on event.Handlers
	event.On(&on, func(e event.Newchannel) { fmt.Println(e.Channel, "for", e.Exten) })
	event.On(&on, func(e event.Hangup) { fmt.Println(e.Channel, "ended:", e.Cause) })
	event.On(&on, func(e event.Gap) { fmt.Println("missed", e.Missed, "events:", e.Reason) })

	var hub event.Hub // of a session, in a program
	sub := hub.Subscribe(event.Filter{}, nil)
	for ev := range event.Read(strings.NewReader(recording)) {
		hub.Publish(transport.NewBlock(ev.Fields()))
	}
	hub.Close(nil)

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
