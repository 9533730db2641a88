package live

import (
	"slices"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// ofAgent is the snapshot of the agent's channel, whose caller has a number.
func ofAgent(number string) []string {
	return []string{"Channel: " + agentChannel, "ChannelState: 6", "ChannelStateDesc: Up", "CallerIDNum: 1001", "CallerIDName: <unknown>",
		"ConnectedLineNum: " + number, "ConnectedLineName: <unknown>", "Language: en", "AccountCode: ", "Context: pool", "Exten: login", "Priority: 1",
		"Uniqueid: 1.9", "Linkedid: 1.9"}
}

func agentItem(status string) event.Event {
	return flatItem("Agents", append([]string{"Agent: 1001", "Name: Bea", "Status: " + status, "LoggedInTime: 1796001588"}, ofAgent("<unknown>")...)...)
}

func agentBridge(name, kind, number string) event.Event {
	return said(name, append([]string{"Privilege: call,all", "BridgeUniqueid: b", "BridgeType: " + kind, "BridgeTechnology: simple_bridge", "BridgeCreator: <unknown>",
		"BridgeName: <unknown>", "BridgeNumChannels: 1", "BridgeVideoSourceMode: none"}, ofAgent(number)...)...)
}

// The agent's channel is another one once that has taken its place among those who wait, as where a Local channel is optimised away.
func TestAgentsChannelIsReplaced(t *testing.T) {
	f := followFlats(t)
	text := strings.NewReplacer(agentChannel, "PJSIP/7-0000000b", "Uniqueid: 1.9", "Uniqueid: 1.11").Replace(agentBridge("BridgeEnter", "agent_hold", "1").Fields().String())
	f.takes(agentBridge("BridgeLeave", "agent_hold", "1"), decoded(transport.ParseFields(text+"SwapUniqueid: 1.9\r\n"), start))
	f.flat("after a swap", strings.Replace(flatPicture, agentChannel, "PJSIP/7-0000000b", 1))
	f.takes(agentBridge("BridgeEnter", "basic", "1"))
	f.flat("after an event of the channel before", strings.Replace(flatPicture, agentChannel, "PJSIP/7-0000000b", 1))
	f.takes(decoded(transport.ParseFields(strings.Replace(text, "BridgeType: agent_hold", "BridgeType: basic", 1)), start))
	f.flat("on a call", strings.NewReplacer(agentChannel, "PJSIP/7-0000000b", "AGENT_IDLE", "AGENT_ONCALL").Replace(flatPicture))
	if a, _ := f.view().Agent("1001"); a.UniqueID != "1.11" || a.LoggedInTime.Unix() != 1796001588 {
		t.Errorf("the agent is %+v", a)
	}
}

// An agent whose channel has ended is logged off, also if that is not told; the end of another channel is nothing to the agent.
func TestAgentsChannelEnds(t *testing.T) {
	f := followFlats(t)
	hangup := func(channel, id string) event.Event {
		fields := append([]string{"Privilege: call,all"}, ofAgent("1")...)
		text := strings.NewReplacer(agentChannel, channel, "Uniqueid: 1.9", "Uniqueid: "+id).Replace(strings.Join(fields, "\n"))
		return said("Hangup", append(strings.Split(text, "\n"), "Cause: 16", "Cause-txt: Normal Clearing")...)
	}
	f.takes(hangup("PJSIP/trunk-00000002", "1.9"), hangup(agentChannel, "1.10"))
	f.flat("others have ended", flatPicture)
	f.takes(hangup(agentChannel, "1.9"))
	if a, _ := f.view().Agent("1001"); a.Status != "AGENT_LOGGEDOFF" || a.UniqueID != "" || a.Name != "Bea" || len(f.wants()) != 0 {
		t.Errorf("after the end of the channel the agent is %+v, and it wants %q", a, f.wants())
	}
}

// A channel of another's name or Uniqueid is not the agent's; what that does in a basic bridge is.
func TestAgentOnCall(t *testing.T) {
	f := followFlats(t)
	other := strings.Replace(agentBridge("BridgeEnter", "basic", "1").Fields().String(), agentChannel, "PJSIP/trunk-00000002", 1)
	f.takes(decoded(transport.ParseFields(other), start), agentBridge("BridgeEnter", "agent_hold", "1"))
	f.flat("others, and waiting", flatPicture)
	onCall := strings.Replace(flatPicture, "AGENT_IDLE", "AGENT_ONCALL", 1)
	f.takes(agentBridge("BridgeEnter", "basic", "1"))
	f.flat("talking", onCall)
	if a, _ := f.view().Agent("1001"); !a.CallStarted.Equal(start) || a.UniqueID != "1.9" {
		t.Errorf("the agent is %+v", a)
	}
	f.takes(said("Rename", "Privilege: call,all", "Channel: "+agentChannel, "Newname: PJSIP/new", "Uniqueid: 1.9"))
	f.flat("renamed", strings.Replace(onCall, agentChannel, "PJSIP/new", 1))
	f.takes(said("Rename", "Privilege: call,all", "Channel: PJSIP/new", "Newname: "+agentChannel, "Uniqueid: 1.9"))
	f.takes(agentBridge("BridgeLeave", "basic", "1"))
	f.flat("idle again", flatPicture)
	odd := flatItem("Agents", append([]string{"Agent: 1001", "Name: Bea", "Status: AGENT_ONCALL", "LoggedInTime: 1796001588"}, ofAgent("1\r\nLanguage: x\r\nStatus: AGENT_IDLE")...)...)
	if odd.Doubt() == 0 {
		t.Error("there is no doubt about the item")
	}
	f.takes(odd)
	f.flat("listed with a caller's text", onCall)
	f.takes(said("AgentLogoff", append(append([]string{"Privilege: agent,all"}, ofAgent("1")...), "Agent: 1001", "Logintime: 3")...))
	if a, _ := f.view().Agent("1001"); a.Status != "AGENT_LOGGEDOFF" || a.UniqueID != "" || a.Name != "Bea" || !a.CallStarted.IsZero() {
		t.Errorf("after the logoff the agent is %+v", a)
	}
	if len(f.wants()) != 0 {
		t.Errorf("it wants lists of %q", f.wants())
	}
	f.takes(said("AgentLogin", append(append([]string{"Privilege: agent,all"}, ofAgent("1")...), "Agent: 1002")...))
	if a, ok := f.view().Agent("1002"); !ok || a.Status != "AGENT_IDLE" || !slices.Equal(f.wants(), []PartName{PartAgents}) {
		t.Errorf("an agent of a reload is %+v, and it wants lists of %q", a, f.wants())
	}
}
