package event_test

import (
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/compare"
	"github.com/asterisk-go/asterisk-go/transport"
)

func FuzzDecode(f *testing.F) {
	for _, version := range []string{"16", "22"} {
		for _, ev := range recorded(f, version) {
			f.Add(ev.Fields().String())
		}
	}
	f.Add("Event: NewCallerid\nCID-CallingPres: )(\n")
	f.Add("Event: CoreShowChannel\nDuration: ::\n")
	f.Add("Event: VarSet\nValue: \\\n")
	f.Fuzz(func(t *testing.T, text string) {
		fields := transport.ParseFields(text)
		ev := event.Decode(fields)
		if ev.Fields().String() != text {
			t.Errorf("Fields = %q, want %q", ev.Fields(), text)
		}
		key, name := fields.First()
		if !strings.EqualFold(key, "Event") {
			name = ""
		}
		if ev.EventName() != name && ev.EventName() != "" {
			t.Errorf("EventName = %q, want %q", ev.EventName(), name)
		}
		if diff := compare.Diff(ev, event.Decode(fields)); diff != "" {
			t.Errorf("decoded again it differs:\n%s", diff)
		}
	})
}

// escape is ast_escape_c of main/utils.c.
var escape = strings.NewReplacer("\a", `\a`, "\b", `\b`, "\f", `\f`, "\n", `\n`, "\r", `\r`, "\t", `\t`, "\v", `\v`,
	`\`, `\\`, `'`, `\'`, `"`, `\"`, `?`, `\?`)

func FuzzUnescape(f *testing.F) {
	for _, value := range []string{"", "O'Brien?", `\`, `\\n`, "a\r\nEvent: Hangup\r\n\r\n", "\a\b\f\n\r\t\v\\'\"?", "\x00\xff", ` \`} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		fields := transport.ParseFields("Event: VarSet\r\nVariable: X\r\nValue: " + escape.Replace(value) + "\r\n")
		if got := event.Decode(fields).(event.VarSet).Value; got != value {
			t.Errorf("%q was sent as %q and read as %q", value, fields.Get("Value"), got)
		}
	})
}
