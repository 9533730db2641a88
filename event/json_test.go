package event_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/compare"
	"github.com/asterisk-go/asterisk-go/transport"
)

func TestJSONHasTheNamesOfTheWire(t *testing.T) {
	for _, test := range []struct {
		ev   event.Event
		want string
	}{
		{event.Decode(fields("Event: Hangup", "Cause: 16", "Cause-txt: Normal Clearing", "CallerIDName: <unknown>")),
			`{"Event":"Hangup","Cause":"16","Cause-txt":"Normal Clearing","CallerIDName":"\u003cunknown\u003e"}`},
		{event.Decode(fields("Event: Newchannel", "ChanVariable: A=1", "Uniqueid: 1.2", "ChanVariable: B=2")),
			`{"Event":"Newchannel","ChanVariable":["A=1","B=2"],"Uniqueid":"1.2"}`},
		{event.Decode(fields("Event: Odd", "no colon", "Key: \xff")), `{"Event":"Odd","":"no colon","Key":{"base64":"/w=="}}`},
		{event.Decode(fields("Event: VarSet", `Value: it\'s <b>`)), `{"Event":"VarSet","Value":"it\\'s \u003cb\u003e"}`},
	} {
		got, err := json.Marshal(test.ev)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != test.want {
			t.Errorf("Marshal(%T)\n got %s\nwant %s", test.ev, got, test.want)
		}
	}
}

func TestJSONRoundTrip(t *testing.T) {
	events := append(recorded(t, "16"), recorded(t, "22")...)
	events = append(events, event.Decode(fields("Event: Newchannel", "CallerIDName: \xff\xfe", "ChanVariable: a=1", "ChanVariable: b=\xff")))
	for _, ev := range events {
		data, err := json.Marshal(ev)
		if err != nil {
			t.Fatal(err)
		}
		var back transport.Fields
		if err := json.Unmarshal(data, &back); err != nil {
			t.Fatalf("Unmarshal(%s): %v", data, err)
		}
		got := event.Decode(back)
		if reflect.TypeOf(got) != reflect.TypeOf(ev) {
			t.Errorf("%s came back as %T, was %T", data, got, ev)
		}
		for key := range ev.Fields().All() {
			if diff := compare.Diff(ev.Fields().Values(key), got.Fields().Values(key)); diff != "" {
				t.Errorf("%s of %s differs (-want +got):\n%s", key, ev.EventName(), diff)
			}
		}
	}
}

func TestJSONOfMarkers(t *testing.T) {
	s := newStream(t, event.Filter{}, 1)
	s.hub.Connect("pbx:5038")
	publishN(&s.hub, 0, 3)
	s.hub.Disconnect(errors.New("read: line\r\nbreak"))
	s.hub.Sync(s.sub, gapsOf(s.sub), nil)
	for _, want := range []string{
		`{"Event":"Connected","Address":"pbx:5038"}`,
		`{"Event":"X","N":"0"}`,
		`{"Event":"Gap","Reason":"overflow","Missed":"2"}`,
		`{"Event":"Gap","Reason":"disconnected","Missed":"-1","Error":"read: line  break"}`,
		`{"Event":"Synced"}`,
	} {
		raw, err := s.sub.NextRaw(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, ev := range []event.Event{raw, raw.Decode()} {
			if got, err := json.Marshal(ev); err != nil || string(got) != want {
				t.Errorf("Marshal(%T) = %s, %v, want %s", ev, got, err, want)
			}
			if ev.EventName() != ev.Fields().Get("Event") {
				t.Errorf("EventName = %q, want %q", ev.EventName(), ev.Fields().Get("Event"))
			}
		}
	}
}
