package event

import "strings"

// ChannelSnapshot is the state of a channel as most events about calls carry
// it. Where an event has several, those with a prefix on the wire are fields
// of their own: DestChannel is Dest.Channel.
type ChannelSnapshot struct {
	Channel           string // name, as PJSIP/100-00000001; it may change, Uniqueid does not
	ChannelState      ChannelState
	ChannelStateDesc  string // ChannelState in Asterisk's words
	CallerIDNum       string // empty when unknown
	CallerIDName      string // empty when unknown
	ConnectedLineNum  string // empty when unknown
	ConnectedLineName string // empty when unknown
	Language          string
	AccountCode       string
	Context           string
	Exten             string
	Priority          int
	Uniqueid          string
	Linkedid          string   // Uniqueid of the channel that the call began with
	Tenantid          string   // 18.25, 20.10, 21.5, 22.0 and later
	ChanVariable      []string // name=value, those that manager.conf lists in channelvars
}

// set takes a field of the block and reports whether it has a place for it.
func (c *ChannelSnapshot) set(key, value string) bool {
	switch key {
	case "Channel":
		c.Channel = value
	case "ChannelState":
		c.ChannelState = ChannelState(number(value))
	case "ChannelStateDesc":
		c.ChannelStateDesc = value
	case "CallerIDNum":
		c.CallerIDNum = known(value)
	case "CallerIDName":
		c.CallerIDName = unescape(known(value))
	case "ConnectedLineNum":
		c.ConnectedLineNum = known(value)
	case "ConnectedLineName":
		c.ConnectedLineName = unescape(known(value))
	case "Language":
		c.Language = value
	case "AccountCode":
		c.AccountCode = value
	case "Context":
		c.Context = value
	case "Exten":
		c.Exten = value
	case "Priority":
		c.Priority = number(value)
	case "Uniqueid":
		c.Uniqueid = value
	case "Linkedid":
		c.Linkedid = value
	case "Tenantid":
		c.Tenantid = value
	case "ChanVariable":
		c.ChanVariable = append(c.ChanVariable, unescape(value))
	default:
		return false
	}
	return true
}

// setPrefixed is set for the fields that begin with prefix.
func (c *ChannelSnapshot) setPrefixed(prefix, key, value string) bool {
	key, ok := strings.CutPrefix(key, prefix)
	return ok && c.set(key, value)
}

// ChannelState is how far a channel has come. The names are those of
// Asterisk's include/asterisk/channelstate.h.
type ChannelState int

// The states of a channel.
const (
	StateDown ChannelState = iota
	StateReserved
	StateOffHook
	StateDialing
	StateRing    // the far end is asked to ring
	StateRinging // the device rings
	StateUp
	StateBusy
	StateDialingOffHook
	StatePreRing
)

var channelStates = [...]string{"Down", "Rsrvd", "OffHook", "Dialing", "Ring", "Ringing", "Up", "Busy", "Dialing Offhook", "Pre-ring"}

// String is the state as Asterisk spells it in ChannelStateDesc.
func (s ChannelState) String() string {
	if s < 0 || int(s) >= len(channelStates) {
		return "Unknown"
	}
	return channelStates[s]
}
