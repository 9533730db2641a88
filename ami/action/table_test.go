package action_test

import (
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami/action"
)

// protocol.md 6.4, 1.6 and 1.7, a sample of each.
func TestLookup(t *testing.T) {
	for _, want := range []action.Spec{
		{Name: "Ping"},
		{Name: "Originate", Class: action.ClassOriginate, Slow: true},
		{Name: "Status", Class: action.ClassSystem | action.ClassCall | action.ClassReporting, End: "StatusComplete"},
		{Name: "CoreShowChannels", Class: action.ClassSystem | action.ClassReporting, End: "CoreShowChannelsComplete"},
		{Name: "SIPpeers", Class: action.ClassSystem | action.ClassReporting, End: "PeerlistComplete"},
		{Name: "VoicemailUsersList", Class: action.ClassCall | action.ClassReporting, End: "VoicemailUserEntryComplete"},
		{Name: "FAXStats", Class: action.ClassReporting, End: "FAXStats"},
		{Name: "WaitEvent", End: "WaitEventComplete", Slow: true, Session: true},
		{Name: "JabberSend", Class: action.ClassSystem},
		{Name: "IAXnetstats", Class: action.ClassSystem | action.ClassReporting},
		{Name: "Filter", Class: action.ClassSystem, Session: true},
		{Name: "Events", Session: true},
		{Name: "Reload", Class: action.ClassConfig | action.ClassSystem, Slow: true},
		{Name: "Login", Session: true},
	} {
		for _, name := range []string{want.Name, strings.ToLower(want.Name), strings.ToUpper(want.Name)} {
			if got, ok := action.Lookup(name); !ok || got != want {
				t.Errorf("Lookup(%s) = %+v, %v, want %+v", name, got, ok, want)
			}
		}
	}
	for _, name := range []string{"", "Fly", " Ping"} {
		if got, ok := action.Lookup(name); ok || got != (action.Spec{}) {
			t.Errorf("Lookup(%q) = %+v, %v, want nothing", name, got, ok)
		}
	}
}

// Every typed action is in the table, by its own name.
func TestTypedActionsAreInTheTable(t *testing.T) {
	for _, a := range []action.Action{
		action.Command{}, action.CoreSettings{}, action.CoreShowChannels{}, action.Getvar{}, action.Hangup{},
		action.Originate{}, action.Ping{}, action.QueueStatus{}, action.Redirect{}, action.Setvar{}, action.Status{},
		action.UserEvent{},
	} {
		if spec, ok := action.Lookup(a.ActionName()); !ok || spec.Name != a.ActionName() {
			t.Errorf("Lookup(%s) = %+v, %v", a.ActionName(), spec, ok)
		}
	}
}

func TestClasses(t *testing.T) {
	for class, want := range map[action.Class]string{
		0:                                      "",
		action.ClassCall:                       "call",
		action.ClassCall | action.ClassSystem:  "system,call",
		action.ClassMessage | action.ClassDTMF: "dtmf,message",
		1 << 14:                                "", // hookresponse has no label
		1<<14 | action.ClassUser:               "user",
	} {
		if got := class.String(); got != want {
			t.Errorf("Class(%d) prints as %q, want %q", uint32(class), got, want)
		}
	}
	all := action.ClassAll.Classes()
	if got, want := action.ClassAll.String(), "system,call,log,verbose,command,agent,user,config,dtmf,reporting,cdr,dialplan,originate,agi,cc,aoc,test,security,message"; got != want {
		t.Errorf("AllClasses prints as %s, want %s", got, want)
	}
	if len(all) != 19 || all[0] != action.ClassSystem || all[18] != action.ClassMessage {
		t.Errorf("Classes() = %v", all)
	}
	for _, class := range all {
		if got := action.ParseClass(class.String()); got != class {
			t.Errorf("ParseClass(%s) = %v", class, got)
		}
	}
	for _, name := range []string{"", "all", "Call", "call,user", " call"} {
		if got := action.ParseClass(name); got != 0 {
			t.Errorf("ParseClass(%q) = %v, want none", name, got)
		}
	}
}
