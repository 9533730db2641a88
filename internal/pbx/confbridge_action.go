package pbx

import (
	"fmt"
	"slices"
)

// ConfbridgeKick has a participant leave a conference; all stands for everybody.
func (m *Machine) ConfbridgeKick(conference, name string) error {
	room, err := m.conferenceOf(conference)
	if err != nil {
		return err
	}
	found := false
	for _, c := range slices.Clone(room.channels) {
		if name == "all" || c.name == name {
			found = true
			room.kick(c)
		}
	}
	if !found {
		return fmt.Errorf("%w: %s in %s", ErrNotInvited, name, conference)
	}
	return nil
}

// kick takes a participant out of the bridge. Its thread tells the rest.
func (room *conference) kick(c *channel) {
	room.users[c].kicked = true
	c.set("CONFBRIDGE_RESULT", "KICKED")
	c.wake()
}

// ConfbridgeMute mutes a participant, or ends that; all stands for everybody, and participants for those who are no administrators.
func (m *Machine) ConfbridgeMute(conference, channel string, muted bool) error {
	room, err := m.conferenceOf(conference)
	if err != nil {
		return err
	}
	found := false
	for _, c := range room.channels {
		user := room.users[c]
		if channel != "all" && (channel != "participants" || user.admin) && c.name != channel {
			continue
		}
		found, user.muted = true, muted
		room.describe(map[bool]string{true: "ConfbridgeMute", false: "ConfbridgeUnmute"}[muted], c).add("Admin", yesNo(user.admin)).send()
	}
	if !found {
		return fmt.Errorf("%w: %s in %s", ErrNotInvited, channel, conference)
	}
	return nil
}

// ConfbridgeRecord records a conference, or ends that.
func (m *Machine) ConfbridgeRecord(conference string, on bool) error {
	room, err := m.conferenceOf(conference)
	switch {
	case err != nil:
		return err
	case room.recorded == on:
		return ErrRecorded
	}
	if room.recorded = on; on {
		room.describe("ConfbridgeRecord", nil).send()
		room.hidden++ // the channel that records
		m.made++
		return nil
	}
	room.describe("ConfbridgeStopRecord", nil).send()
	room.hidden--
	return nil
}

// ConfbridgeLock keeps others out of a conference, or ends that. No event tells of it.
func (m *Machine) ConfbridgeLock(conference string, locked bool) error {
	room, err := m.conferenceOf(conference)
	if err == nil {
		room.locked = locked
	}
	return err
}

func (m *Machine) conferenceOf(name string) (*conference, error) {
	for _, room := range m.conferences {
		if room.name == name {
			return room, nil
		}
	}
	return nil, fmt.Errorf("%w: %s", ErrNoConference, name)
}
