package live

import (
	"slices"
	"strconv"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
)

// Call is what people mean by a call: who talks, or tries to talk, with whom, from the
// first channel to the end of the last one. It is a picture of one moment, which
// nothing changes: do not write to it.
type Call struct {
	// ID is its key, and never changes: the Linkedid that its first channel had when it
	// was seen first. Where two calls become one, as by a pickup or an attended transfer,
	// the one that Asterisk calls the older goes on, and the other is Merged.
	ID string

	Parties       []Party        `json:",omitempty"` // all that took part, in the order in which they came
	Conversations []Conversation `json:",omitempty"` // who hears whom now; several after some transfers
	Transfers     []Transfer     `json:",omitempty"` // in the order in which Asterisk told of them, 100 at most
	Queues        []QueueVisit   `json:",omitempty"` // where its Parties waited, in the order in which they came, 100 at most
	Channels      []string       `json:",omitempty"` // UniqueIDs of its channels that live
	Recordings    []Recording    `json:",omitempty"` // of its channels, 16 of each at most
	Variables     Variables      `json:",omitzero"`  // of each of [Config.Variables] the value of the first of its channels that has one

	From      Caller    `json:",omitzero"`  // who called; of a call that a manager makes who is called first
	To        string    `json:",omitempty"` // Exten in the form of [Config.Number]
	DID       string    `json:",omitempty"` // To, of a Call that is inbound: which of our numbers was called
	Direction Direction `json:",omitzero"`  // by [Config.Classify]; zero while that is not known
	Exten     string    `json:",omitempty"` // what its first channel dialled; empty if that was not seen. It may be any text
	Context   string    `json:",omitempty"` // the dialplan's context in which that happened

	Began    time.Time      `json:",omitzero"` // when its first channel was seen first
	Answered time.Time      `json:",omitzero"` // when two Parties were in a Conversation first; zero if that was not seen
	Ended    time.Time      `json:",omitzero"` // when its last channel ended; zero while one lives
	Cause    asterisk.Cause `json:",omitzero"` // why the Party that it began with has left; zero while it has not
	// Result is how it went for who called, once that is certain: answered when two Parties talk, or, if nobody else was called, the
	// dialplan answers; else, when who called has left, what has become of those who were called.
	Result ami.Result `json:",omitempty"`
	Merged *Merged    `json:",omitempty"` // nil unless another Call goes on in its place
	// Complete: all of it was seen. Where it is false, what is not known is zero. A Call is not complete that began before the
	// model, or that lived while events were lost; nor are two Calls of which a channel of one was said to have joined the
	// other, and ended before Asterisk could be asked whether it had; nor one with more than 1,000 channels, or with more
	// transfers or waits in queues than it keeps.
	Complete bool
}

// Caller is who has called. Number and Name are what they, or their network, have said: text that may be anything, and no
// proof of who they are. Device is what Asterisk knows.
type Caller struct {
	Number string `json:",omitempty"` // the first that the channel had; the Party's is what it has now
	Name   string `json:",omitempty"` // the last that it had
	Device string `json:",omitempty"` // as PJSIP/100; empty where the channel's name does not tell
}

// Merged says that a Call has become part of another one.
type Merged struct {
	Into string   // ID of the Call that goes on
	Legs []string `json:",omitempty"` // UniqueIDs of the channels that it brought along
}

// Party takes part in a [Call]: a phone or a trunk. A Local channel that leads to
// neither is a Party, too, and stands for what the dialplan does there. A Local channel
// between two others is none.
type Party struct {
	ID        string // UniqueID of the channel that it began with
	Channel   string // name of its channel, or of its last one
	UniqueID  string // of that channel
	Device    string `json:",omitempty"` // as PJSIP/100; empty where the channel's name does not tell
	Side      Side   `json:",omitzero"`  // by [Config.Classify]; zero if that does not know
	Number    string `json:",omitempty"` // its caller ID, in the form of [Config.Number]: text that may be anything
	Name      string `json:",omitempty"`
	Agent     string `json:",omitempty"` // of app_agent_pool, whose channel outlives the call
	DialledBy string `json:",omitempty"` // ID of the Party that called it; empty for one that called, or that a manager has called
	PickedUp  string `json:",omitempty"` // ID of the Party whose ringing it took, by a pickup; empty for none
	Dialled   bool   `json:",omitempty"` // it was called, by a Party or by a manager

	Began    time.Time           `json:",omitzero"`
	Ringing  time.Time           `json:",omitzero"` // since when; zero if it did not ring
	Answered time.Time           `json:",omitzero"`
	Held     time.Time           `json:",omitzero"`  // since when it puts the others on hold; zero when it does not
	OnHold   bool                `json:",omitempty"` // another one has put it on hold, see [Channel]
	Left     time.Time           `json:",omitzero"`  // zero while it takes part
	Result   asterisk.DialStatus `json:",omitempty"` // of calling it
	Cause    asterisk.Cause      `json:",omitzero"`  // why it left
	NotSeen  bool                `json:",omitempty"` // it has left, and nobody knows when and why
}

// Conversation is who hears whom.
type Conversation struct {
	Parties    []string // IDs of the Parties of this Call in it, two or more; in a conference one may be alone
	Bridges    []string // IDs of the bridges that connect them
	Conference string   `json:",omitempty"` // the number of a ConfBridge, where other Calls may take part; empty for none
}

// Live reports whether the call goes on.
func (c *Call) Live() bool { return c.Ended.IsZero() && c.Merged == nil }

// Party returns the party with that ID.
func (c *Call) Party(id string) (p Party, ok bool) {
	i := slices.IndexFunc(c.Parties, func(p Party) bool { return p.ID == id })
	if i < 0 {
		return Party{}, false
	}
	return c.Parties[i], true
}

// String is the call in one line.
func (c *Call) String() string {
	l := newLine("call", c.ID)
	for _, p := range c.Parties {
		l.word(p.label())
		switch {
		case !p.Left.IsZero():
			l.mark(true, "left")
		case !p.Answered.IsZero():
			l.mark(true, "up")
		case !p.Ringing.IsZero():
			l.mark(true, "ringing")
		}
	}
	if len(c.Conversations) > 0 {
		l.add("Conversations", strconv.Itoa(len(c.Conversations)))
	}
	if c.Merged != nil {
		l.add("MergedInto", c.Merged.Into)
	}
	l.mark(!c.Ended.IsZero(), "ended")
	l.mark(!c.Complete, "not complete")
	return l.String()
}

func (p *Party) label() string {
	for _, text := range []string{p.Device, p.Number} {
		if text != "" {
			return text
		}
	}
	return p.Channel
}

// equal reports whether nothing has changed. Merged is the last change, so it is not compared.
func (c *Call) equal(other *Call) bool {
	return c.factsEqual(other) && c.Exten == other.Exten && c.Context == other.Context && c.Began.Equal(other.Began) && c.Answered.Equal(other.Answered) &&
		c.Ended.Equal(other.Ended) && c.Cause == other.Cause && c.Complete == other.Complete && c.Merged == other.Merged &&
		slices.Equal(c.Channels, other.Channels) && slices.Equal(c.Parties, other.Parties) &&
		slices.EqualFunc(c.Conversations, other.Conversations, Conversation.equal) &&
		slices.Equal(c.Transfers, other.Transfers) && slices.Equal(c.Queues, other.Queues)
}

func (c Conversation) equal(other Conversation) bool {
	return c.Conference == other.Conference && slices.Equal(c.Parties, other.Parties) && slices.Equal(c.Bridges, other.Bridges)
}
