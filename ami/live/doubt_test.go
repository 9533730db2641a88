package live

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// of is an event of a channel as Asterisk writes it; a stranger's text in exten makes lines of its own.
type of struct {
	name, id, linked string
	state            string // of the channel: Ring, Up
	exten            string
	more             string // lines after it
}

var stateNumbers = map[string]string{"Down": "0", "Ring": "4", "Ringing": "5", "Up": "6"}

// text is the fields of a channel in Asterisk's order.
func (o of) text() string {
	if o.state == "" {
		o.state = "Up"
	}
	lines := []string{"Channel: " + o.name, "ChannelState: " + stateNumbers[o.state], "ChannelStateDesc: " + o.state, "CallerIDNum: 1", "CallerIDName: <unknown>",
		"ConnectedLineNum: <unknown>", "ConnectedLineName: <unknown>", "Language: en", "AccountCode: ", "Context: default", "Exten: " + o.exten}
	return strings.Join(lines, "\r\n") + "\r\n"
}

func (o of) event(name string) event.Event {
	text := "Event: " + name + "\r\nPrivilege: call,all\r\n"
	if strings.HasPrefix(name, "Bridge") {
		text += "BridgeUniqueid: room\r\nBridgeType: basic\r\nBridgeTechnology: simple_bridge\r\nBridgeCreator: <unknown>\r\nBridgeName: <unknown>\r\n" +
			"BridgeNumChannels: 1\r\nBridgeVideoSourceMode: none\r\n"
	}
	text += o.text()
	if !strings.Contains(o.exten, "\r\n") { // else the event ends there: an empty line of the stranger's
		text += "Priority: 1\r\nUniqueid: " + o.id + "\r\nLinkedid: " + o.linked + "\r\n" + o.more
	}
	if name == "Hangup" {
		text += "Cause: 16\r\nCause-txt: Normal Clearing\r\n"
	}
	return decoded(transport.ParseFields(text), start)
}

// tail is a number that a stranger dials to end an event of theirs.
func tail(id, linked string) string {
	return fmt.Sprintf("1\r\nPriority: 1\r\nUniqueid: %s\r\nLinkedid: %s\r\n", id, linked)
}

const victimName, attackerName = "PJSIP/100-00000001", "PJSIP/trunk-00000002"

var (
	victim   = of{name: victimName, id: "1.1", linked: "1.1", state: "Up"}
	attacker = of{name: attackerName, id: "1.2", linked: "1.2", state: "Ring"}
)

// withVictim is a state in which the victim's call stands.
func withVictim(t *testing.T) *follower {
	f := follow(t)
	f.takes(synced(start), victim.event("Newchannel"))
	f.changes = nil
	return f
}

// unharmed wants the victim's channel and Call as they were.
func (f *follower) unharmed() {
	f.t.Helper()
	c, ok := f.channels.get("1.1")
	if !ok || c.Name != victimName || c.Doubtful || c.CallID != "1.1" || c.LinkedID != "1.1" {
		f.t.Errorf("the victim's channel is %v", c)
	}
	if call, ok := f.calls.get("1.1"); !ok || !call.Live() || len(call.Parties) != 1 || len(call.Channels) != 1 {
		f.t.Errorf("the victim's call is %v", call)
	}
	for _, change := range f.changes {
		switch c := change.(type) {
		case Changed[Channel]:
			if c.After.UniqueID == "1.1" {
				f.t.Errorf("the victim's channel changed: %v", c)
			}
		case Changed[Call]:
			if c.After.ID == "1.1" {
				f.t.Errorf("the victim's call changed: %v", c)
			}
		}
	}
}

