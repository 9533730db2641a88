package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"sync"
)

const (
	standing  = 10_000 // channels of the player's, in calls of two who talk
	firstMark = 1 << 20
)

// channelFields are the fields of one of these channels, in Asterisk's order.
func channelFields(n, state int) string {
	return fmt.Sprintf("Channel: %s\r\nChannelState: %d\r\nChannelStateDesc: x\r\nCallerIDNum: %d\r\nCallerIDName: Somebody\r\n"+
		"ConnectedLineNum: %d\r\nConnectedLineName: Somebody else\r\nLanguage: en\r\nAccountCode: \r\nContext: from-internal\r\nExten: %d\r\n"+
		"Priority: 2\r\nUniqueid: %s\r\nLinkedid: %s\r\n", channelName(n), state, 100+n, 100+n^1, 100+n^1, channelID(n), channelID(n&^1))
}

func channelName(n int) string { return fmt.Sprintf("PJSIP/%d-%08x", 100+n, n) }

func channelID(n int) string { return "1795992982." + strconv.Itoa(n) }

func bridgeID(n int) string { return fmt.Sprintf("5d885d05-c1b2-4192-842a-%012d", n/2) }

func channelEvent(name string, n, state int) string {
	text := "Event: " + name + "\r\nPrivilege: call,all\r\n" + channelFields(n, state)
	if name == "Hangup" {
		text += "Cause: 16\r\nCause-txt: Normal Clearing\r\n"
	}
	return text + "\r\n"
}

func statusItem(n int, actionID string) string {
	return "Event: Status\r\nPrivilege: Call\r\n" + channelFields(n, 6) + fmt.Sprintf("Type: PJSIP\r\nDNID: %d\r\nEffectiveConnectedLineNum: %d\r\n"+
		"EffectiveConnectedLineName: Somebody else\r\nTimeToHangup: 0\r\nBridgeID: %s\r\nApplication: Dial\r\nData: PJSIP/200,20\r\nNativeformats: (ulaw)\r\n"+
		"Readformat: ulaw\r\nReadtrans: \r\nWriteformat: ulaw\r\nWritetrans: \r\nCallgroup: 0\r\nPickupgroup: 0\r\nSeconds: 77\r\nActionID: %s\r\n\r\n",
		100+n^1, 100+n^1, bridgeID(n), actionID)
}

func bridgeItem(n int, actionID string) string {
	return fmt.Sprintf("Event: BridgeListItem\r\nActionID: %s\r\nBridgeUniqueid: %s\r\nBridgeType: basic\r\nBridgeTechnology: simple_bridge\r\n"+
		"BridgeCreator: <unknown>\r\nBridgeName: <unknown>\r\nBridgeNumChannels: 2\r\nBridgeVideoSourceMode: none\r\n\r\n", actionID, bridgeID(n))
}

// identity is what makes a call of a capture the one that it is: the Uniqueids and names of its channels, and the IDs of bridges.
var identity = regexp.MustCompile(`\b\d{10}\.\d+\b|-[0-9a-f]{8}(;[12])?\r|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b`)

// renewable is a capture that can be played many times, each time with calls that are new ones.
type renewable struct {
	text   []byte
	places func() []int // where the first four characters of an identity are
}

func newRenewable(capture []byte) *renewable {
	return &renewable{capture, sync.OnceValue(func() (at []int) {
		for _, found := range identity.FindAllIndex(capture, -1) {
			start := found[0]
			if capture[start] == '-' {
				start++
			}
			at = append(at, start)
		}
		return at
	})}
}

// renewed is the capture of a round. It is as long as any other.
func (r *renewable) renewed(round int64) string {
	text := slices.Clone(r.text)
	digits := strconv.FormatInt(1000+round%9000, 10)
	for _, at := range r.places() {
		copy(text[at:], digits)
	}
	return string(text)
}
