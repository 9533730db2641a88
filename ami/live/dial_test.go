package live

import (
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/transport"
)

// Who picks up a channel that was parked while it rang is in the parking bridge after that, of which no event tells.
func TestPickupInABridge(t *testing.T) {
	f := follow(t)
	ringing := of{name: "Local/1@x-00000001;1", id: "1.1", linked: "1.1", state: "Ringing", exten: "ring"}
	picker := of{name: "PJSIP/102-00000002", id: "1.2", linked: "1.2", state: "Up", exten: "pick"}
	f.takes(synced(start), ringing.event("Newchannel"), picker.event("Newchannel"))
	enter := strings.Replace(ringing.event("BridgeEnter").Fields().String(), "BridgeType: basic", "BridgeType: parking", 1)
	f.takes(decoded(transport.ParseFields(enter), start))
	target := strings.NewReplacer("Channel", "TargetChannel", "CallerID", "TargetCallerID", "ConnectedLine", "TargetConnectedLine", "Language", "TargetLanguage",
		"AccountCode", "TargetAccountCode", "Context", "TargetContext", "Exten", "TargetExten").Replace(ringing.text())
	picker.more = target + "TargetPriority: 1\r\nTargetUniqueid: 1.1\r\nTargetLinkedid: 1.1\r\n"
	f.takes(picker.event("Pickup"))
	if c, _ := f.channels.get("1.2"); c.BridgeID != "room" || c.Exten != "ring" || c.Doubtful {
		t.Errorf("who has picked up is %+v", c)
	}
	if c, _ := f.channels.get("1.1"); c.BridgeID != "" || c.Exten != "pick" {
		t.Errorf("the other one is %+v", c)
	}
	if b, _ := f.bridges.get("room"); len(b.Channels) != 1 || b.Channels[0] != "1.2" {
		t.Errorf("the bridge is %+v", b)
	}
}

// Pickup comes late, with what the channels were before it: the Linkedid that they got in the bridge meanwhile stays, and the place in
// the dialplan.
func TestPickupComesLate(t *testing.T) {
	for _, late := range []string{"Pickup", "Newstate"} {
		f := follow(t)
		caller := of{name: "PJSIP/100-00000001", id: "1.1", linked: "1.1", state: "Up", exten: "200"}
		picker := of{name: "PJSIP/102-00000002", id: "1.2", linked: "1.2", state: "Up", exten: "pick", more: target("Up", "1.1", "1.1")}
		before := picker
		picker.exten = "200"
		f.takes(synced(start), caller.event("Newchannel"), before.event("Newchannel"), picker.event("BridgeEnter"), caller.event("BridgeEnter"))
		f.takes(before.event(late))
		if c, _ := f.channels.get("1.2"); c.LinkedID != "1.1" || c.CallID != "1.1" || c.Doubtful || late == "Pickup" && c.Exten != "200" {
			t.Errorf("after a late %s who has picked up is %+v", late, c)
		}
		if call, _ := f.calls.get("1.1"); len(f.asked) > 0 || len(call.Channels) != 2 {
			t.Errorf("asked for %q, and the call is %v", f.asked, call)
		}
	}
}

// target is the fields of the channel in Pickup that is picked up.
func target(state, id, linked string) string {
	c := of{name: "PJSIP/100-00000001", state: state, exten: "200"}
	named := strings.NewReplacer("Channel", "TargetChannel", "CallerID", "TargetCallerID", "ConnectedLine", "TargetConnectedLine", "Language", "TargetLanguage",
		"AccountCode", "TargetAccountCode", "Context", "TargetContext", "Exten", "TargetExten").Replace(c.text())
	return named + "TargetPriority: 1\r\nTargetUniqueid: " + id + "\r\nTargetLinkedid: " + linked + "\r\n"
}
