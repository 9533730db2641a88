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

// scene is a part of the call, whose events come at once.
type scene struct {
	after time.Duration // from the begin of the call
	text  string
}

// scenes are the call until the phone rings, until both talk, and until its end.
func scenes() []scene {
	answered := strings.Index(queueCall, "Event: Newstate\r\nPrivilege: call,all\r\nChannel: PJSIP/101-00000018\r\nChannelState: 6")
	ended := strings.Index(queueCall, "Event: HangupRequest")
	return []scene{{0, queueCall[:answered]}, {ringTime, queueCall[answered:ended]}, {ringTime + talkTime, queueCall[ended:]}}
}

// stamped is the name of a caller: when the phone began to ring.
func stamped(at time.Time) string { return "at " + strconv.FormatInt(at.UnixNano(), 10) }

// cast makes a scene that of the call with a number: its own channels, and the agent whose turn it is.
func cast(n int, text, caller string) string {
	agent := n * 7 % agentPhones
	channel := strconv.Itoa(1796000000+n/1_000_000) + "." + strconv.Itoa(2*(n%1_000_000))
	return strings.NewReplacer(
		"PJSIP/100-00000017", fmt.Sprintf("PJSIP/carrier-%08x", n), "PJSIP/100", "PJSIP/carrier",
		"PJSIP/101-00000018", fmt.Sprintf("%s-%08x", phone(agent), n), "PJSIP/101", phone(agent),
		"1795992988.25", channel, "1795992988.26", channel+"1",
		"02e7fecb-0d4c-47da-849b-89a6c0a83917", fmt.Sprintf("02e7fecb-0d4c-47da-849b-%012d", n),
		"Phone 100", caller, "Phone 101", "Agent "+strconv.Itoa(agent), "Num: 100\r", "Num: 0306555\r", "Num: 101\r", "Num: "+strconv.Itoa(1000+agent)+"\r",
		"Queue: desk", "Queue: "+team(agent), "Queue:desk", "Queue:"+team(agent),
	).Replace(text)
}

// centre plays the calls of so many seconds, and ends when the last one has ended.
func (s *session) centre(first, seconds int) {
	calls := seconds * centreRate
	callers := make([]string, calls)
	next := make([]int, 3) // call, of each scene
	tick := time.NewTicker(time.Second / centreRate)
	defer tick.Stop()
	for began := time.Now(); next[2] < calls && s.failed() == nil; <-tick.C {
		var text strings.Builder
		for i, scene := range scenes() {
			due := int((time.Since(began) - scene.after) * centreRate / time.Second)
			for ; next[i] < min(due, calls); next[i]++ {
				if i == 0 {
					callers[next[i]] = stamped(time.Now())
				}
				text.WriteString(cast(first+next[i], scene.text, callers[next[i]]))
			}
		}
		s.write(text.String())
	}
}