// A new channel that names another's Linkedid is in no Call until Asterisk was asked.
func TestForgedLinkedidOfANewChannel(t *testing.T) {
	f := withVictim(t)
	forged := attacker
	forged.exten = tail("1.2", "1.1")
	f.takes(forged.event("Newchannel"))
	f.unharmed()
	if c, ok := f.channels.get("1.2"); !ok || !c.Doubtful || c.CallID != "" || len(f.asked) != 1 {
		t.Errorf("the attacker's channel is %v, and %q were asked for", c, f.asked)
	}
	f.answer = func(question) answer { return answer{there: true, uniqueID: "1.2", linkedID: "1.2"} }
	f.takes(attacker.event("Newstate"))
	f.unharmed()
	if c, ok := f.channels.get("1.2"); !ok || c.Doubtful || c.CallID != "1.2" {
		t.Errorf("after the answer the attacker's channel is %v", c)
	}
}

// Where Asterisk says that it is so, the channel is in that Call.
func TestLinkedidOfANewChannelThatIsTrue(t *testing.T) {
	f := withVictim(t)
	f.answer = func(question) answer { return answer{there: true, uniqueID: "1.2", linkedID: "1.1"} }
	joined := attacker
	joined.linked = "1.1"
	f.takes(joined.event("Newchannel"))
	if c, ok := f.channels.get("1.2"); !ok || c.Doubtful || c.CallID != "1.1" {
		t.Errorf("the channel is %v", c)
	}
}

// A new channel with another's Uniqueid is not shown before Asterisk has said which it has.
func TestForgedUniqueidOfANewChannel(t *testing.T) {
	f := withVictim(t)
	forged := attacker
	forged.exten = tail("1.1", "1.1")
	f.takes(forged.event("Newchannel"))
	f.unharmed()
	if len(f.asked) != 1 || f.channels.size != 1 {
		t.Errorf("%q were asked for, and there are %v", f.asked, f.view())
	}
	f.answer = func(question) answer { return answer{there: true, uniqueID: "1.2", linkedID: "1.2"} }
	f.takes(forged.event("Newstate"))
	f.unharmed()
	if c, ok := f.channels.get("1.2"); !ok || c.Name != attackerName || c.CallID != "1.2" {
		t.Errorf("after the answer the attacker's channel is %v", c)
	}
	f.takes(attacker.event("Hangup"))
	f.unharmed()
	if _, ok := f.channels.get("1.2"); ok {
		t.Error("the attacker's channel has not ended")
	}
}

// A channel that was first seen under a Uniqueid of nobody's gets its own.
func TestForgedUniqueidOfNobody(t *testing.T) {
	f := withVictim(t)
	forged := attacker
	forged.exten = tail("9.9", "9.9")
	f.takes(forged.event("Newchannel"))
	f.answer = func(question) answer { return answer{there: true, uniqueID: "1.2", linkedID: "1.2"} }
	f.takes(attacker.event("Newstate"))
	f.unharmed()
	if c, ok := f.channels.get("1.2"); !ok || c.Name != attackerName || c.CallID != "1.2" || f.channels.size != 2 {
		t.Errorf("the channel is %v of %v", c, f.view())
	}
}

// A Hangup ends the channel that it names, and only if that has gone.
func TestForgedHangup(t *testing.T) {
	for _, gone := range []bool{true, false} {
		f := withVictim(t)
		f.takes(attacker.event("Newchannel"))
		f.answer = func(question) answer { return answer{there: !gone, uniqueID: "1.2", linkedID: "1.2"} }
		forged := attacker
		forged.exten = tail("1.1", "1.1")
		f.takes(forged.event("Hangup"))
		f.unharmed()
		c, ok := f.channels.get("1.2")
		if ok == gone {
			t.Errorf("the channel has gone: %t, and is %v", gone, c)
		}
		if !gone && (c.Doubtful || len(f.asked) != 1+maxRetries) {
			t.Errorf("%v, asked %d times", c, len(f.asked))
		}
	}
}

