package event_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/producer"
	"github.com/asterisk-go/asterisk-go/transport"
)

// A stranger's number, name or dialled extension, as it reaches an event.
type stranger struct{ number, name, exten string }

const (
	victim       = "1795953045.12"
	ownUniqueid  = "1795953050.77"
	ownLinkedid  = "1795953050.76"
	ownChannel   = "PJSIP/trunk-00000003"
	otherChannel = "PJSIP/100-00000002"
)

// of writes an event as Asterisk does: the lines with $ are the channel's.
func (s stranger) of(name string, behind ...string) transport.Fields {
	all := append([]string{"Event: " + name, "Privilege: call,all"}, s.channel("", ownChannel, ownUniqueid)...)
	return transport.ParseFields(strings.Join(append(all, behind...), "\r\n") + "\r\n")
}

func (s stranger) channel(prefix, channel, uniqueid string) []string {
	or := func(value, other string) string {
		if value == "" {
			return other
		}
		return value
	}
	return []string{prefix + "Channel: " + channel, prefix + "ChannelState: 6", prefix + "ChannelStateDesc: Up",
		prefix + "CallerIDNum: " + or(s.number, "100"), prefix + "CallerIDName: " + or(s.name, "<unknown>"),
		prefix + "ConnectedLineNum: <unknown>", prefix + "ConnectedLineName: <unknown>", prefix + "Language: en",
		prefix + "AccountCode: ", prefix + "Context: in", prefix + "Exten: " + or(s.exten, "200"), prefix + "Priority: 3",
		prefix + "Uniqueid: " + uniqueid, prefix + "Linkedid: " + ownLinkedid}
}

// What a caller writes into a field before the Uniqueid does not make his event
// another call's: Uniqueid and Linkedid stand behind all that he can fill.
func TestForgedUniqueid(t *testing.T) {
	for name, s := range map[string]stranger{
		"number":      {number: "1\nUniqueid: " + victim},
		"CRLF":        {number: "1\r\nUniqueid: " + victim + "\r\nLinkedid: " + victim},
		"other case":  {number: "1\nUniqueID: " + victim + "\nlinkedid: " + victim},
		"dialled":     {exten: "1\nPriority: 1\nUniqueid: " + victim + "\nLinkedid: " + victim},
		"everything":  {exten: "1\nPriority: 1\nUniqueid: " + victim + "\nLinkedid: " + victim + "\nCause: 21\nCause-txt: x"},
		"both":        {number: "1\nUniqueid: 1", exten: "2\nUniqueid: " + victim},
		"with a name": {name: "x", number: "1\nChannel: " + otherChannel + "\nUniqueid: " + victim},
	} {
		t.Run(name, func(t *testing.T) {
			fields := s.of("Hangup", "Cause: 16", "Cause-txt: Normal Clearing")
			got := event.Decode(fields).(event.Hangup)
			if got.Channel != ownChannel || got.UniqueID != ownUniqueid || got.LinkedID != ownLinkedid || got.Cause != 16 {
				t.Errorf("Hangup of %s, %s, %s with cause %d, want %s, %s, %s and 16", got.Channel, got.UniqueID, got.LinkedID, got.Cause,
					ownChannel, ownUniqueid, ownLinkedid)
			}
			if got.Doubt() == 0 {
				t.Errorf("nothing is odd about\n%s", fields)
			}
			for _, filter := range []event.Filter{event.Where("Uniqueid", victim), event.Where("linkedid", victim)} {
				if filter.Match(fields) {
					t.Errorf("%s matches\n%s", filter, fields)
				}
			}
			if own := event.And(event.Where("Uniqueid", ownUniqueid), event.Where("Channel", ownChannel), event.Where("Cause", "16")); !own.Match(fields) {
				t.Errorf("%s does not match\n%s", own, fields)
			}
		})
	}
}

// A subscription that the index finds by a forged value does not get the event,
// and the one of the true value does.
func TestForgedUniqueidInTheIndex(t *testing.T) {
	hub := new(filled)
	defer hub.Close(nil)
	theirs := hub.Subscribe(event.And(event.Of[event.Hangup](), event.Where("Uniqueid", victim)), nil)
	own := hub.Subscribe(event.And(event.Of[event.Hangup](), event.Where("Uniqueid", ownUniqueid)), nil)
	hub.Publish(transport.NewBlock(stranger{number: "1\nUniqueid: " + victim}.of("Hangup", "Cause: 16", "Cause-txt: x")))
	if got := theirs.Stats().Matched; got != 0 {
		t.Errorf("the other call got %d events, want none", got)
	}
	if got := own.Stats().Matched; got != 1 {
		t.Errorf("the call itself got %d events, want 1", got)
	}
}

