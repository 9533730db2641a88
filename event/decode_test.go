package event_test

import (
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/compare"
	"github.com/asterisk-go/asterisk-go/transport"
)

// channelLines is a channel as events carry it; channel is what it decodes to.
func channelLines(prefix string) []string {
	lines := []string{
		"Channel: PJSIP/100-00000001", "ChannelState: 6", "ChannelStateDesc: Up", "CallerIDNum: <unknown>",
		`CallerIDName: O\'Brien\?`, "ConnectedLineNum: 4711", `ConnectedLineName: a\\b\"c\"`, "Language: en",
		"AccountCode: acct", "Context: out", "Exten: s", "Priority: 7", "Uniqueid: 1795345171.1",
		"Linkedid: 1795345171.0", "Tenantid: t1", `ChanVariable: FOO=it\'s`, "ChanVariable: BAR=",
	}
	for i := range lines {
		lines[i] = prefix + lines[i]
	}
	return lines
}

func channel() event.ChannelSnapshot {
	return event.ChannelSnapshot{
		Channel: "PJSIP/100-00000001", ChannelState: asterisk.ChannelUp, ChannelStateDesc: "Up", CallerIDNum: "",
		CallerIDName: "O'Brien?", ConnectedLineNum: "4711", ConnectedLineName: `a\b"c"`, Language: "en",
		AccountCode: "acct", Context: "out", Exten: "s", Priority: 7, UniqueID: "1795345171.1",
		LinkedID: "1795345171.0", TenantID: "t1", ChanVariable: event.Variables{{Name: "FOO", Value: "it's"}, {Name: "BAR"}},
	}
}

func lines(first string, parts ...any) transport.Fields {
	all := []string{first, "Privilege: call,all"}
	for _, part := range parts {
		switch part := part.(type) {
		case string:
			all = append(all, part)
		case []string:
			all = append(all, part...)
		}
	}
	return fields(all...)
}

func base(f transport.Fields) event.Base { return event.NewBase(f, time.Time{}) }

