package live

import (
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// login is an event of the agent who waits on a channel.
func login(name string, o of) event.Event {
	more := "Agent: 1001\r\n"
	if name == "AgentLogoff" {
		more += "Logintime: 3\r\n"
	}
	return decoded(transport.ParseFields("Event: "+name+"\r\nPrivilege: agent,all\r\n"+o.text()+o.rest(more)), start)
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

// An agent who logs off and goes on in the dialplan has a Call again; one who hangs up has none.
func TestAgentGoesOn(t *testing.T) {
	for _, hangsUp := range []bool{false, true} {
		f := follow(t)
		agent, half := of{name: "Local/1001@pool-00000001;1", id: "1.1", linked: "1.1", state: "Up"}, of{name: "Local/1001@pool-00000001;2", id: "1.2", linked: "1.1", state: "Up"}
		step := agent
		step.more = "Extension: bye\r\nApplication: Playback\r\nAppData: vm-goodbye\r\n"
		f.takes(synced(start), agent.event("Newchannel"), half.event("Newchannel"), step.event("Newexten"), login("AgentLogin", agent))
		if c := f.channel("1.1"); c.CallID != "" {
			t.Errorf("the agent is %v", c)
		}
		if hangsUp {
			f.takes(agent.event("HangupRequest"))
		}
		f.takes(login("AgentLogoff", agent), step.event("Newexten"))
		want := map[bool]string{false: "1.1", true: ""}[hangsUp]
		if one, two := f.channel("1.1"), f.channel("1.2"); one.CallID != want || two.CallID != want {
			t.Errorf("the agent hung up: %t; its channel is %v, and the other half %v", hangsUp, one, two)
		}
		called := of{name: "PJSIP/9-00000004", id: "1.4", linked: "1.1", state: "Down"}
		if !hangsUp {
			f.takes(called.event("Newchannel"))
			if c := f.channel("1.4"); c.CallID != "1.1" {
				t.Errorf("whom the agent calls then is %v", c)
			}
			f.takes(called.event("Hangup"))
		}
		f.takes(agent.event("Hangup"), half.event("Hangup"))
		if call, ok := f.calls.get("1.1"); ok == hangsUp || ok && call.Live() || len(f.legs) != 0 {
			t.Errorf("the agent hung up: %t; the call is %v, and %d channels are left", hangsUp, call, len(f.legs))
		}
	}
}

// An agent who logs off while in a bridge with somebody, as by the action Bridge, is in their Call from then on; so is one who meets them
// after the logoff. Alone in such a bridge a former agent has a Call of their own.
func TestAgentLogsOffInABridge(t *testing.T) {
	agent, caller := of{name: "PJSIP/1001-00000001", id: "1.1", linked: "1.1", state: "Up"}, of{name: "PJSIP/7-00000002", id: "1.2", linked: "1.2", state: "Up"}
	in := func(t *testing.T) *follower {
		f := follow(t)
		f.takes(synced(start), agent.event("Newchannel"), caller.event("Newchannel"), login("AgentLogin", agent))
		return f
	}
	met := caller
	met.linked = "1.1"
	for what, events := range map[string][]event.Event{
		"in the bridge":     {agent.event("BridgeEnter"), met.event("BridgeEnter"), login("AgentLogoff", agent)},
		"before the bridge": {login("AgentLogoff", agent), agent.event("BridgeEnter"), met.event("BridgeEnter")},
		"and comes last":    {login("AgentLogoff", agent), met.event("BridgeEnter"), agent.event("BridgeEnter")},
	} {
		f := in(t)
		f.takes(events...)
		one, two := f.channel("1.1"), f.channel("1.2")
		call, ok := f.calls.get(two.CallID)
		if one.CallID != two.CallID || !ok || len(call.Parties) != 2 || len(call.Conversations) != 1 || len(call.Channels) != 2 {
			t.Errorf("%s: the agent is %v, the caller %v, and the call %v", what, one, two, call)
		}
		f.takes(agent.event("Hangup"), met.event("Hangup"))
		if len(f.standing) != 0 || len(f.legs) != 0 {
			t.Errorf("%s: %d Linkedids are standing, and %d channels are left", what, len(f.standing), len(f.legs))
		}
	}
	f := in(t)
	f.takes(agent.event("BridgeEnter"), login("AgentLogoff", agent))
	if c := f.channel("1.1"); c.CallID != "1.1" {
		t.Errorf("alone in a bridge the former agent is %v", c)
	}
}

// Whom a caller of the agent's calls afterwards has the agent's Linkedid, and is in the caller's Call: of a Local channel both halves.
func TestCallerOfAnAgentGoesOn(t *testing.T) {
	f := follow(t)
	agent, caller := of{name: "PJSIP/1001-00000001", id: "1.1", linked: "1.1", state: "Up"}, of{name: "PJSIP/7-00000002", id: "1.2", linked: "1.2", state: "Up"}
	f.takes(synced(start), agent.event("Newchannel"), caller.event("Newchannel"), login("AgentLogin", agent))
	caller.linked = "1.1"
	one, two := of{name: "Local/9@x-00000001;1", id: "1.3", linked: "1.1", state: "Down"}, of{name: "Local/9@x-00000001;2", id: "1.4", linked: "1.1", state: "Ring"}
	f.takes(agent.event("BridgeEnter"), caller.event("BridgeEnter"), caller.event("BridgeLeave"), one.event("Newchannel"), two.event("Newchannel"), caller.with("DialBegin", "", "", one, "DialString: 9@x"))
	for _, id := range []string{"1.2", "1.3", "1.4"} {
		if c := f.channel(id); c.CallID != "1.2" {
			t.Errorf("%v is in the call %q, want 1.2", c, c.CallID)
		}
	}
}

// Who takes the place of an agent's channel where agents wait is on that channel's session from then on.
func TestAgentsChannelIsAnother(t *testing.T) {
	f := follow(t)
	agent, next := of{name: "Local/1001@pool-00000001;1", id: "1.1", linked: "1.1", state: "Up"}, of{name: "PJSIP/7-00000002", id: "1.2", linked: "1.2", state: "Up"}
	f.takes(synced(start), agent.event("Newchannel"), next.event("Newchannel"), login("AgentLogin", agent))
	next.linked = "1.1"
	enters := strings.Replace(next.event("BridgeEnter").Fields().String(), "BridgeType: basic", "BridgeType: agent_hold", 1)
	f.takes(agent.event("BridgeLeave"), decoded(transport.ParseFields(enters+"SwapUniqueid: 1.1\r\n"), start), agent.event("Hangup"))
	if c := f.channel("1.2"); c.Agent != "1001" || c.CallID != "" {
		t.Errorf("the agent's channel is %v", c)
	}
	if _, ok := f.calls.get("1.2"); ok || f.standing["1.1"] != 1 {
		t.Errorf("it has a call: %t, and these Linkedids are standing: %v", ok, f.standing)
	}
	f.takes(login("AgentLogoff", next), next.event("Hangup"))
	if len(f.standing) != 0 || len(f.legs) != 0 {
		t.Errorf("%d Linkedids are standing, and %d channels are left", len(f.standing), len(f.legs))
	}
}

// The phone of an agent who waits, as another half of a Local channel, is sent to call somebody, also by a Local channel: that is a Call.
func TestPhoneOfAnAgentCalls(t *testing.T) {
	f := follow(t)
	agent, phone := of{name: "Local/1001@x-00000001;1", id: "1.1", linked: "1.1", state: "Down"}, of{name: "Local/1001@x-00000001;2", id: "1.2", linked: "1.1", state: "Ring"}
	one, two := of{name: "Local/7@x-00000002;1", id: "1.3", linked: "1.1", state: "Down"}, of{name: "Local/7@x-00000002;2", id: "1.4", linked: "1.1", state: "Ring"}
	called := of{name: "PJSIP/7-00000003", id: "1.5", linked: "1.1", state: "Down"}
	f.takes(synced(start), agent.event("Newchannel"), phone.event("Newchannel"), login("AgentLogin", agent), one.event("Newchannel"), two.event("Newchannel"),
		phone.with("DialBegin", "", "", one, "DialString: 7"), called.event("Newchannel"), two.with("DialBegin", "", "", called, "DialString: 7"))
	for _, id := range []string{"1.3", "1.4", "1.5"} {
		if c := f.channel(id); c.CallID != "1.3" {
			t.Errorf("who is called is %v, want the Call 1.3", c)
		}
	}
	for _, id := range []string{"1.1", "1.2"} {
		if c := f.channel(id); c.CallID != "" {
			t.Errorf("the agent's channel is %v", c)
		}
	}
	f.takes(called.event("Hangup"), two.event("Hangup"), one.event("Hangup"))
	if c, ok := f.calls.get("1.3"); !ok || c.Live() || !c.Complete {
		t.Errorf("the Call is %v at the end", c)
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