// Between two fields of strangers nothing tells which of two values is
// Asterisk's: neither is believed.
func TestDoubledInBetween(t *testing.T) {
	s := stranger{number: "1\nUniqueid: " + victim}
	fields := s.of("Newexten", "Extension: 200", "Application: Dial", "AppData: PJSIP/1")
	got := event.Decode(fields).(event.Newexten)
	if got.UniqueID != "" || got.Channel != ownChannel || got.Application != "Dial" {
		t.Errorf("Decode = %+v", got)
	}
	if want := []string{"Uniqueid"}; !slices.Equal(got.Doubtful(), want) {
		t.Errorf("Doubtful = %q, want %q", got.Doubtful(), want)
	}
	for _, value := range []string{victim, ownUniqueid} {
		if event.Where("Uniqueid", value).Match(fields) {
			t.Errorf("Where(Uniqueid, %s) matches", value)
		}
	}
	if value, ok := got.Certain("Uniqueid"); ok {
		t.Errorf("Certain(Uniqueid) = %q", value)
	}
	if value, ok := got.Certain("Channel"); !ok || value != ownChannel {
		t.Errorf("Certain(Channel) = %q, %t", value, ok)
	}
}

// Occurrences that agree are that value, and odd all the same only where they
// are out of place.
func TestEqualOccurrences(t *testing.T) {
	got := event.Decode(stranger{exten: "200\nPriority: 3\nUniqueid: " + ownUniqueid}.of("Newexten", "Extension: 200", "Application: Dial",
		"AppData: PJSIP/1")).(event.Newexten)
	if got.UniqueID != ownUniqueid || len(got.Doubtful()) > 0 {
		t.Errorf("Uniqueid = %q, Doubtful = %q", got.UniqueID, got.Doubtful())
	}
}

// A key that is otherwise not there does not count where Asterisk would not
// write it.
func TestForgedOptionalKey(t *testing.T) {
	bridge := []string{"BridgeUniqueid: b-1", "BridgeType: basic", "BridgeTechnology: simple_bridge", "BridgeCreator: <unknown>",
		"BridgeName: <unknown>", "BridgeNumChannels: 2", "BridgeVideoSourceMode: none"}
	enter := func(s stranger, behind ...string) transport.Fields {
		all := slices.Concat([]string{"Event: BridgeEnter", "Privilege: call,all"}, bridge, s.channel("", ownChannel, ownUniqueid), behind)
		return transport.ParseFields(strings.Join(all, "\r\n") + "\r\n")
	}
	for _, s := range []stranger{
		{number: "1\nSwapUniqueid: " + victim}, {exten: "1\nSwapUniqueid: " + victim}, {number: "1\nBridgeVideoSource: " + victim},
		{exten: "1\nPriority: 1\nUniqueid: " + ownUniqueid + "\nLinkedid: " + ownLinkedid + "\nSwapUniqueid: " + victim},
	} {
		got := event.Decode(enter(s)).(event.BridgeEnter)
		if got.SwapUniqueID != "" || got.BridgeVideoSource != "" || got.UniqueID != ownUniqueid || got.BridgeUniqueID != "b-1" {
			t.Errorf("%q: Decode = %+v", s, got)
		}
		if got.Doubt()&event.DoubtRepeated == 0 || len(got.Doubtful()) != 1 {
			t.Errorf("%q: Doubt = %v, Doubtful = %q", s, got.Doubt(), got.Doubtful())
		}
		if event.Where("SwapUniqueid", victim).Match(got.Fields()) || event.Where("BridgeVideoSource", victim).Match(got.Fields()) {
			t.Errorf("%q: the forged key matches", s)
		}
	}
	if got := event.Decode(enter(stranger{}, "SwapUniqueid: 1.1")).(event.BridgeEnter); got.SwapUniqueID != "1.1" || got.Doubt() != 0 {
		t.Errorf("Decode = %+v, Doubt = %v", got, got.Doubt())
	}
	// With both, the last is Asterisk's: nothing a stranger writes stands behind it.
	if got := event.Decode(enter(stranger{number: "1\nSwapUniqueid: " + victim}, "SwapUniqueid: 1.1")).(event.BridgeEnter); got.SwapUniqueID != "1.1" {
		t.Errorf("SwapUniqueid = %q, want 1.1", got.SwapUniqueID)
	}
}

