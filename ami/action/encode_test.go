package action_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/transport"
)

// encoded is the headers of an action in one line, or its error.
func encoded(a action.Action) (string, error) {
	b := transport.Builder{Trimmed: true}
	if err := a.Encode(&b); err != nil {
		return "", err
	}
	fields, err := b.Fields()
	return strings.ReplaceAll(strings.TrimSuffix(fields.String(), "\r\n"), "\r\n", "|"), err
}

// call is an Originate that is complete.
func call(mutate func(*action.Originate)) action.Action {
	a := action.Originate{Channel: "PJSIP/1", Context: "c", Exten: "1"}
	mutate(&a)
	return a
}

func TestEncode(t *testing.T) {
	for _, test := range []struct {
		a    action.Action
		name string
		want string
	}{
		{action.New("Any", "B", "1", "A", "", "B", "2"), "Any", "B: 1|A: |B: 2"},
		{action.New("Any"), "Any", ""},
		{action.Ping{}, "Ping", ""},
		{action.CoreSettings{}, "CoreSettings", ""},
		{action.CoreShowChannels{}, "CoreShowChannels", ""},
		{action.Command{Command: "core show uptime"}, "Command", "Command: core show uptime"},
		{action.Getvar{Variable: "X"}, "Getvar", "Variable: X"},
		{action.Getvar{Channel: "c", Variable: "CALLERID(num)"}, "Getvar", "Channel: c|Variable: CALLERID(num)"},
		{action.Setvar{Variable: "X"}, "Setvar", "Variable: X|Value: "},
		{action.Setvar{Channel: "c", Variable: "X", Value: "a,b"}, "Setvar", "Channel: c|Variable: X|Value: a,b"},
		{action.Status{}, "Status", ""},
		{action.Status{Channel: "c", Variables: []string{"A", "B"}, AllVariables: true}, "Status", "Channel: c|Variables: A,B|AllVariables: true"},
		{action.QueueStatus{Queue: "q", Member: "m"}, "QueueStatus", "Queue: q|Member: m"},
		{action.QueueStatus{}, "QueueStatus", ""},
		{action.UserEvent{UserEvent: "x", Fields: []action.Field{{Key: "A", Value: "1"}, {Key: "A", Value: "2"}, {Key: "Actions", Value: ""}}},
			"UserEvent", "UserEvent: x|A: 1|A: 2|Actions: "},
		{action.Hangup{Channel: "c"}, "Hangup", "Channel: c"},
		{action.Hangup{Channel: "/^c/", Cause: asterisk.CauseUserBusy}, "Hangup", "Channel: /^c/|Cause: 17"},
		{action.Redirect{Channel: "c", Context: "x", Exten: "1"}, "Redirect", "Channel: c|Context: x|Exten: 1|Priority: 1"},
		{action.Redirect{Channel: "c", Context: "x", Exten: "1", Priority: 3, ExtraChannel: "d"},
			"Redirect", "Channel: c|Context: x|Exten: 1|Priority: 3|ExtraChannel: d"},
		{action.Redirect{Channel: "c", Context: "x", Exten: "1", Priority: 3, ExtraChannel: "d", ExtraExten: "2"},
			"Redirect", "Channel: c|Context: x|Exten: 1|Priority: 3|ExtraChannel: d|ExtraContext: x|ExtraExten: 2|ExtraPriority: 3"},
		{action.Redirect{Channel: "c", Context: "x", Exten: "1", ExtraChannel: "d", ExtraContext: "y", ExtraPriority: 2},
			"Redirect", "Channel: c|Context: x|Exten: 1|Priority: 1|ExtraChannel: d|ExtraContext: y|ExtraExten: 1|ExtraPriority: 2"},
		{action.Filter{Operation: action.FilterOperationAdd, Filter: "!Event: VarSet"}, "Filter", "Operation: Add|Filter: !Event: VarSet"},
		{action.Filter{Operation: action.FilterOperationAdd, MatchCriteria: "name(Hangup)"}, "Filter", "Operation: Add|Filter: |MatchCriteria: name(Hangup)"},
		{call(func(*action.Originate) {}), "Originate", "Channel: PJSIP/1|Context: c|Exten: 1|Priority: 1"},
		{action.Originate{Channel: "PJSIP/1", Application: "Wait", Data: "5"}, "Originate", "Channel: PJSIP/1|Application: Wait|Data: 5"},
		{call(func(a *action.Originate) {
			a.Priority, a.Timeout, a.CallerID, a.Account = 2, 1500*time.Millisecond, action.CallerID("Bob", "1"), "acc"
			a.Codecs, a.EarlyMedia, a.Async, a.ChannelID, a.OtherChannelID = "ulaw,alaw", true, true, "x", "y"
			a.Variables = []asterisk.Variable{{Name: "A", Value: "1"}, {Name: "__B(c)", Value: `x,"y"\(z)`}}
		}), "Originate", `Channel: PJSIP/1|Context: c|Exten: 1|Priority: 2|Timeout: 1500|CallerID: "Bob" <1>|Account: acc|` +
			`Codecs: ulaw,alaw|EarlyMedia: true|Async: true|ChannelId: x|OtherChannelId: y|Variable: A=1|Variable: __B\(c\)=x\,\"y\"\\\(z\)`},
		{call(func(a *action.Originate) { a.PreDialGoSub = "g" }), "Originate", "Channel: PJSIP/1|Context: c|Exten: 1|Priority: 1|PreDialGoSub: g"},
	} {
		got, err := encoded(test.a)
		if err != nil || got != test.want || test.a.ActionName() != test.name {
			t.Errorf("%#v: %s, %q, %v, want %q", test.a, test.a.ActionName(), got, err, test.want)
		}
	}
}