// What follows a number with line breaks may look like an event about anybody's channel. It lacks keys, and moves nobody.
func TestForgedEventOfAnothersName(t *testing.T) {
	for _, name := range []string{"Newstate", "Status", "Hangup", "NewCallerid", "NewConnectedLine", "Newexten", "BridgeEnter", "BridgeLeave", "DialBegin",
		"DialEnd", "Hold", "HangupRequest", "Rename", "VarSet", "MixMonitorStart", "MixMonitorStop", "MixMonitorMute", "AgentLogin", "QueueCallerJoin"} {
		for _, id := range []string{"", "1.1", "1.2"} {
			f := withVictim(t)
			f.takes(attacker.event("Newchannel"))
			f.changes = nil
			f.takes(decoded(transport.ParseFields("Event: "+name+"\r\nChannel: "+victimName+"\r\nChannelState: 0\r\nVariable: TICKET\r\nValue: evil\r\nX: \r\n"+
				"Priority: 1\r\nUniqueid: "+id+"\r\nLinkedid: 1.2\r\n"), start))
			f.unharmed()
			f.answer = func(question) answer { return answer{there: true, uniqueID: "1.1", linkedID: "1.1", state: "Up"} }
			f.takes(attacker.event("Newstate"))
			f.unharmed()
		}
	}
}

// An item of a list that a stranger's text has cut off, or made, ends nobody and keeps nobody alive: who is missing is asked for.
func TestForgedItem(t *testing.T) {
	f := withVictim(t)
	gone := of{name: "PJSIP/102-00000003", id: "1.3", linked: "1.3"}
	f.takes(attacker.event("Newchannel"), gone.event("Newchannel"))
	f.changes = nil
	f.answer = func(q question) answer {
		return answer{there: q.name == attackerName, uniqueID: "1.2", linkedID: "1.2", state: "Up"}
	}
	cut := attacker
	cut.exten = "1\r\n"
	f.takes(gap(start), f.status(victim), cut.event("Status"), decoded(transport.ParseFields("Event: Status\r\nPrivilege: Call\r\nChannel: "+gone.name+
		"\r\nChannelState: 0\r\nX: \r\nPriority: 1\r\nUniqueid: 1.3\r\n"), start), synced(start))
	if c, ok := f.channels.get("1.2"); !ok || c.State.String() != "Up" || c.Doubtful {
		t.Errorf("the attacker's channel is %v", c)
	}
	if c, ok := f.channels.get("1.3"); ok {
		t.Errorf("a forged item keeps %v", c)
	}
	if c, ok := f.channels.get("1.1"); !ok || c.State.String() != "Up" || c.Doubtful {
		t.Errorf("the victim's channel is %v", c)
	}
}

// Two Calls become one only if Asterisk says so; until it has, they stay two.
func TestForgedMerge(t *testing.T) {
	f := withVictim(t)
	f.takes(attacker.event("Newchannel"))
	forged := attacker
	forged.linked = "1.1"
	f.takes(forged.event("BridgeEnter"))
	f.unharmed()
	if c, _ := f.channels.get("1.2"); !c.Doubtful || c.CallID != "1.2" || c.BridgeID != "room" {
		t.Errorf("the attacker's channel is %v", c)
	}
	f.answer = func(question) answer { return answer{there: true, uniqueID: "1.2", linkedID: "1.2"} }
	f.takes(attacker.event("Newstate"))
	f.takes(gap(start), synced(start)) // empty lists end all, and no question is left
	if f.waiting != 0 {
		t.Errorf("%d questions wait", f.waiting)
	}
}

// An event that is odd moves nothing but its own channel's state; nobody is asked twice at a time, nor without end.
func TestQuestionsAreBounded(t *testing.T) {
	f := withVictim(t)
	f.state.questions = nil
	for i := range 5000 {
		forged := of{name: fmt.Sprintf("PJSIP/trunk-%08x", i), state: "Ring", exten: tail("1.1", "1.1")}
		f.take(forged.event("Newchannel"))
		f.take(forged.event("Newstate"))
	}
	if n := len(f.takeQuestions()); n != maxQuestions {
		t.Errorf("%d questions, want %d", n, maxQuestions)
	}
	f.unharmed()
}

