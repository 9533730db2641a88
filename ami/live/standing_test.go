package live

import (
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// login is an event of the agent who waits on a channel.
func login(name string, o of) event.Event {
	return decoded(transport.ParseFields("Event: "+name+"\r\nPrivilege: agent,all\r\n"+o.text()+o.rest("Agent: 1001\r\n")), start)
}

// A caller who was there before the agent logged in gives the agent's channel its Linkedid, and all later callers get it: they keep their Calls.
func TestAgentAndACallerFromBeforeTheLogin(t *testing.T) {
	f := follow(t)
	early, agent := of{name: "PJSIP/7-00000001", id: "1.1", linked: "1.1", state: "Ring"}, of{name: "PJSIP/1001-00000002", id: "1.2", linked: "1.2", state: "Ring"}
	late := of{name: "PJSIP/8-00000003", id: "1.3", linked: "1.3", state: "Ring"}
	f.takes(synced(start), early.event("Newchannel"), agent.event("Newchannel"), login("AgentLogin", agent))
	agent.linked = "1.1" // the oldest in the bridge
	f.takes(agent.event("BridgeEnter"), early.event("BridgeEnter"), agent.event("Newstate"), early.event("BridgeLeave"), agent.event("BridgeLeave"), early.event("Hangup"))
	f.answer = func(q question) answer { return answer{there: true, uniqueID: "1.3", linkedID: "1.1", state: "Up"} }
	f.takes(late.event("Newchannel"))
	late.linked = "1.1"
	f.takes(agent.event("BridgeEnter"), late.event("BridgeEnter"), late.event("Newstate"))
	if c := f.channel("1.3"); c.CallID != "1.3" || c.LinkedID != "1.1" || c.Doubtful {
		t.Errorf("the later caller is %v with the Linkedid %s", c, c.LinkedID)
	}
	if call, ok := f.calls.get("1.1"); !ok || call.Live() || len(call.Channels) != 0 {
		t.Errorf("the call of the first caller is %v", call)
	}
	if call, ok := f.calls.get("1.3"); !ok || !call.Live() || len(call.Parties) != 2 || len(call.Conversations) != 1 {
		t.Errorf("the call of the later caller is %v", call)
	}
	// Who the caller is given to afterwards, as by an attended transfer, is in the caller's Call.
	colleague := of{name: "PJSIP/9-00000004", id: "1.4", linked: "1.1", state: "Down"}
	f.takes(colleague.event("Newchannel"), colleague.event("BridgeEnter"), agent.event("BridgeLeave"))
	if c := f.channel("1.4"); c.CallID != "1.3" {
		t.Errorf("the colleague is %v", c)
	}
	f.takes(late.event("Hangup"), colleague.event("Hangup"), agent.event("Hangup"))
	if len(f.standing) != 0 || len(f.legs) != 0 {
		t.Errorf("%d Linkedids are standing, and %d channels are left", len(f.standing), len(f.legs))
	}
}

// A channel for whose Call there was no room gets one once there is.
func TestRoomForACallAgain(t *testing.T) {
	f := follow(t)
	f.limits.calls = 1
	second := of{name: "PJSIP/101-00000002", id: "1.2", linked: "1.2", state: "Up"}
	f.takes(synced(start), victim.event("Newchannel"), second.event("Newchannel"))
	if c := f.channel("1.2"); c.CallID != "" {
		t.Errorf("beyond the limit there is %v", c)
	}
	f.takes(victim.event("Hangup"))
	f.expire(start.Add(time.Hour))
	f.renew()
	f.takes(f.status(second), synced(start))
	if c := f.channel("1.2"); c.CallID != "1.2" {
		t.Errorf("with room again there is %v", c)
	}
}
