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