// A channel's name that the dialled number is part of is a stranger's field, too.
func TestForgedLocalChannel(t *testing.T) {
	all := append([]string{"Event: Newchannel", "Privilege: call,all"},
		stranger{}.channel("", "Local/1\nChannelState: 6\nUniqueid: "+victim+"\nX: y@in-00000001;1", ownUniqueid)...)
	got := event.Decode(transport.ParseFields(strings.Join(all, "\r\n") + "\r\n")).(event.Newchannel)
	if got.Channel != "Local/1" || got.UniqueID != ownUniqueid || got.Doubt()&event.DoubtRepeated == 0 {
		t.Errorf("Decode = %+v, Doubt = %v", got, got.Doubt())
	}
}

// An event that ends at an empty line in a number lacks what Asterisk writes.
func TestCutEvent(t *testing.T) {
	fields := stranger{exten: "1\nPriority: 1\nUniqueid: " + victim + "\nLinkedid: " + victim + "\n\nEvent: x"}.of("Hangup", "Cause: 16")
	whole, _, _ := strings.Cut(fields.String(), "\n\n")
	got := event.Decode(transport.ParseFields(whole + "\n")).(event.Hangup)
	if want := event.DoubtMissing | event.DoubtEnding; got.Doubt() != want {
		t.Errorf("Doubt = %v, want %v", got.Doubt(), want)
	}
	if got.UniqueID != victim {
		t.Errorf("Uniqueid = %q: this could not be told when the test was written", got.UniqueID)
	}
}

// The fields of a UserEvent's sender are his own; those of the channel are
// weighed, and so is the line that parts them.
func TestForgedUserEvent(t *testing.T) {
	for _, number := range []string{"1\nUniqueid: " + victim, "1\nUserEvent: Forged\nCust: 9", "1\nUserEvent: Forged\nUniqueid: " + victim} {
		got := event.Decode(stranger{number: number}.of("UserEvent", "UserEvent: Ticket", "Cust: 4711", "Uniqueid: 5")).(event.UserEvent)
		if got.UserEvent != "Ticket" || got.UniqueID != ownUniqueid || got.Sent().Get("Cust") != "4711" || got.Doubt() == 0 {
			t.Errorf("%q: Decode = %+v, sent %q, Doubt %v", number, got, got.Sent(), got.Doubt())
		}
		if !event.And(event.Where("UserEvent", "Ticket"), event.Where("Uniqueid", ownUniqueid)).Match(got.Fields()) || event.Where("Uniqueid", victim).Match(got.Fields()) {
			t.Errorf("%q: the wrong filter matches", number)
		}
	}
}

// Where holds for events without a type as far as their text tells.
func TestForgedUnknownEvent(t *testing.T) {
	fields := transport.ParseFields("Event: New\r\nPrivilege: call,all\r\nChannel: a\r\nCallerIDNum: 1\nChannel: b\nUniqueid: 2\r\nUniqueid: 1\r\n")
	for filter, want := range map[event.Filter]bool{
		event.Where("Channel", "a"): true, event.Where("Channel", "b"): false, event.Where("Uniqueid", "1"): false, event.Where("Uniqueid", "2"): false,
	} {
		if got := filter.Match(fields); got != want {
			t.Errorf("%s matches: %t, want %t", filter, got, want)
		}
	}
}

