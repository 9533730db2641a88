package live

import (
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/event"
)

// Channel is one leg of a call: the connection between Asterisk and a phone or a
// trunk, or half of a Local channel. It is a picture of one moment, which nothing
// changes: do not write to it.
type Channel struct {
	UniqueID string // its key, which never changes
	Name     string // as PJSIP/100-0000002a; Rename changes it
	LinkedID string // as Asterisk has it now; no key for a call, see CallID
	CallID   string `json:",omitempty"` // of its [Call]; empty for none, and while that is not known

	State asterisk.ChannelState
	// Numbers and names are what callers, or their networks, have said: text that may be anything, and no proof of who they are.
	// So may Exten be.
	CallerIDNum       string `json:",omitempty"`
	CallerIDName      string `json:",omitempty"`
	ConnectedLineNum  string `json:",omitempty"`
	ConnectedLineName string `json:",omitempty"`
	AccountCode       string `json:",omitempty"`
	Language          string `json:",omitempty"`
	Context           string `json:",omitempty"` // place in the dialplan: kept true with read=dialplan only
	Exten             string `json:",omitempty"`
	Priority          int    `json:",omitempty"`
	Application       string `json:",omitempty"` // what the dialplan ran last; that it has ended only a list tells
	ApplicationData   string `json:",omitempty"`

	BridgeID  string `json:",omitempty"` // of the [Bridge] that it is in; empty for none
	DialledBy string `json:",omitempty"` // UniqueID of the channel that dialled it; empty for none, or not seen
	Holding   bool   `json:",omitempty"` // it has put the others on hold
	OnHold    bool   `json:",omitempty"` // another one has put it on hold: by an event in a bridge of two, else as of [Part.Listed]
	Agent     string `json:",omitempty"` // of app_agent_pool, logged in on this channel; it has no Call then

	Side      Side      `json:",omitzero"` // by [Config.Classify], when it was seen first; zero if that does not know
	Recording Recording `json:",omitzero"` // its last one; zero for none
	Variables Variables `json:",omitzero"` // that have a value, of those in [Config.Variables]

	Began    time.Time `json:",omitzero"` // when its first event was received, or what a list says
	Answered time.Time `json:",omitzero"` // zero if it was up before it was seen
	Ended    time.Time `json:",omitzero"` // only of a channel that was removed
	Cause    asterisk.Cause
	// NotSeen: a list did not have it any more, so it has ended, and nobody knows
	// when and why.
	NotSeen bool `json:",omitempty"`
	// Doubtful: an event about it can't be believed, or says that it belongs to
	// another Call, and Asterisk has not answered what is so. docs/safety.md says
	// who can cause that.
	Doubtful bool `json:",omitempty"`
}

// Device is what the channel leads to, as PJSIP/100; empty where its name does not
// tell.
func (c *Channel) Device() string { return event.Device(c.Name) }

// String is the channel in one line.
func (c *Channel) String() string {
	l := newLine("channel", c.Name)
	l.add("Uniqueid", c.UniqueID)
	l.add("State", c.State.String())
	l.add("CallerIDNum", c.CallerIDNum)
	l.add("Bridge", c.BridgeID)
	l.add("Variables", c.Variables.String())
	l.add("Call", c.CallID)
	if !c.Ended.IsZero() {
		l.add("Cause", c.Cause.String())
	}
	l.mark(c.NotSeen, "not seen")
	l.mark(c.Doubtful, "doubtful")
	return l.String()
}

// take takes what a snapshot tells, but for the identity.
func (c *Channel) take(s *event.ChannelSnapshot) {
	c.State = s.ChannelState
	c.CallerIDNum, c.CallerIDName = s.CallerIDNum, s.CallerIDName
	c.ConnectedLineNum, c.ConnectedLineName = s.ConnectedLineNum, s.ConnectedLineName
	c.AccountCode, c.Language = s.AccountCode, s.Language
	c.Context, c.Exten, c.Priority = s.Context, s.Exten, s.Priority
}

// concerns reports whether the Call of a channel shows what has changed.
func (c *Channel) concerns(before *Channel) bool {
	return c.OnHold != before.OnHold || c.Side != before.Side || c.Variables != before.Variables || c.Name != before.Name || c.State != before.State || c.BridgeID != before.BridgeID ||
		c.CallerIDNum != before.CallerIDNum || c.CallerIDName != before.CallerIDName || c.Holding != before.Holding ||
		c.DialledBy != before.DialledBy || c.CallID != before.CallID || c.Doubtful != before.Doubtful || !c.Ended.IsZero()
}
