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

// setChannel takes a field of the block and reports whether it has a place for
// it. It is no method: an embedded one costs each of the types a copy of it.
func setChannel(c *ChannelSnapshot, seen *mask, key, value string) bool {
	switch key {
	case "Channel":
		setText(seen, 0, &c.Channel, value)
	case "ChannelState":
		if seen.first(1) {
			c.ChannelState = ChannelState(number(value))
		}
	case "ChannelStateDesc":
		setText(seen, 2, &c.ChannelStateDesc, value)
	case "CallerIDNum":
		setText(seen, 3, &c.CallerIDNum, known(value, "<unknown>"))
	case "CallerIDName":
		if seen.first(4) {
			c.CallerIDName = unescape(known(value, "<unknown>"))
		}
	case "ConnectedLineNum":
		setText(seen, 5, &c.ConnectedLineNum, known(value, "<unknown>"))
	case "ConnectedLineName":
		if seen.first(6) {
			c.ConnectedLineName = unescape(known(value, "<unknown>"))
		}
	case "Language":
		setText(seen, 7, &c.Language, value)
	case "AccountCode":
		setText(seen, 8, &c.AccountCode, value)
	case "Context":
		setText(seen, 9, &c.Context, value)
	case "Exten":
		setText(seen, 10, &c.Exten, value)
	case "Priority":
		if seen.first(11) {
			c.Priority = number(value)
		}
	case "Uniqueid":
		setText(seen, 12, &c.Uniqueid, value)
	case "Linkedid":
		setText(seen, 13, &c.Linkedid, value)
	case "Tenantid":
		setText(seen, 14, &c.Tenantid, value)
	case "ChanVariable":
		if c.ChanVariable == nil {
			c.ChanVariable = make([]string, 0, 4) // where there is one, there are more
		}
		c.ChanVariable = append(c.ChanVariable, unescape(value))
	default:
		return false
	}
	return true
}

// setText sets a field the first time that it is seen.
func setText(seen *mask, n uint, field *string, value string) {
	if seen.first(n) {
		*field = value
	}
}

// setPrefixedChannel is setChannel for the fields that begin with prefix.
func setPrefixedChannel(c *ChannelSnapshot, seen *mask, prefix, key, value string) bool {
	key, ok := strings.CutPrefix(key, prefix)
	return ok && setChannel(c, seen, key, value)
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
