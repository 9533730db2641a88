package event

import "github.com/asterisk-go/asterisk-go"

// ChannelSnapshot is the state of a channel as most events about calls carry
// it. Where an event has several, those with a prefix on the wire are fields
// of their own: DestChannel is Dest.Channel. In JSON its keys and values are as on
// the wire, without the prefix.
type ChannelSnapshot struct {
	Channel           string                // name, as PJSIP/100-00000001; it may change, UniqueID does not
	ChannelState      asterisk.ChannelState `json:",string"`
	ChannelStateDesc  string                // ChannelState in Asterisk's words
	CallerIDNum       string                // empty when unknown
	CallerIDName      string                // empty when unknown
	ConnectedLineNum  string                // empty when unknown
	ConnectedLineName string                // empty when unknown
	Language          string
	AccountCode       string
	Context           string
	Exten             string
	Priority          int       `json:",string"`
	UniqueID          string    `json:"Uniqueid"`
	LinkedID          string    `json:"Linkedid"`           // UniqueID of the channel that the call began with
	TenantID          string    `json:"Tenantid,omitempty"` // 18.25, 20.10, 21.5, 22.0 and later
	ChanVariable      Variables `json:",omitempty"`         // those that manager.conf lists in channelvars
}

// channelOf makes a snapshot of the slots of its keys. It is no method: an
// embedded one costs each of the types a copy of it.
func channelOf(text string, v []slot) (c ChannelSnapshot) {
	_ = v[15]
	c.Channel = v[0].of(text)
	c.ChannelState = asterisk.ChannelState(number(v[1].of(text)))
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
	c.UniqueID = v[12].of(text)
	c.LinkedID = v[13].of(text)
	c.TenantID = v[14].of(text)
	c.ChanVariable = variablesOf(v[15].of(text))
	for i := range c.ChanVariable {
		c.ChanVariable[i].Value = unescape(c.ChanVariable[i].Value)
	}
	return c
}