func TestDecode(t *testing.T) {
	snapshot := channelLines("")
	for _, test := range []struct {
		fields transport.Fields
		want   func(event.Base) event.Event
	}{
		{lines("Event: Newchannel", snapshot), func(b event.Base) event.Event {
			return event.Newchannel{Base: b, ChannelSnapshot: channel()}
		}},
		{lines("Event: Newstate", snapshot), func(b event.Base) event.Event {
			return event.Newstate{Base: b, ChannelSnapshot: channel()}
		}},
		{lines("Event: NewCallerid", snapshot, `CID-CallingPres: 35 (Presentation Prohibited \(it\'s\), Not Screened)`), func(b event.Base) event.Event {
			return event.NewCallerID{Base: b, ChannelSnapshot: channel(), CallingPres: 35, CallingPresText: `Presentation Prohibited \(it's\), Not Screened`}
		}},
		{lines("Event: NewCallerid", "CID-CallingPres: 0 (Presentation Allowed, Not Screened)"), func(b event.Base) event.Event {
			return event.NewCallerID{Base: b, CallingPresText: "Presentation Allowed, Not Screened"}
		}},
		{lines("Event: Rename", "Channel: a", "Newname: a<MASQ>", "Uniqueid: 1.2"), func(b event.Base) event.Event {
			return event.Rename{Base: b, Channel: "a", NewName: "a<MASQ>", UniqueID: "1.2"}
		}},
		{lines("Event: Hangup", snapshot, "Cause: 16", "Cause-txt: Normal Clearing", "TechCause: 486"), func(b event.Base) event.Event {
			return event.Hangup{Base: b, ChannelSnapshot: channel(), Cause: asterisk.CauseNormalClearing, CauseTxt: "Normal Clearing", TechCause: 486}
		}},
		{lines("Event: VarSet", snapshot, "Variable: X", `Value: a\"b\'c\\d\?\n`), func(b event.Base) event.Event {
			return event.VarSet{Base: b, ChannelSnapshot: channel(), Variable: "X", Value: "a\"b'c\\d?\n"}
		}},
		{lines("Event: VarSet", "Channel: none", "Uniqueid: none", "Variable: G", "Value: 1"), func(b event.Base) event.Event {
			return event.VarSet{Base: b, Variable: "G", Value: "1"}
		}},
		{lines("Event: CoreShowChannel", snapshot, "Application: Dial", `ApplicationData: a\?b`, "Duration: 101:02:03", "BridgeId: b1"), func(b event.Base) event.Event {
			return event.CoreShowChannel{Base: b, ChannelSnapshot: channel(), BridgeID: "b1", Application: "Dial", ApplicationData: `a\?b`,
				Duration: 101*time.Hour + 2*time.Minute + 3*time.Second}
		}},
		{lines("Event: DialBegin", snapshot, channelLines("Dest"), "DialString: 100/x"), func(b event.Base) event.Event {
			return event.DialBegin{Base: b, ChannelSnapshot: channel(), Dest: channel(), DialString: "100/x"}
		}},
		{lines("Event: DialEnd", channelLines("Dest"), "DialStatus: BUSY", "Forward: Local/1@x"), func(b event.Base) event.Event {
			return event.DialEnd{Base: b, Dest: channel(), DialStatus: "BUSY", Forward: "Local/1@x"}
		}},
		{lines("Event: FullyBooted", "Uptime: 61", "LastReload: 3", "Status: Fully Booted"), func(b event.Base) event.Event {
			return event.FullyBooted{Base: b, Uptime: 61 * time.Second, LastReload: 3 * time.Second, Status: "Fully Booted"}
		}},
		{lines("Event: Shutdown", "Shutdown: Cleanly", "Restart: True"), func(b event.Base) event.Event {
			return event.Shutdown{Base: b, Shutdown: "Cleanly", Restart: true}
		}},
		{lines("Event: Reload", "Module: All", "Status: 1"), func(b event.Base) event.Event {
			return event.Reload{Base: b, Module: "All", Status: 1}
		}},
		{lines("Event: SomethingNew", snapshot), func(b event.Base) event.Event { return event.Unknown{Base: b} }},
		{lines("event: Hangup", "Cause: 17"), func(b event.Base) event.Event {
			return event.Hangup{Base: b, Cause: asterisk.CauseUserBusy}
		}},
		{fields("Response: Success", "Event: Hangup"), func(b event.Base) event.Event { return event.Unknown{Base: b} }},
		{fields(), func(b event.Base) event.Event { return event.Unknown{Base: b} }},
	} {
		want := test.want(base(test.fields))
		if diff := compare.Diff(want, event.WithoutDoubt(event.Decode(test.fields))); diff != "" {
			t.Errorf("Decode of\n%s\ndiffers (-want +got):\n%s", test.fields, diff)
		}
	}
}

// The sender of a UserEvent names its fields as it likes.
func TestUserEventKeepsItsChannel(t *testing.T) {
	own := []string{"UserEvent: Mine", "Channel: fake/1", "Uniqueid: 1.2", "UserEvent: Other", "Event: Hangup"}
	f := lines("Event: UserEvent", channelLines(""), own)
	want := event.UserEvent{Base: base(f), ChannelSnapshot: channel(), UserEvent: "Mine"}
	if diff := compare.Diff(want, event.WithoutDoubt(event.Decode(f))); diff != "" {
		t.Errorf("from the dialplan it differs (-want +got):\n%s", diff)
	}
	f = lines("Event: UserEvent", own)
	want = event.UserEvent{Base: base(f), UserEvent: "Mine"}
	if diff := compare.Diff(want, event.WithoutDoubt(event.Decode(f))); diff != "" {
		t.Errorf("from an action it differs (-want +got):\n%s", diff)
	}
}

