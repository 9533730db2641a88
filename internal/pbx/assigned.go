package pbx

import (
	"fmt"
	"strconv"
	"strings"
)

// assigned is Uniqueids that managers have chosen for channels, and how many channels there were before each.
type assigned struct {
	next []string // those of the channels that are made next
	made map[string]int
}

// assign has the next channels have Uniqueids that a manager has chosen; empty ones are the machine's. It fails if a channel has one already.
func (m *Machine) assign(ids ...string) error {
	for _, id := range ids {
		if id == "" {
			continue
		}
		for c := range m.channels.all() {
			if c.uniqueID == id {
				return fmt.Errorf("%w: another one has the Uniqueid %s", ErrNoChannel, id)
			}
		}
	}
	m.assigned.next = ids
	return nil
}

// uniqueIDOf is the Uniqueid of a channel that is made.
func (m *Machine) uniqueIDOf() string {
	id := ""
	if len(m.assigned.next) > 0 {
		id, m.assigned.next = m.assigned.next[0], m.assigned.next[1:]
	}
	if id == "" {
		return strconv.FormatInt(m.now.Unix(), 10) + "." + strconv.Itoa(m.made)
	}
	m.forgetAssigned()
	if m.assigned.made == nil {
		m.assigned.made = make(map[string]int)
	}
	m.assigned.made[id] = m.made
	return id
}

// forgetAssigned forgets those that no channel has any more, once they are many.
func (m *Machine) forgetAssigned() {
	if len(m.assigned.made) < 1000+4*m.channels.len() {
		return
	}
	kept := make(map[string]int)
	for c := range m.channels.all() {
		for _, id := range []string{c.uniqueID, c.linkedID} {
			if made, ok := m.assigned.made[id]; ok {
				kept[id] = made
			}
		}
	}
	m.assigned.made = kept
}

// older compares the channels of two Uniqueids, whichever text these are.
func (m *Machine) older(a, b string) bool { return m.madeBefore(a) < m.madeBefore(b) }

// madeBefore is how many channels there were before the one of a Uniqueid.
func (m *Machine) madeBefore(id string) int {
	if made, ok := m.assigned.made[id]; ok {
		return made
	}
	_, number, _ := strings.Cut(id, ".")
	made, _ := strconv.Atoi(number) // it is ours
	return made
}
