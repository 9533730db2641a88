package stranger

import (
	"maps"
	"slices"
	"strings"
)

// tails are what strangers write behind the first digit of a number. VICTIM is the Uniqueid of another call.
var tails = map[string]string{
	"reply":            "\n\n200 result=1234",
	"hangup":           "\n\nHANGUP",
	"value":            "\n\n200 result=1 (x",
	"whole":            "\nagi_priority: 1\nagi_enhanced: 0\nagi_accountcode: \nagi_threadid: 1\n\nHANGUP",
	"whole and reply":  "\nagi_priority: \nagi_enhanced: \nagi_accountcode: \nagi_threadid: 1\n\n200 result=1",
	"script":           "\nagi_network_script: admin",
	"agi uniqueid":     "\nagi_uniqueid: VICTIM",
	"agi channel":      "\nagi_channel: PJSIP/201-00000000",
	"uniqueid":         "\nUniqueid: VICTIM",
	"linkedid":         "\nLinkedid: VICTIM",
	"swap":             "\nSwapUniqueid: VICTIM",
	"blank":            "\n\nx",
	"tail":             "\nPriority: 1\nUniqueid: VICTIM\nLinkedid: VICTIM",
	"cut":              "\nPriority: 1\nUniqueid: VICTIM\nLinkedid: VICTIM\n\nEvent: x",
	"cut with crlf":    "\r\nPriority: 1\r\nUniqueid: VICTIM\r\nLinkedid: VICTIM\r\n\r\nEvent: x",
	"whole hangup":     "\nPriority:1\nUniqueid:VICTIM\nLinkedid:1\nCause:16\nCause-txt:x\n\nEvent:x",
	"event":            "\n\nEvent: Hangup\nPrivilege: call,all\nUniqueid: VICTIM",
	"event with crlf":  "\r\n\r\nEvent: Hangup\r\nPrivilege: call,all\r\nUniqueid: VICTIM",
	"action id":        "\nActionID: x",
	"item":             "\n\nEvent: CoreShowChannel\nChannel: PJSIP/x\nUniqueid: VICTIM",
	"response":         "\n\nResponse: Error\nMessage: x",
	"carriage returns": "\rUniqueid: VICTIM",
}

// Names returns the names of all tails, sorted.
func Names() []string { return slices.Sorted(maps.Keys(tails)) }

// Tail returns a tail by its name, with the victim's Uniqueid in it; "" if there is none. It has 78 bytes at most, which
// every part takes, as long as the Uniqueid has 13.
func Tail(name, victim string) string { return strings.ReplaceAll(tails[name], "VICTIM", victim) }
