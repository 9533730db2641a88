package pbx

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// conference is a room of ConfBridge.
type conference struct {
	*bridge
	announcer string // the channel that plays to all; it is hidden
	users     map[*channel]*participant
	locked    bool
	recorded  bool
}

// confBridgeApp is ConfBridge(room).
func confBridgeApp(t *thread, c *channel, data string) bool {
	name, _, _ := strings.Cut(data, ",")
	if name == "" {
		return false // Asterisk's refuses, too
	}
	c.answer()
	room := c.machine.conference(name)
	if room.locked {
		c.set("CONFBRIDGE_RESULT", "FAILED")
		return !c.hungUp
	}
	room.join(c)
	t.wait(time.Time{}, func() bool { return c.leaves() || room.users[c].kicked })
	room.part(c)
	return !c.hungUp
}

// conference returns the room of a name, which begins with its first participant.
func (m *Machine) conference(name string) *conference {
	for _, room := range m.conferences {
		if room.name == name {
			return room
		}
	}
	room := &conference{bridge: m.newBridge(conferenceBridge, "softmix", "ConfBridge", name), users: make(map[*channel]*participant)}
	room.announcer = fmt.Sprintf("CBAnn/%s-%08x;2", name, m.unreal)
	m.unreal++
	m.made += 2
	room.hidden = 1
	m.conferences = append(m.conferences, room)
	room.describe("ConfbridgeStart", nil).send()
	m.deviceChanged(room.device())
	return room
}

// roomOf is the conference that a channel is in, or nil.
func (m *Machine) roomOf(c *channel) *conference {
	for _, room := range m.conferences {
		if room.bridge == c.bridge {
			return room
		}
	}
	return nil
}

func (room *conference) device() string { return "confbridge:" + room.name }

// describe begins an event of a room, and of one of its participants.
func (room *conference) describe(event string, c *channel) *writing {
	w := room.lines(room.machine.begin(event, "call").add("Conference", room.name), "")
	if c != nil {
		w.channel("", c)
	}
	return w
}

func (room *conference) join(c *channel) {
	user := c.profile.participant()
	room.users[c] = user
	room.enter(c)
	room.tellPeers()
	room.describe("ConfbridgeJoin", c).add("Admin", yesNo(user.admin)).add("Muted", yesNo(user.muted)).send()
}

// part takes a participant out. The room ends with the last.
func (room *conference) part(c *channel) {
	user := room.users[c]
	room.describe("ConfbridgeLeave", c).add("Admin", yesNo(user.admin)).send()
	delete(room.users, c)
	c.set("BRIDGEPEER", "")
	room.leave(c)
	room.tellPeers()
	for _, other := range room.channels {
		other.publish()
	}
	if user.marked && room.marked() == 0 {
		room.lostMarked()
	}
	if len(room.channels) == 0 && !room.destroyed {
		room.end()
	}
	if !user.kicked {
		c.set("CONFBRIDGE_RESULT", "HANGUP")
	}
}

func (room *conference) end() {
	m := room.machine
	room.describe("ConfbridgeEnd", nil).send()
	m.conferences = slices.DeleteFunc(m.conferences, func(other *conference) bool { return other == room })
	room.hidden = 0
	room.destroy()
	m.deviceChanged(room.device())
}

// tellPeers sets for each participant who else is there.
func (room *conference) tellPeers() {
	for _, c := range room.channels {
		all := room.announcer
		for _, other := range room.channels {
			if other != c {
				all += "," + other.name
			}
		}
		c.set("BRIDGEPEER", all)
	}
}