// A channel with a name that can't be asked for stays doubtful, and ends with its Hangup.
func TestNameThatCannotBeAskedFor(t *testing.T) {
	f := withVictim(t)
	c := of{name: "Local/1\x00@x-00000001;1", id: "1.3", linked: "1.1", state: "Ring"}
	f.takes(c.event("Newchannel"))
	if shown, ok := f.channels.get("1.3"); !ok || !shown.Doubtful || len(f.asked) != 0 {
		t.Errorf("the channel is %v, asked %q", shown, f.asked)
	}
	f.takes(c.event("Hangup"))
	f.unharmed()
	if f.channels.size != 1 {
		t.Errorf("there are %v", f.view())
	}
}

// What has ended stays ended, whatever comes late of it.
func TestLateEvents(t *testing.T) {
	f := withVictim(t)
	f.takes(victim.event("Hangup"), victim.event("Newstate"), victim.event("Hangup"), victim.event("BridgeEnter"))
	if f.channels.size != 0 {
		t.Errorf("there are %v", f.view())
	}
	ends(t, append([]Change{Changed[Channel]{Kind: KindAdded, After: &Channel{UniqueID: "1.1"}}}, f.changes...))
	call, _ := f.calls.get("1.1")
	if call.Live() {
		t.Errorf("the call is %v", call)
	}
	f.expire(start.Add(time.Hour))
	if f.calls.size != 0 || len(f.threads) != 0 || len(f.finished) != 0 || f.weight != 0 {
		t.Errorf("after an hour there are %v, %d threads, %d finished, %d bytes", f.view(), len(f.threads), len(f.finished), f.weight)
	}
}

// A stranger's channel that has written the Uniqueid of one which is still to come neither gets that, nor hides it, nor ends it.
func TestForgedUniqueidOfTheNextChannel(t *testing.T) {
	for _, hangup := range []string{"before", "after", "meanwhile", "late"} {
		f := follow(t)
		f.takes(synced(start))
		forged := attacker
		forged.exten = tail("1.1", "1.1")
		f.takes(forged.event("Newchannel"))
		there := true
		f.answer = func(q question) answer {
			if q.name == attackerName {
				return answer{there: there, uniqueID: "1.2", linkedID: "1.2", state: "Ring"}
			}
			return answer{there: true, uniqueID: "1.1", linkedID: "1.1", state: "Up"}
		}
		ends := func(when string) {
			if hangup == when {
				there = false
				f.takes(forged.event("Hangup"))
			}
		}
		ends("before")
		f.take(victim.event("Newchannel"))
		if hangup == "meanwhile" {
			there = false
			f.take(forged.event("Hangup"))
		}
		f.drain()
		f.takes(victim.event("Newstate"))
		ends("after")
		f.takes(attacker.event("Newstate"))
		ends("late")
		f.takes(victim.event("Newstate"))
		f.changes = nil
		f.unharmed()
		if t.Failed() {
			t.Fatalf("the stranger's channel ended %s", hangup)
		}
	}
}

// A Linkedid that is nobody's so far is not a stranger's to take: who begins with it later is in a Call of their own.
func TestForgedLinkedidOfTheNextCall(t *testing.T) {
	for _, known := range []bool{false, true} {
		f := follow(t)
		f.takes(synced(start))
		f.answer = func(q question) answer {
			if q.name == attackerName {
				return answer{there: true, uniqueID: "1.2", linkedID: "1.2", state: "Ring"}
			}
			return answer{there: true, uniqueID: "1.1", linkedID: "1.1", state: "Up"}
		}
		if known {
			f.takes(attacker.event("Newchannel"))
		}
		forged := attacker
		forged.exten = tail("1.2", "1.1")
		f.takes(forged.event("Newchannel"), forged.event("Newstate"))
		f.takes(victim.event("Newchannel"))
		f.changes = nil
		f.unharmed()
		if c := f.channel("1.2"); c.CallID != "1.2" || c.Doubtful {
			t.Errorf("known %t: the stranger's channel is %v", known, c)
		}
	}
}
