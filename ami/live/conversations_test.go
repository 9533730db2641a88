package live

import (
	"math/rand/v2"
	"testing"
)

// Who comes into a conference or goes changes just the Calls that show it: follower.check wants no other to differ. There are callers, an
// agent, and Local channels: to a phone, to one that they call, and to nobody.
func TestCallsOfAConference(t *testing.T) {
	agent := of{name: "PJSIP/1001-00000009", id: "1.9", linked: "1.9", state: "Ring"}
	phone := of{name: "PJSIP/8-00000008", id: "1.8", linked: "1.8", state: "Ring"}
	half, otherHalf := of{name: "Local/7@x-00000001;1", id: "1.10", linked: "1.8", state: "Down"}, of{name: "Local/7@x-00000001;2", id: "1.11", linked: "1.8", state: "Down"}
	inside, calls := of{name: "Local/8@x-00000002;1", id: "1.12", linked: "1.12", state: "Down"}, of{name: "Local/8@x-00000002;2", id: "1.13", linked: "1.12", state: "Down"}
	called := of{name: "PJSIP/6-00000007", id: "1.14", linked: "1.12", state: "Down"}
	mate, itsHalf := of{name: "Local/9@x-00000003;1", id: "1.15", linked: "1.12", state: "Down"}, of{name: "Local/9@x-00000003;2", id: "1.16", linked: "1.12", state: "Down"}
	for seed := range uint64(100) {
		random := rand.New(rand.NewPCG(seed, 5))
		f := follow(t)
		f.takes(synced(start), agent.event("Newchannel"), login("AgentLogin", agent), bridged("BridgeCreate", "7", "b7", of{}))
		come := []of{agent, otherHalf, inside, mate}
		for n := range 4 {
			c := nth(n)
			f.takes(c.event("Newchannel"))
			come = append(come, c)
		}
		for _, c := range []of{phone, half, otherHalf, inside, calls, called, mate, itsHalf} {
			f.takes(c.event("Newchannel"))
		}
		f.takes(phone.event("BridgeEnter"), half.event("BridgeEnter"))
		f.takes(calls.with("DialBegin", "", "", called, "DialString: 6"), bridged("BridgeEnter", "7", "b7", inside), bridged("BridgeEnter", "7", "b7", mate))
		is := map[string]bool{inside.id: true, mate.id: true}
		for range 60 {
			c := come[random.IntN(len(come))]
			name := map[bool]string{false: "BridgeEnter", true: "BridgeLeave"}[is[c.id]]
			f.takes(bridged(name, "7", "b7", c))
			is[c.id] = !is[c.id]
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}