// What consumers are given of odd events is counted, and one of each connection
// is reported.
func TestDoubtIsCounted(t *testing.T) {
	var warned []event.Event
	hub := new(filled)
	hub.Producer(producer.Key{}).Warn(func(ev event.Event) { warned = append(warned, ev) })
	defer hub.Close(nil)
	sub := hub.Subscribe(event.Of[event.Hangup](), nil)
	odd := transport.NewBlock(stranger{number: "1\nUniqueid: 2"}.of("Hangup", "Cause: 16", "Cause-txt: x"))
	plain := transport.NewBlock(stranger{}.of("Hangup", "Cause: 16", "Cause-txt: x"))
	for epoch := range 2 {
		hub.Connect("x")
		for _, b := range []transport.Block{plain, odd, odd} {
			hub.Publish(b)
		}
		hub.QueueDoubtful(plain, time.Now(), event.DoubtCut)
		hub.Flush()
		for range 5 {
			if _, err := sub.Next(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if got, want := sub.Stats().Doubtful, int64(3*(epoch+1)); got != want || hub.Doubtful() != want {
			t.Errorf("Doubtful = %d and %d, want %d", got, hub.Doubtful(), want)
		}
		if len(warned) != epoch+1 {
			t.Errorf("Warn was called %d times, want %d", len(warned), epoch+1)
		}
	}
}

// Keys that only some events have do not count where a stranger wrote them, and
// questions for a key say what its typed field does.
func TestForgedKeyThatIsNotThere(t *testing.T) {
	cel := func(rdnis string) transport.Fields {
		return fields("Event: CEL", "Privilege: call,all", "EventName: ANSWER", "AccountCode: ", "CallerIDnum: 1", "CallerIDname: ",
			"CallerIDani: ", "CallerIDrdnis: "+rdnis, "CallerIDdnid: ", "Exten: 2", "Context: in", "Channel: PJSIP/1-1", "Application: Answer",
			"AppData: ", "EventTime: 2026-11-29 16:55:35", "AMAFlags: DOCUMENTATION", "UniqueID: 1.1", "LinkedID: 1.1", "Userfield: ",
			"Peer: ", "PeerAccount: ", "Extra: ")
	}
	for _, test := range []struct {
		fields     transport.Fields
		key, value string
	}{
		{stranger{number: "1\r\nTechCause: 404"}.of("Hangup", "Cause: 16", "Cause-txt: x"), "TechCause", "404"},
		{stranger{number: "1\r\nTechCause: 404"}.of("SoftHangupRequest", "Cause: 16"), "TechCause", "404"},
		{stranger{number: "1\r\nVariable: DIALSTATUS"}.of("VarSet", "Variable: X", "Value: y"), "Variable", "DIALSTATUS"},
		{stranger{number: "1\r\nChanVariable: PAID=yes"}.of("Hangup", "Cause: 16", "Cause-txt: x"), "ChanVariable", "PAID=yes"},
		{cel("1\r\nUserDefType: PAID"), "UserDefType", "PAID"},
		{cel("1\r\nTenantID: evil"), "TenantID", "evil"},
		{fields("Event: DeviceStateChange", "Privilege: call,all", "Device: Local/1\r\nState: INUSE", "State: NOT_INUSE"), "State", "INUSE"},
		{fields("Event: Rename", "Privilege: call,all", "Channel: DAHDI/1", "Newname: Local/1\r\nUniqueid: "+victim+"\r\nX: y", "Uniqueid: 5.5"), "Uniqueid", victim},
	} {
		got := event.Decode(test.fields)
		if got.Doubt()&event.DoubtRepeated == 0 {
			t.Errorf("nothing is odd about\n%s", test.fields)
		}
		if event.Where(test.key, test.value).Match(test.fields) {
			t.Errorf("Where(%s, %s) matches\n%s", test.key, test.value, test.fields)
		}
		value, ok := got.(interface {
			Certain(string) (string, bool)
		}).Certain(test.key)
		if ok && value == test.value {
			t.Errorf("Certain(%s) = %q in\n%s", test.key, value, test.fields)
		}
		typed, err := event.Encode(got)
		if err != nil || typed.Get(test.key) == test.value {
			t.Errorf("the typed %s is %q, %v, in\n%s", test.key, typed.Get(test.key), err, test.fields)
		}
	}
	if got := event.Decode(cel("1\r\nUserDefType: PAID")).(event.CEL); got.UserDefType != "" {
		t.Errorf("UserDefType = %q", got.UserDefType)
	}
}

// An event of very many lines costs no more than its length: what stands behind
// a stranger's field is then unknown.
func TestDoubtOfManyLines(t *testing.T) {
	number := "1" + strings.Repeat("\r\nUniqueid: 1", 20_000) + strings.Repeat("\r\nLinkedid: 2", 20_000)
	got := event.Decode(stranger{number: number}.of("Hangup", "Cause: 16", "Cause-txt: x")).(event.Hangup)
	if got.UniqueID != "" || got.Channel != ownChannel || got.Doubt()&event.DoubtRepeated == 0 {
		t.Errorf("Uniqueid = %q, Channel = %q, Doubt = %v", got.UniqueID, got.Channel, got.Doubt())
	}
}