// Each field that can't be sent as it is is an error that names it.
func TestChecks(t *testing.T) {
	for _, test := range []struct {
		a     action.Action
		field string
	}{
		{action.New("Any", "Key"), `key "Key"`},
		{action.New("Any", "ACTION", "x"), "ACTION"},
		{action.New("Any", "A", "", "actionid", "x"), "actionid"},
		{action.Command{}, "Command"},
		{action.Getvar{Channel: "c"}, "Variable"},
		{action.Setvar{Channel: "c", Value: "v"}, "Variable"},
		{action.Hangup{}, "Channel"},
		{action.UserEvent{}, "UserEvent"},
		{action.UserEvent{UserEvent: "x", Fields: []action.Field{{Key: "userevent"}}}, "userevent"},
		{action.UserEvent{UserEvent: "x", Fields: []action.Field{{Key: "Action"}}}, "Action"},
		{action.UserEvent{UserEvent: "x", Fields: []action.Field{{Key: "ActionID"}}}, "ActionID"},
		{action.Filter{Filter: "x"}, "Operation"},
		{action.Filter{Operation: action.FilterOperationAdd}, "Filter"},
		{action.Redirect{Context: "c", Exten: "1"}, "Channel"},
		{action.Redirect{Channel: "c", Exten: "1"}, "Context"},
		{action.Redirect{Channel: "c", Context: "c"}, "Exten"},
		{action.Redirect{Channel: "c", Context: "c", Exten: "1", ExtraExten: "2"}, "ExtraChannel"},
		{call(func(a *action.Originate) { a.Channel = "" }), "Channel"},
		{call(func(a *action.Originate) { a.Channel = strings.Repeat("x", 256) }), "Channel"},
		{call(func(a *action.Originate) { a.Exten = "" }), "Exten"},
		{call(func(a *action.Originate) { a.Context = "" }), "Context"},
		{call(func(a *action.Originate) { a.Application = "Wait" }), "Exten"},
		{call(func(a *action.Originate) { a.Priority = -1 }), "Priority"},
		{call(func(a *action.Originate) { a.Timeout = time.Microsecond }), "Timeout"},
		{call(func(a *action.Originate) { a.Timeout = -time.Second }), "Timeout"},
		{call(func(a *action.Originate) { a.ChannelID = strings.Repeat("x", 150) }), "ChannelID"},
		{call(func(a *action.Originate) { a.OtherChannelID = strings.Repeat("x", 150) }), "OtherChannelID"},
		{call(func(a *action.Originate) { a.PreDialGoSub, a.Async = "g", true }), "PreDialGoSub"},
		{action.Originate{Channel: "c", Application: "Wait", PreDialGoSub: "g"}, "PreDialGoSub"},
		{call(func(a *action.Originate) { a.Variables = []asterisk.Variable{{Name: "", Value: "1"}} }), "Variables"},
		{call(func(a *action.Originate) {
			a.Variables = []asterisk.Variable{{Name: "A", Value: "1"}, {Name: "B=C", Value: "1"}}
		}), `variable "B=C"`},
		{action.MessageSend{To: "pjsip:1", Body: "a\x00b"}, "Body"},
	} {
		got, err := encoded(test.a)
		var field *action.FieldError
		if !errors.As(err, &field) || !strings.HasPrefix(field.Field, test.field) || field.Action != test.a.ActionName() || field.Reason == "" {
			t.Errorf("%#v: %q, %v, want a *FieldError of %s", test.a, got, err, test.field)
			continue
		}
		if text := fmt.Sprintf("action: %s: %s %s", field.Action, field.Field, field.Reason); err.Error() != text {
			t.Errorf("%#v: %q, want %q", test.a, err, text)
		}
	}
	for _, longest := range []action.Action{
		call(func(a *action.Originate) { a.Channel = strings.Repeat("x", 255) }),
		call(func(a *action.Originate) {
			a.ChannelID, a.OtherChannelID = strings.Repeat("x", 149), strings.Repeat("y", 149)
		}),
		call(func(a *action.Originate) { a.Timeout = time.Millisecond }),
	} {
		if _, err := encoded(longest); err != nil {
			t.Errorf("%#v: %v", longest, err)
		}
	}
}

