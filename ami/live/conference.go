package live

import (
	"slices"
	"strconv"
	"time"
)

// PartConferences is the conferences of ConfBridge, and who is in them.
const PartConferences PartName = "conferences"

// Conference is a conference of ConfBridge. It is a picture of one moment: do not write to it.
// https://docs.asterisk.org/Latest_API/API_Documentation/Dialplan_Applications/ConfBridge/
type Conference struct {
	Name         string   // its key, mostly a number
	BridgeID     string   `json:",omitempty"` // of its [Bridge]; empty while that is not known
	Participants []string `json:",omitempty"` // UniqueIDs of its [Participant]s, in the order in which they were seen
	Calls        []string `json:",omitempty"` // IDs of the Calls of those, each once: a conference joins no Calls
	Locked       bool     `json:",omitempty"` // only administrators may join; only a list tells, so it is as old as [Part.Listed]
	Muted        bool     `json:",omitempty"` // who joins is muted, unless an administrator; only a list tells
	Recorded     bool     `json:",omitempty"` // it was seen that a recording began, and not that it ended

	Began time.Time `json:",omitzero"` // zero if that was not seen
	Ended time.Time `json:",omitzero"` // only of one that was removed
	// NotSeen: a list did not have it any more, so it has ended, and nobody knows when.
	NotSeen bool `json:",omitempty"`
	// Complete: all of it was seen. Where it is false, a recording may run of which nothing was seen, for no list
	// tells.
	Complete bool
}

// String is the conference in one line.
func (c *Conference) String() string {
	l := newLine("conference", c.Name)
	l.add("Participants", strconv.Itoa(len(c.Participants)))
	l.mark(c.Locked, "locked")
	l.mark(c.Muted, "muted")
	l.mark(c.Recorded, "recorded")
	l.mark(c.NotSeen, "not seen")
	return l.String()
}

func (c *Conference) objectName() string        { return "conference" }
func (c *Conference) subscribedBy() objectKey   { return objectKey{"conference", c.Name} }
func (c *Conference) changed(by *change) Change { return changed(c, by) }

func (c *Conference) equal(other *Conference) bool {
	return c.Name == other.Name && c.BridgeID == other.BridgeID && c.Locked == other.Locked && c.Muted == other.Muted &&
		c.Recorded == other.Recorded && c.Began.Equal(other.Began) && c.Complete == other.Complete &&
		slices.Equal(c.Participants, other.Participants) && slices.Equal(c.Calls, other.Calls)
}

// Participant is a channel in a [Conference]. It is a picture of one moment: do not write to it.
type Participant struct {
	UniqueID   string // its key, that of its [Channel]
	Channel    string // name of that
	CallID     string `json:",omitempty"` // of its [Call]; empty for none
	Conference string // the Name of that
	Admin      bool   `json:",omitempty"` // it may control the conference
	Muted      bool   `json:",omitempty"` // nobody hears it
	// Talking: it was heard to talk. Events tell it where the user's profile has talk_detection_events, else lists alone.
	Talking bool `json:",omitempty"`

	// Listed: the fields below are known. Only a list tells them, so they are as old as [Part.Listed].
	Listed       bool `json:",omitempty"`
	Marked       bool `json:",omitempty"` // a marked user, for whom others may wait
	WaitMarked   bool `json:",omitempty"` // it has to wait for a marked user
	EndMarked    bool `json:",omitempty"` // it leaves with the last marked user
	EndMarkedAny bool `json:",omitempty"` // it leaves with any marked user
	Waiting      bool `json:",omitempty"` // it waits, for the conference has not begun for it

	Joined time.Time `json:",omitzero"` // zero if that was not seen
	Left   time.Time `json:",omitzero"` // only of one that was removed
	// NotSeen: a list did not have it any more, so it has left, and nobody knows when.
	NotSeen bool `json:",omitempty"`
}

// String is the participant in one line.
func (p *Participant) String() string {
	l := newLine("participant", p.Channel)
	l.add("Conference", p.Conference)
	l.add("Call", p.CallID)
	l.mark(p.Admin, "admin")
	l.mark(p.Marked, "marked")
	l.mark(p.Waiting, "waiting")
	l.mark(p.Muted, "muted")
	l.mark(p.Talking, "talking")
	l.mark(p.NotSeen, "not seen")
	return l.String()
}

func (p *Participant) objectName() string        { return "participant" }
func (p *Participant) subscribedBy() objectKey   { return objectKey{"conference", p.Conference} }
func (p *Participant) changed(by *change) Change { return changed(p, by) }
