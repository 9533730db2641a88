package main

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// queueCall is a call of a customer to a queue, which an agent answers, as Asterisk 22 told of it: ami/live/testdata/queue-22.log.
//
//go:embed testdata/queuecall.ami
var queueCall string

// The call centre of the player: each team has a queue, and each agent a phone and the membership in the team's queue.
const (
	centreUser  = "centre" // has the queues in its lists
	agentPhones = 1900
	teams       = 10
	centreRate  = 200 // calls that begin a second
	ringTime    = time.Second
	talkTime    = 2 * time.Second
)

func phone(agent int) string { return "PJSIP/" + strconv.Itoa(1000+agent) }

func team(agent int) string { return "team" + strconv.Itoa(agent%teams) }

// queueItems are the items of the action QueueStatus.
func queueItems(id string) string {
	var text strings.Builder
	for n := range teams {
		fmt.Fprintf(&text, "Event: QueueParams\r\nQueue: %s\r\nMax: 0\r\nStrategy: ringall\r\nCalls: 0\r\nHoldtime: 0\r\nTalkTime: 0\r\nCompleted: 0\r\nAbandoned: 0\r\n"+
			"ServiceLevel: 0\r\nServicelevelPerf: 0.0\r\nServicelevelPerf2: 0.0\r\nWeight: 0\r\nActionID: %s\r\n\r\n", team(n), id)
		for agent := n; agent < agentPhones; agent += teams {
			fmt.Fprintf(&text, "Event: QueueMember\r\nQueue: %s\r\nName: Agent %d\r\nLocation: %s\r\nStateInterface: %[3]s\r\nMembership: static\r\nPenalty: 0\r\nCallsTaken: 0\r\n"+
				"LastCall: 0\r\nLastPause: 0\r\nLoginTime: 0\r\nInCall: 0\r\nStatus: 1\r\nPaused: 0\r\nPausedReason: \r\nWrapuptime: 0\r\nActionID: %[4]s\r\n\r\n", team(n), agent, phone(agent), id)
		}
	}
	return text.String()
}

// scene is a part of the call, whose events come at once: pieces of text, and between them what differs from call to call.
type scene struct {
	after  time.Duration // from the begin of the call
	pieces []string
	slots  []slot // after each piece but the last
}

// slot is what differs.
type slot byte

const (
	callerChannel slot = iota
	agentChannel
	agentPhone
	agentNumber
	agentName
	callerID
	agentID
	talkBridge
	callerName
	teamName
	slots
)

// scenes are the call until the phone rings, until both talk, and until its end.
func scenes() []scene {
	answered := strings.Index(queueCall, "Event: Newstate\r\nPrivilege: call,all\r\nChannel: PJSIP/101-00000018\r\nChannelState: 6")
	ended := strings.Index(queueCall, "Event: HangupRequest")
	return []scene{newScene(0, queueCall[:answered]), newScene(ringTime, queueCall[answered:ended]), newScene(ringTime+talkTime, queueCall[ended:])}
}

// newScene takes a part of the recorded call.
func newScene(after time.Duration, text string) scene {
	is := func(s slot) string { return "\x00" + string(rune('A'+s)) + "\x00" }
	text = strings.NewReplacer(
		"PJSIP/100-00000017", is(callerChannel), "PJSIP/100", "PJSIP/carrier",
		"PJSIP/101-00000018", is(agentChannel), "PJSIP/101", is(agentPhone),
		"1795992988.25", is(callerID), "1795992988.26", is(agentID),
		"02e7fecb-0d4c-47da-849b-89a6c0a83917", is(talkBridge),
		"Phone 100", is(callerName), "Phone 101", is(agentName), "Num: 100\r", "Num: 0306555\r", "Num: 101\r", "Num: "+is(agentNumber)+"\r",
		"Queue: desk", "Queue: "+is(teamName), "Queue:desk", "Queue:"+is(teamName),
	).Replace(text)
	made := scene{after: after}
	for i, part := range strings.Split(text, "\x00") {
		if i%2 == 0 {
			made.pieces = append(made.pieces, part)
		} else {
			made.slots = append(made.slots, slot(part[0]-'A'))
		}
	}
	return made
}

// stamped is the name of a caller: when the phone began to ring.
func stamped(at time.Time) string { return "at " + strconv.FormatInt(at.UnixNano(), 10) }

// cast appends the scene of the call with a number: its own channels, and the agent whose turn it is.
func (s *scene) cast(text []byte, n int, caller string) []byte {
	agent := n * 7 % agentPhones
	channel := strconv.Itoa(1796000000+n/1_000_000) + "." + strconv.Itoa(2*(n%1_000_000))
	values := [slots]string{
		callerChannel: fmt.Sprintf("PJSIP/carrier-%08x", n), agentChannel: fmt.Sprintf("%s-%08x", phone(agent), n), agentPhone: phone(agent), agentNumber: strconv.Itoa(1000 + agent), agentName: "Agent " + strconv.Itoa(agent),
		callerID: channel, agentID: channel + "1", talkBridge: fmt.Sprintf("02e7fecb-0d4c-47da-849b-%012d", n), callerName: caller, teamName: team(agent),
	}
	for i, piece := range s.pieces {
		if text = append(text, piece...); i < len(s.slots) {
			text = append(text, values[s.slots[i]]...)
		}
	}
	return text
}

// centre plays the calls of so many seconds, and ends when the last one has ended.
func (s *session) centre(first, seconds int) {
	calls, all := seconds*centreRate, scenes()
	callers := make([]string, calls)
	next := make([]int, len(all)) // call, of each scene
	var text []byte
	tick := time.NewTicker(time.Second / centreRate)
	defer tick.Stop()
	for began := time.Now(); next[len(all)-1] < calls && s.failed() == nil; <-tick.C {
		for i := range all {
			due := int((time.Since(began) - all[i].after) * centreRate / time.Second)
			for ; next[i] < min(due, calls); next[i]++ {
				if i == 0 {
					callers[next[i]] = stamped(time.Now())
				}
				text = all[i].cast(text[:0], first+next[i], callers[next[i]])
				s.write(string(text)) // each by itself, for its time counts from now on
			}
		}
	}
}
