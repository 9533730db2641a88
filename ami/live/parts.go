package live

import (
	"fmt"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
)

const statusRights = "it needs write= with system, call or reporting"

// Part is what is known of one kind of objects.
type Part struct {
	Name string // channels, bridges or calls
	// Absent: none are shown, because the user may not list them or gets no events of them. There may be some.
	Absent bool
	// Complete: all are shown, and events keep them true.
	Complete bool
	// Missing says in words why it is not complete, and what would make it so.
	Missing []string
	// Listed is when Asterisk listed them last. What no event tells, as the application that a channel runs,
	// is as old as that.
	Listed time.Time
}

// String is the part in one line.
func (p Part) String() string {
	switch {
	case p.Complete:
		return p.Name + ": complete"
	case p.Absent:
		return fmt.Sprintf("%s: absent: %q", p.Name, p.Missing)
	}
	return fmt.Sprintf("%s: not complete: %q", p.Name, p.Missing)
}

// Parts tells of each kind of objects whether all of them are shown. While the
// session is away, none is complete.
func (m *Model) Parts() []Part {
	m.mu.Lock()
	defer m.mu.Unlock()
	channels := m.part("channels", "Status", statusRights, m.state.channels.size >= m.config.MaxChannels)
	channels.Absent = m.state.absent || m.state.blind || !m.state.synced
	bridges := m.part("bridges", "BridgeList", "every user may run it, from Asterisk 12 on", m.state.bridges.size >= m.config.MaxBridges)
	calls := channels
	calls.Name = "calls"
	return []Part{channels, bridges, calls}
}

// part is what a list and the rights tell of a part.
func (m *Model) part(name, listed, needs string, full bool) Part {
	l := m.state.lists[listed]
	p := Part{Name: name, Listed: l.at}
	switch {
	case l.err != nil:
		p.Missing = append(p.Missing, fmt.Sprintf("the action %s failed (%v): %s", listed, l.err, needs))
	case m.state.blind:
	case l.at.IsZero():
		p.Missing = append(p.Missing, "it was not listed so far")
	case m.state.syncing:
		p.Missing = append(p.Missing, "events were lost, and it is being listed")
	}
	if full || m.state.limits.exceeded {
		p.Missing = append(p.Missing, "there are more than the limits in Config")
	}
	if m.report != nil && m.reads(action.ClassCall) == ami.ReadableNo {
		p.Missing = append(p.Missing, "events do not come: the user needs read=call, and Config.EventMask must not leave call out")
	}
	p.Complete = len(p.Missing) == 0
	return p
}

// reads tells whether events of a class reach the session.
func (m *Model) reads(class action.Class) ami.Readable {
	for _, c := range m.report.Events {
		if c.Class == class {
			return c.Readable
		}
	}
	return ami.ReadableUnknown
}

// hasRoom reports whether a tenth of each limit is free.
func (s *state) hasRoom() bool {
	return 10*len(s.legs) < 9*s.limits.channels && 10*len(s.rooms) < 9*s.limits.bridges && 10*s.calls.size < 9*s.limits.calls
}
