package event_test

import (
	"fmt"
	"testing"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/compare"
)

type ticket struct {
	Number   int
	Customer string `ami:"Cust-ID"`
	Open     bool
	Tags     []string `ami:"Tag"`
	Price    float64
	Size     uint64
	Odd      struct{} // no text can be this
	_        string
}

func (ticket) UserEventName() string { return "Ticket" }

func TestDecodeUser(t *testing.T) {
	f := fields("Event: UserEvent", "Privilege: user,all", "Channel: PJSIP/1", "UserEvent: Ticket", "number: 42", "Number: 43", "Cust-ID: c 1",
		"Open: yes", "Tag: a", "Tag: b", "Price: 1.5", "Size: x", "secret: s", "Odd: 1", "Channel: fake")
	got, ok := event.DecodeUser[ticket](event.Decode(f))
	want := ticket{Number: 42, Customer: "c 1", Open: true, Tags: []string{"a", "b"}, Price: 1.5}
	if diff := compare.Diff(want, got); !ok || diff != "" {
		t.Errorf("DecodeUser: ok %t, differs (-want +got):\n%s", ok, diff)
	}
	for _, other := range []event.Event{
		event.Decode(fields("Event: UserEvent", "UserEvent: Other")),
		event.Decode(fields("Event: Hangup", "UserEvent: Ticket")),
		event.Unknown{},
	} {
		if _, ok := event.DecodeUser[ticket](other); ok {
			t.Errorf("%v is a Ticket", other)
		}
	}
	if filter := event.OfUser[ticket](); !filter.Match(f) || filter.Match(fields("Event: UserEvent", "UserEvent: Other")) {
		t.Errorf("OfUser = %v", filter)
	}
}

// What stands in front of the name is Asterisk's, not the sender's.
func TestDecodeUserReadsOnlyWhatWasSent(t *testing.T) {
	got, ok := event.DecodeUser[spoofed](event.Decode(fields("Event: UserEvent", "Channel: PJSIP/1", "UserEvent: Spoofed", "Own: x")))
	if !ok || got.Channel != "" || got.Own != "x" {
		t.Errorf("DecodeUser = %+v, %v", got, ok)
	}
}

type spoofed struct{ Channel, Own string }

func (spoofed) UserEventName() string { return "Spoofed" }

// Called is sent by the dialplan: UserEvent(Called,Number: 4711,Tries: 3).
type Called struct {
	Number string
	Tries  int
}

func (Called) UserEventName() string { return "Called" }

func ExampleDecodeUser() {
	ev := event.Decode(fields("Event: UserEvent", "UserEvent: Called", "Number: 4711", "Tries: 3"))
	if called, ok := event.DecodeUser[Called](ev); ok {
		fmt.Println(called.Number, called.Tries)
	}
	// Output: 4711 3
}
