package equal

import (
	"slices"
	"strings"

	"github.com/asterisk-go/asterisk-go/transport"
)

// Absence is events that real servers tell, and pbxtest never.
type Absence struct {
	Why  string
	Live bool                                                  // the captures leave them out
	Used bool                                                  // Strip has found some
	is   func(e transport.Fields, told map[string]string) bool // told is for what it has to remember
}

// Absences are all.
type Absences []*Absence

// NewAbsences returns all, none of them used.
func NewAbsences() Absences {
	return Absences{
		{Why: "no SIP: variables that are parts of its messages", is: func(e transport.Fields, _ map[string]string) bool {
			return e.Get("Event") == "VarSet" && strings.HasPrefix(e.Get("Variable"), "SIP")
		}},
		{Why: "the channel that announces in a conference is hidden, but its device is not", is: func(e transport.Fields, _ map[string]string) bool {
			return e.Get("Event") == "DeviceStateChange" && strings.HasPrefix(e.Get("Device"), "CBAnn/")
		}},
		{Live: true, Why: "no media: variables of how well a channel was heard, and events of RTCP", is: func(e transport.Fields, _ map[string]string) bool {
			return strings.HasPrefix(e.Get("Event"), "RTCP") || e.Get("Event") == "VarSet" && strings.HasPrefix(e.Get("Variable"), "RTPAUDIO")
		}},
		{Live: true, Why: "no SIP: events of who has shown a password, and of contacts", is: named("SuccessfulAuth", "ChallengeSent", "ChallengeResponseFailed", "ContactStatus", "PeerStatus")},
		{Live: true, Why: "channel event logging is not loaded: CEL", is: named("CEL")},
		{Live: true, Why: "Debian builds Asterisk with its own tests, which tell what they see: TestEvent", is: named("TestEvent")},
		{Why: "no media: each change of how a bridge mixes sets again who is at the other end", is: setAgain},
	}
}

func named(names ...string) func(e transport.Fields, told map[string]string) bool {
	return func(e transport.Fields, _ map[string]string) bool { return slices.Contains(names, e.Get("Event")) }
}

func setAgain(e transport.Fields, told map[string]string) bool {
	variable := e.Get("Variable")
	if e.Get("Event") != "VarSet" || variable != "BRIDGEPEER" && variable != "BRIDGEPVTCALLID" {
		return false
	}
	key := e.Get("Channel") + " " + variable
	again := told[key] == e.Get("Value") && e.Get("Value") != ""
	told[key] = e.Get("Value")
	return again
}

// Strip leaves out what a machine without media and SIP can't have.
func (all Absences) Strip(events []transport.Fields) []transport.Fields {
	told := make(map[string]string)
	return slices.DeleteFunc(events, func(e transport.Fields) bool {
		return slices.ContainsFunc(all, func(a *Absence) bool {
			out := a.is(e, told)
			a.Used = a.Used || out
			return out
		})
	})
}
