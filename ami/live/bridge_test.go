package live

import (
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// Who waits in a holding bridge hears nobody, and becomes part of nobody's Call; who is in a conference hears all in it.
func TestHoldingBridgesJoinNothing(t *testing.T) {
	for _, test := range []struct {
		kind, technology, creator, name string
		conference                      string
	}{
		{"base", "softmix", "ConfBridge", "7", "7"},
		{"base", "holding_bridge", "BridgeWait", "default", ""},
		{"parking", "holding_bridge", "Parking", "default", ""},
		{"stasis", "holding_bridge", "Stasis", "x", ""},
	} {
		bridge := func(name string, o of) event.Event {
			return decoded(transport.ParseFields("Event: "+name+"\r\nPrivilege: call,all\r\nBridgeUniqueid: b\r\nBridgeType: "+test.kind+"\r\nBridgeTechnology: "+test.technology+
				"\r\nBridgeCreator: "+test.creator+"\r\nBridgeName: "+test.name+"\r\nBridgeNumChannels: 1\r\nBridgeVideoSourceMode: none\r\n"+o.text()+o.rest("")), start)
		}
		f := followRooms(t)
		f.takes(syncedRooms(start), victim.event("Newchannel"), attacker.event("Newchannel"), bridge("BridgeEnter", victim), bridge("BridgeEnter", attacker))
		for _, id := range []string{"1.1", "1.2"} {
			call, ok := f.calls.get(id)
			if !ok || len(call.Parties) != 1 || call.Merged != nil {
				t.Fatalf("%s: the call is %v", test.creator, call)
			}
			var got []string
			for _, c := range call.Conversations {
				got = append(got, c.Conference)
			}
			if strings.Join(got, ",") != test.conference {
				t.Errorf("%s: the call has conversations in %q, want %q", test.creator, got, test.conference)
			}
		}
	}
}
