package event

import "strings"

// Strangers write into some fields what they like, line breaks included: a
// caller's number, name and dialled extension reach events as they came, and so
// does whatever the dialplan makes of them. The names here are without the
// prefix of a snapshot.

// strangersEndings are how keys of snapshots end that hold such text.
var strangersEndings = [...]string{"CallerIDNum", "CallerIDName", "ConnectedLineNum", "ConnectedLineName", "Language",
	"AccountCode", "Exten", "Tenantid", "BridgeName", "ChanVariable", "ConnectedIDNum", "ConnectedIDName"}

// strangersKeys are the other keys that hold such text.
var strangersKeys = [...]string{"AccountID", "AppData", "ApplicationData", "Callerid", "CallerID", "CallerIDani", "CallerIDdnid",
	"CallerIDrdnis", "Conference", "DNID", "Data", "Destination", "Device", "DialString", "EffectiveConnectedLineName",
	"EffectiveConnectedLineNum", "EventName", "Extension", "Extra", "Forward", "Handler", "Interface", "LastData", "Location", "MemberName",
	"OldAccountCode", "ParkerDialString", "PausedReason", "Peer", "PeerAccount", "RemoteStationID", "Source", "StateInterface", "UserField",
	"Value", "Variable"}

// strangers reports whether a stranger may have written into a field. The name
// of a channel is Asterisk's own, unless its driver puts what was dialled into it.
func strangers(key, value string) bool {
	for _, ending := range strangersEndings {
		if endsWith(key, ending) {
			return true
		}
	}
	for _, name := range strangersKeys {
		if len(key) == len(name) && strings.EqualFold(key, name) {
			return true
		}
	}
	for _, ending := range [...]string{"Channel", "Newname"} {
		if endsWith(key, ending) {
			return strings.HasPrefix(value, "Local/") || strings.HasPrefix(value, "DAHDI/i")
		}
	}
	return strings.HasPrefix(key, channelVariablePrefix)
}

// endsWith reports whether a key ends so, whatever its case.
func endsWith(key, ending string) bool {
	at := len(key) - len(ending)
	return at >= 0 && strings.EqualFold(key[at:], ending)
}

// channelVariablePrefix begins the keys of variables of one of several
// channels: ChanVariable(PJSIP/1-00000001).
const channelVariablePrefix = "ChanVariable("
