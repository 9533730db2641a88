package live

import (
	"slices"
	"strconv"

	"github.com/asterisk-go/asterisk-go/event"
)

// Bridge is where channels hear each other, or wait. It is a picture of one moment,
// which nothing changes: do not write to it.
type Bridge struct {
	ID         string
	Type       string   // basic, stasis, parking, agent_hold, or base: a conference, or where BridgeWait waits
	Technology string   `json:",omitempty"` // as simple_bridge, when it was made or listed last
	Creator    string   `json:",omitempty"`
	Name       string   `json:",omitempty"` // of a conference its number
	Channels   []string `json:",omitempty"` // UniqueIDs of its channels, in the order in which they came
}

// Joins reports whether the channels of this bridge get one Linkedid: whether it
// makes one Call of those that meet in it.
func (b *Bridge) Joins() bool {
	return b.Type == "basic" || b.Type == "stasis" && b.Technology != holdingTechnology
}

// Talks reports whether its channels hear each other, which they do not where they
// wait: parked, as agents, or in BridgeWait.
func (b *Bridge) Talks() bool { return b.Joins() || b.isConference() }

// isConference reports whether it is the bridge of a conference.
func (b *Bridge) isConference() bool { return b.Type == "base" && b.Technology != holdingTechnology }

const (
	holdingTechnology = "holding_bridge"
	agentHold         = "agent_hold"
)

// String is the bridge in one line.
func (b *Bridge) String() string {
	l := newLine("bridge", b.ID)
	l.add("Type", b.Type)
	l.add("Name", b.Name)
	l.add("Channels", strconv.Itoa(len(b.Channels)))
	return l.String()
}

func (b *Bridge) equal(other *Bridge) bool {
	return b.ID == other.ID && b.Type == other.Type && b.Technology == other.Technology && b.Creator == other.Creator &&
		b.Name == other.Name && slices.Equal(b.Channels, other.Channels)
}

func (b *Bridge) take(s *event.BridgeSnapshot) {
	b.Type, b.Technology, b.Creator, b.Name = s.BridgeType, s.BridgeTechnology, s.BridgeCreator, s.BridgeName
}