// What would inject a header is refused by the builder, in whatever field.
func TestNothingInjects(t *testing.T) {
	const evil = "x\r\nAction: Command\r\nCommand: core stop now"
	for _, a := range []action.Action{
		action.New("Any", "Key", evil), action.New("Any", evil, "v"), action.Command{Command: evil},
		action.Getvar{Variable: evil}, action.Setvar{Variable: "v", Value: evil}, action.Hangup{Channel: evil},
		action.Status{Variables: []string{evil}}, action.QueueStatus{Queue: evil}, action.UserEvent{UserEvent: evil},
		action.UserEvent{UserEvent: "x", Fields: []action.Field{{Key: "k", Value: evil}}},
		action.Redirect{Channel: "c", Context: "c", Exten: evil},
		call(func(a *action.Originate) { a.CallerID = evil }), call(func(a *action.Originate) { a.Data = evil }),
		call(func(a *action.Originate) { a.Variables = []asterisk.Variable{{Name: "A", Value: evil}} }),
		call(func(a *action.Originate) { a.Variables = []asterisk.Variable{{Name: "A" + evil[1:3], Value: "v"}} }),
	} {
		if got, err := encoded(a); err == nil {
			t.Errorf("%#v: %q, want an error", a, got)
		}
	}
	if got := action.CallerID(evil+`"\`, "1> <2\r\n"); got != `"xAction: CommandCommand: core stop now" <12>` {
		t.Errorf("CallerID = %s", got)
	}
}

func TestCallerID(t *testing.T) {
	for _, test := range []struct{ name, number, want string }{
		{"Bob", "100", `"Bob" <100>`}, {"", "+49 30 123", `"" <+4930123>`}, {"Doe, John", "", `"Doe, John" <>`},
		{`a"b\c`, `1"2\3<4>`, `"abc" <1234>`}, {"Jos\u00e9\t", "1", `"José" <1>`},
	} {
		if got := action.CallerID(test.name, test.number); got != test.want {
			t.Errorf("CallerID(%q, %q) = %s, want %s", test.name, test.number, got, test.want)
		}
	}
}