func TestDecodeListItems(t *testing.T) {
	status := lines("Event: Status", channelLines(""), "Type: PJSIP", "DNID: 4930", "TimeToHangup: 1795345337", "BridgeID: b1",
		"Application: Wait", "Data: 60", "Seconds: 61", "Variable: A=(null)", `Variable: B=O\'x`)
	params := fields("Event: QueueParams", "Queue: support", "Max: 5", "Strategy: ringall", "Calls: 1", "Holdtime: 2", "TalkTime: 3",
		"Completed: 4", "Abandoned: 6", "ServiceLevel: 60", "ServicelevelPerf: 66.7", "ServicelevelPerf2: 50.0", "Weight: 9")
	member := fields("Event: QueueMember", "Queue: support", "Name: Ann", "Location: PJSIP/1", "StateInterface: PJSIP/1", "Membership: static",
		"Penalty: 1", "CallsTaken: 2", "LastCall: 1795345156", "LastPause: 0", "LoginTime: 1795345157", "InCall: 1", "Status: 6",
		"Paused: 1", "PausedReason: lunch", "Wrapuptime: 10")
	entry := fields("Event: QueueEntry", "Queue: support", "Position: 1", "Channel: a", "Uniqueid: 1.2", "CallerIDNum: unknown",
		`CallerIDName: O\'Brien\?`, "ConnectedLineNum: unknown", "ConnectedLineName: unknown", "Wait: 75", "Priority: 3")
	response := fields("Event: OriginateResponse", "Privilege: call,all", "ActionID: o1", "Response: Failure", "Channel: Local/1@x",
		"Context: out", "Exten: s", "Application: Wait", "Data: 1", "Reason: 5", "Uniqueid: <unknown>", "CallerIDNum: <unknown>", `CallerIDName: O\'B`)
	for _, want := range []event.Event{
		event.Status{Base: base(status), ChannelSnapshot: channel(), Type: "PJSIP", DNID: "4930", TimeToHangup: time.Unix(1795345337, 0),
			BridgeID: "b1", Application: "Wait", Data: "60", Duration: 61 * time.Second, Variable: event.Variables{{Name: "A"}, {Name: "B", Value: `O\'x`}}},
		event.QueueParams{Base: base(params), Queue: "support", Max: 5, Strategy: "ringall", Calls: 1, HoldTime: 2 * time.Second,
			TalkTime: 3 * time.Second, Completed: 4, Abandoned: 6, ServiceLevel: time.Minute, ServiceLevelPerf: 66.7, ServiceLevelPerf2: 50, Weight: 9},
		event.QueueMember{Base: base(member), Queue: "support", Name: "Ann", Location: "PJSIP/1", StateInterface: "PJSIP/1",
			Membership: "static", Penalty: 1, CallsTaken: 2, LastCall: time.Unix(1795345156, 0), LoginTime: time.Unix(1795345157, 0),
			InCall: true, Status: 6, Paused: true, PausedReason: "lunch", WrapupTime: 10 * time.Second},
		event.QueueEntry{Base: base(entry), Queue: "support", Position: 1, Channel: "a", UniqueID: "1.2", CallerIDName: `O\'Brien\?`,
			Wait: 75 * time.Second, Priority: 3},
		event.OriginateResponse{Base: base(response), ActionID: "o1", Response: "Failure", Channel: "Local/1@x", Context: "out", Exten: "s",
			Application: "Wait", Data: "1", Reason: event.ReasonBusy, CallerIDName: `O\'B`},
	} {
		if diff := compare.Diff(want, event.WithoutDoubt(event.Decode(want.Fields()))); diff != "" {
			t.Errorf("%T differs (-want +got):\n%s", want, diff)
		}
	}
}

