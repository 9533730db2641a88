package live

import "testing"

// beginRooms is followRooms before the first lists have ended.
func beginRooms(t *testing.T) *follower {
	f := follow(t)
	f.keep(&conferencesDesign, 1e6)
	f.keep(&parkingDesign, 1e6)
	return f
}

// Who leaves a conference while the first lists run is not in it, whichever of the two events comes first.
func TestLeavesWhileTheFirstListsRun(t *testing.T) {
	for _, way := range []string{"leaves", "hangs up"} {
		f := beginRooms(t)
		f.takes(bridged("BridgeCreate", "1", "b1", of{}), victim.event("Newchannel"), bridged("BridgeEnter", "1", "b1", victim),
			listedRoom("1", "No"), listedUser("1", victim, "No"))
		if way == "leaves" {
			f.takes(confbridge("ConfbridgeLeave", "1", "b1", victim, "Admin: No\r\n"), bridged("BridgeLeave", "1", "b1", victim))
		} else {
			f.takes(victim.event("Hangup"))
		}
		f.takes(syncedRooms(start))
		for p := range f.view().Participants() {
			t.Errorf("%s: there is %v", way, p)
		}
	}
}

// A channel that was parked, and ended while the first lists ran, is no longer parked; another one may take its place.
func TestParkedAndGoneWhileTheFirstListsRun(t *testing.T) {
	f := beginRooms(t)
	f.takes(victim.event("Newchannel"), attacker.event("Newchannel"), parked("ParkedCall", victim, 701, "ActionID: x\r\n"), victim.event("Hangup"),
		parked("ParkedCallSwap", attacker, 701, ""), syncedRooms(start))
	for p := range f.view().ParkedCalls() {
		if p.UniqueID != attacker.id {
			t.Errorf("there is %v", p)
		}
	}
}
