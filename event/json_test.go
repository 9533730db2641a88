package event_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/compare"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

// In JSON an event is its fields, as the wire has them.
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
		wantJSON(t, test.ev, `{"Fields":`+test.want+`}`)
	}
}

func wantJSON(t *testing.T, value any, want string) {
	t.Helper()
	if got, err := json.Marshal(value); err != nil || string(got) != want {
		t.Errorf("Marshal(%T) = %s, %v, want %s", value, got, err, want)
	}
}

// noted and counted are structs of a program that embed events.
type noted struct {
	event.Hangup
	Note string
}

type counted struct {
	event.Base
	N int
}

// A struct that embeds an event keeps what is its own, both ways.
func TestJSONOfStructsThatEmbedEvents(t *testing.T) {
	f := fields("Event: Hangup", "Channel: PJSIP/1-00000001", "Cause: 16")
	hangup := event.Decode(f).(event.Hangup)
	const inside = `"Fields":{"Event":"Hangup","Channel":"PJSIP/1-00000001","Cause":"16"}`
	one, two := noted{hangup, "mine"}, counted{hangup.Base, 7}
	wantJSON(t, one, `{`+inside+`,"Note":"mine"}`)
	wantJSON(t, &one, `{`+inside+`,"Note":"mine"}`)
	wantJSON(t, two, `{`+inside+`,"N":7}`)
	wantJSON(t, []any{one, &two, []event.Event{hangup, &hangup}}, `[{`+inside+`,"Note":"mine"},{`+inside+`,"N":7},[{`+inside+`},{`+inside+`}]]`)
	wantJSON(t, struct{ Ended *event.Hangup }{&hangup}, `{"Ended":{`+inside+`}}`)
	wantJSON(t, struct{ Ended *event.Hangup }{}, `{"Ended":null}`)

	var back struct {
		One noted
		Two []counted
	}
	if err := json.Unmarshal([]byte(`{"One":{`+inside+`,"Note":"mine"},"Two":[{`+inside+`,"N":7}]}`), &back); err != nil {
		t.Fatal(err)
	}
	if back.One.Note != "mine" || back.Two[0].N != 7 {
		t.Errorf("read back %+v", back)
	}
	for _, ev := range []event.Event{back.One, back.Two[0]} {
		if got, ok := event.Decode(ev.Fields()).(event.Hangup); !ok || got.Cause != 16 || !ev.Fields().Equal(f) || ev.EventName() != "Hangup" {
			t.Errorf("%T came back with the fields %q", ev, ev.Fields())
		}
	}
	if err := json.Unmarshal([]byte(`{"Fields":{"A":"1\n2"}}`), new(event.Base)); err == nil {
		t.Error("a value with a line break was read")
	}
}

// Every type has the one member, so that no struct which embeds it has another of
// that name.
func TestJSONOfEveryType(t *testing.T) {
	for _, name := range append(event.TypeNames(), "OfALaterVersion") {
		ev := event.Decode(fields("Event: "+name, "Channel: a"))
		wantJSON(t, ev, `{"Fields":{"Event":"`+name+`","Channel":"a"}}`)
		wantJSON(t, event.Raw{Base: event.NewBase(ev.Fields(), time.Time{})}, `{"Fields":{"Event":"`+name+`","Channel":"a"}}`)
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
		var back event.Base
		if err := json.Unmarshal(data, &back); err != nil {
			t.Fatalf("Unmarshal(%s): %v", data, err)
		}
		got := event.Decode(back.Fields())
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

// A snapshot has the names and the values that the event has, and comes back.
func TestJSONOfSnapshots(t *testing.T) {
	e := event.Decode(fields("Event: BridgeEnter", "BridgeUniqueid: b", "BridgeNumChannels: 2", "Channel: PJSIP/1-00000001", "ChannelState: 6",
		"CallerIDNum: 100", "Priority: 3", "Uniqueid: 1.2", "Linkedid: 1.1", "Tenantid: t", "ChanVariable: A=1", "ChanVariable: DB_PASSWORD="+password)).(event.BridgeEnter)
	var wire struct{ Fields, Channel, Bridge map[string]any }
	data, err := json.Marshal(e)
	if err == nil {
		err = json.Unmarshal(data, &wire)
	}
	for value, to := range map[any]*map[string]any{&e.ChannelSnapshot: &wire.Channel, &e.BridgeSnapshot: &wire.Bridge} {
		data, marshalErr := json.Marshal(value)
		err = errors.Join(err, marshalErr, json.Unmarshal(data, to))
		back := reflect.New(reflect.TypeOf(value).Elem())
		err = errors.Join(err, json.Unmarshal(data, back.Interface()))
		if channel, ok := back.Interface().(*event.ChannelSnapshot); ok {
			if channel.ChanVariable.Get("A") != "1" || channel.ChanVariable.Get("DB_PASSWORD") != show.Hidden {
				t.Errorf("the variables came back as %+v", channel.ChanVariable)
			}
			channel.ChanVariable = e.ChanVariable
		}
		if diff := compare.Diff(value, back.Interface()); diff != "" {
			t.Errorf("a snapshot came back differently (-want +got):\n%s", diff)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range wire.Fields {
		got, ok := wire.Channel[key]
		if !ok {
			got, ok = wire.Bridge[key]
		}
		if key != "Event" && (!ok || !reflect.DeepEqual(got, want)) {
			t.Errorf("%s of the snapshot is %v, of the event %v", key, got, want)
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
		`{"Fields":{"Event":"Connected","Address":"pbx:5038"}}`,
		`{"Fields":{"Event":"X","N":"0"}}`,
		`{"Fields":{"Event":"Gap","Reason":"overflow","Missed":"2"}}`,
		`{"Fields":{"Event":"Gap","Reason":"disconnected","Missed":"-1","Error":"read: line  break"}}`,
		`{"Fields":{"Event":"Synced"}}`,
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