func TestBadNumbersAreZero(t *testing.T) {
	for _, bad := range []string{"", "x", "12x", "1.5", "99999999999999999999", "-99999999999999999999", "0x10", "<unknown>"} {
		hangup := event.Decode(fields("Event: Hangup", "Cause: "+bad, "Priority: "+bad)).(event.Hangup)
		if hangup.Cause != 0 || hangup.Priority != 0 {
			t.Errorf("%q: Cause = %d, Priority = %d, want 0", bad, hangup.Cause, hangup.Priority)
		}
	}
	for _, bad := range []string{"", "x", "99999999999999999999", "9223372036854775807", "10000000000"} {
		booted := event.Decode(fields("Event: FullyBooted", "Uptime: "+bad)).(event.FullyBooted)
		if booted.Uptime != 0 {
			t.Errorf("%q: Uptime = %v, want 0", bad, booted.Uptime)
		}
	}
	for _, bad := range []string{"", "x", "1:2:x", "-1:00:00", "99999999999:00:00", "2147483647:2147483647:2147483647", "9:9:9:9:9:9:9:9:9:9:9"} {
		channel := event.Decode(fields("Event: CoreShowChannel", "Duration: "+bad)).(event.CoreShowChannel)
		if channel.Duration != 0 {
			t.Errorf("%q: Duration = %v, want 0", bad, channel.Duration)
		}
	}
	for _, bad := range []string{"", "x", "nan", "-nan", "inf", "1e999"} {
		queue := event.Decode(fields("Event: QueueParams", "ServicelevelPerf: "+bad)).(event.QueueParams)
		if queue.ServiceLevelPerf != 0 {
			t.Errorf("%q: ServicelevelPerf = %v, want 0", bad, queue.ServiceLevelPerf)
		}
	}
	for _, bad := range []string{"", "x", "0", "99999999999999999999"} {
		member := event.Decode(fields("Event: QueueMember", "LastCall: "+bad)).(event.QueueMember)
		if !member.LastCall.IsZero() {
			t.Errorf("%q: LastCall = %v, want the zero time", bad, member.LastCall)
		}
	}
}

func TestNegativeNumbers(t *testing.T) {
	hangup := event.Decode(fields("Event: Hangup", "Priority: -2")).(event.Hangup)
	if hangup.Priority != -2 {
		t.Errorf("Priority = %d, want -2", hangup.Priority)
	}
}

// A value with a line break in it can add fields behind its own, but not
// override those before it.
func TestTheFirstOfAKeyCounts(t *testing.T) {
	got := event.Decode(fields("Event: Hangup", "Channel: a", "Uniqueid: 1.2", "Priority: 1", "Cause: 16", "Cause-txt: ", "ChanVariable: A=1",
		"Cause: 17", "Cause-txt: forged", "Channel: b", "Uniqueid: 9.9", "Priority: 2", "ChanVariable: B=2")).(event.Hangup)
	if got.Cause != 16 || got.CauseTxt != "" || got.Channel != "a" || got.UniqueID != "1.2" || got.Priority != 1 || len(got.ChanVariable) != 2 {
		t.Errorf("Decode = %+v", got)
	}
	dial := event.Decode(fields("Event: DialBegin", "DestChannel: a", "DialString: x", "DestChannel: b", "DialString: y")).(event.DialBegin)
	if dial.Dest.Channel != "a" || dial.DialString != "x" {
		t.Errorf("Decode = %+v", dial)
	}
}

// What a newer Asterisk adds is kept, and no reason to fail.
func TestUnknownFieldsPassThrough(t *testing.T) {
	f := fields("Event: Hangup", "Cause: 16", "FromTheFuture: 1", "DestFuture: 2", "no colon")
	got := event.Decode(f).(event.Hangup)
	if got.Cause != 16 || got.Fields() != f {
		t.Errorf("Decode = %+v", got)
	}
	_, left := event.DecodeStrict(f)
	if diff := compare.Diff([]string{"FromTheFuture", "DestFuture"}, left); diff != "" {
		t.Errorf("the keys without a place differ (-want +got):\n%s", diff)
	}
}
