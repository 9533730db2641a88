package event

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

// channelOf makes a snapshot of the slots of its keys. It is no method: an
// embedded one costs each of the types a copy of it.
func channelOf(text string, v []slot) (c ChannelSnapshot) {
	_ = v[15]
	c.Channel = v[0].of(text)
	c.ChannelState = ChannelState(number(v[1].of(text)))
	c.ChannelStateDesc = v[2].of(text)
	c.CallerIDNum = known(v[3].of(text), "<unknown>")
	c.CallerIDName = unescape(known(v[4].of(text), "<unknown>"))
	c.ConnectedLineNum = known(v[5].of(text), "<unknown>")
	c.ConnectedLineName = unescape(known(v[6].of(text), "<unknown>"))
	c.Language = v[7].of(text)
	c.AccountCode = v[8].of(text)
	c.Context = v[9].of(text)
	c.Exten = v[10].of(text)
	c.Priority = number(v[11].of(text))
	c.Uniqueid = v[12].of(text)
	c.Linkedid = v[13].of(text)
	c.Tenantid = v[14].of(text)
	c.ChanVariable = linesOf(v[15].of(text))
	for i, value := range c.ChanVariable {
		c.ChanVariable[i] = unescape(value)
	}
	return c
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
