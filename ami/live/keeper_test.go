package live

import "testing"

// The events that keepers are not shown, for there are so many, are of use for no part.
func TestCoreEvents(t *testing.T) {
	for _, name := range []string{"Newchannel", "Newstate", "NewCallerid", "NewConnectedLine", "DialBegin", "HangupRequest",
		"SoftHangupRequest", "BridgeCreate", "BridgeDestroy", "VarSet"} {
		for _, d := range designs {
			if d.events.Match(block("Event", name)) {
				t.Errorf("the part of %s has a use for %s", d.name, name)
			}
		}
	}
}
