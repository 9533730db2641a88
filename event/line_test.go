package event_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

func TestEventsPrintAsOneLine(t *testing.T) {
	long := strings.Repeat("ü", 200)
	for _, test := range []struct {
		ev   fmt.Stringer
		want string
	}{
		{decoded("Event: Hangup", "Privilege: call,all", "Channel: PJSIP/100-0000002a", "ChannelState: 6", "ChannelStateDesc: Up", "CallerIDNum: 100",
			"CallerIDName: <unknown>", "ConnectedLineNum: <unknown>", "Exten: 200", "Priority: 1", "Uniqueid: 1.42", "Linkedid: 1.42", "Cause: 16", "Cause-txt: Normal Clearing"),
			`Hangup PJSIP/100-0000002a CallerIDNum=100 Exten=200 Uniqueid=1.42 Cause=16 Cause-txt="Normal Clearing"`},
		{decoded("Event: DialEnd", "DestChannel: PJSIP/1-00000001", "DestUniqueid: 1.1", "DestPriority: 1", "DialStatus: ANSWER"),
			"DialEnd DestChannel=PJSIP/1-00000001 DestUniqueid=1.1 DialStatus=ANSWER"},
		{decoded("Event: UserEvent", "UserEvent: Ticket", "Number: 4711", "Password: "+password), "UserEvent UserEvent=Ticket Number=4711 Password=(redacted)"},
		{decoded("Event: VarSet", "Channel: a", "Variable: DB_PASSWORD", "Value: "+password), "VarSet a Variable=DB_PASSWORD Value=(redacted)"},
		{decoded("Event: Odd", "no colon", "Key: \x1b[2J\xff\u202e", "Long: "+long, "Empty: ", "k=v: 1"),
			`Odd Key="\x1b[2J\xff\u202e" Long=` + long[:60] + `... "k=v"=1`},
		{decoded("Event: Odd", "CallerIDNum: "+strings.Repeat("\x1b", 60), "Cause: 16"), // what is behind it is not pushed out
			`Odd CallerIDNum="` + strings.Repeat(`\x1b`, 15) + `"... Cause=16`},
		{decoded("Event: \x1b]0;Odd"), `"\x1b]0;Odd"`},
		{decoded("Event: Hangup", "Channel: a", "CallerIDNum: 1", "Cause: 17", "Exten: 1", "Cause: 16", "Cause-txt: x"), `Hangup a CallerIDNum=1 Cause=16 Exten=1 Cause-txt=x (a key is repeated or out of place, keys are missing)`},
		{decoded("Event: Odd", "CallerIDNum: 1", "Channel: a", "Channel: b", "N: 1", "N: 2"), `Odd CallerIDNum=1 N=?`},
		{event.Raw{Base: event.NewBase(fields("Event: Hangup", "Channel: a"), time.Time{})}, "Hangup a"},
		{event.Gap{Reason: event.GapOverflow, Missed: 2}, "Gap Reason=overflow Missed=2"},
		{event.Connected{Address: "pbx:5038"}, "Connected Address=pbx:5038"},
		{event.Synced{}, "Synced"},
		{event.Hangup{}, "Hangup"},
	} {
		if got := test.ev.String(); !strings.HasPrefix(got, test.want) || !strings.HasSuffix(got, ")") && got != test.want {
			t.Errorf("String of %T:\n got %s\nwant %s", test.ev, got, test.want)
		}
	}
}

func decoded(lines ...string) fmt.Stringer { return event.Decode(fields(lines...)).(fmt.Stringer) }

// Which verb prints what.
func TestVerbsOfEvents(t *testing.T) {
	hangup := event.Decode(fields("Event: Hangup", "Channel: a", "Cause: 16")).(event.Hangup)
	line := hangup.String()
	for format, want := range map[string]string{"%v": line, "%s": line, "%q": fmt.Sprintf("%q", line), "%40v|": fmt.Sprintf("%40v|", line)} {
		if got := fmt.Sprintf(format, hangup); got != want {
			t.Errorf("%s = %s, want %s", format, got, want)
		}
	}
	for _, format := range []string{"%+v", "%#v"} {
		if got := fmt.Sprintf(format, hangup); !strings.Contains(got, "Cause") || !strings.Contains(got, "LinkedID") {
			t.Errorf("%s = %s, want the struct", format, got)
		}
	}
	if got := fmt.Sprint(event.Hangup{Cause: asterisk.CauseUserBusy}); !strings.Contains(got, "user busy") {
		t.Errorf("an event of the program prints as %s, want its fields", got)
	}
	if got := fmt.Sprint(event.Gap{Reason: event.GapOverflow, Missed: 2}); !strings.Contains(got, "overflow 2") {
		t.Errorf("a Gap of the program prints as %s", got)
	}
	if got := fmt.Sprintf("%+v", counted{hangup.Base, 7}); !strings.Contains(got, "N:7") {
		t.Errorf("a struct that embeds Base prints as %s, without its own field", got)
	}
}

// FuzzLine wants a short line of printable characters, whatever the event is.
func FuzzLine(f *testing.F) {
	f.Add("Event: Hangup\r\nChannel: a\r\nCause: 16\r\n")
	f.Add("Event: Odd\r\n\x1b: \xff\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		line := event.Decode(transport.ParseFields(text)).(fmt.Stringer).String()
		if len(line) > 1500 || !utf8.ValidString(line) || strings.ContainsFunc(line, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			t.Errorf("the line of %q is %q", text, line)
		}
	})
}
