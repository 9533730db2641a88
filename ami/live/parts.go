package live

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// PartName names one kind of objects of a model, or several that belong together.
type PartName string

// What a model has. Channels, bridges and calls come together.
const (
	PartChannels PartName = "channels"
	PartBridges  PartName = "bridges"
	PartCalls    PartName = "calls"
)

const (
	statusRights = "it needs write= with system, call or reporting"
	bridgeRights = "every user may run it, from Asterisk 12 on"
)

// Part is what is known of one kind of objects.
type Part struct {
	Name PartName
	// Absent: none are shown, because the user may not list them or gets no events of them. There may be some.
	Absent bool
	// Complete: all are shown, and events keep them true.
	Complete bool
	// Missing says in words why it is not complete, and what would make it so.
	Missing []string
	// Listed is when Asterisk listed them last. What no event tells, as the application that a channel runs,
	// is as old as that.
	Listed time.Time
	// Late says in words what else no event tells this user, and the next list does: the next recheck, or Refresh.
	Late []string
}

// String is the part in one line.
func (p Part) String() string {
	text := string(p.Name)
	switch {
	case p.Complete:
		text += ": complete"
	case p.Absent:
		text += fmt.Sprintf(": absent: %q", p.Missing)
	default:
		text += fmt.Sprintf(": not complete: %q", p.Missing)
	}
	if len(p.Late) > 0 {
		text += fmt.Sprintf("; late: %q", p.Late)
	}
	return text
}

// isCore reports whether a part is one of the three that come together.
func (n PartName) isCore() bool { return n == PartChannels || n == PartBridges || n == PartCalls }

// hasChannels reports whether channels, bridges and calls are wanted.
func (c *Config) hasChannels() bool {
	return len(c.Parts) == 0 || slices.ContainsFunc(c.Parts, func(name PartName) bool {
		return name.isCore() || slices.ContainsFunc(designs, func(d *design) bool { return d.name == name && d.channels })
	})
}

// designs returns those of the other parts that are wanted.
func (c *Config) designs() []*design {
	return slices.DeleteFunc(slices.Clone(designs), func(d *design) bool { return len(c.Parts) > 0 && !slices.Contains(c.Parts, d.name) })
}

// check refuses parts that there are not.
func (c *Config) check() error {
	for _, name := range c.Parts {
		if !name.isCore() && !slices.ContainsFunc(designs, func(d *design) bool { return d.name == name }) {
			return fmt.Errorf("live: Config.Parts: %w: there is no part %q", ami.ErrInvalid, name)
		}
	}
	return c.checkVariables()
}

// interest is the events that the parts have a use for.
func (m *Model) interest() event.Filter {
	var all []event.Filter
	if m.config.hasChannels() {
		all = append(all, interest, m.state.asked.events())
	}
	for _, k := range m.state.kept {
		all = append(all, k.events)
		if k.reload != nil {
			all = append(all, event.Of[event.Reload](), event.Of[event.Load](), event.Of[event.Unload]())
		}
	}
	return event.Or(all...)
}

// lists are those that make the picture of some parts; of all for none.
func (m *Model) lists(parts ...PartName) []action.Action {
	var all []action.Action
	has := func(name PartName) bool { return len(parts) == 0 || slices.Contains(parts, name) }
	if m.config.hasChannels() && (has(PartChannels) || has(PartBridges) || has(PartCalls)) {
		all = append(all, action.BridgeList{}, m.state.asked.status())
	}
	for _, k := range m.state.kept {
		if !k.blind && has(k.name) {
			all = append(all, k.lists...)
		}
	}
	return all
}

// then is the lists that an item of a list leads to.
func (m *Model) then(item event.Event) (all []action.Action) {
	for _, k := range m.state.kept { // nobody writes what is read of it
		if l, ok := k.keeper.(leader); ok {
			all = append(all, l.then(item)...)
		}
	}
	return all
}

// Parts tells of each kind of objects that [Config.Parts] wants whether all of them are shown. While the
// session is away, none is complete.
func (m *Model) Parts() []Part {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.parts()
}

func (m *Model) parts() []Part {
	var all []Part
	if m.config.hasChannels() {
		channels := m.channelsPart(m.state.channels.size >= m.config.MaxChannels)
		channels.Absent = m.state.absent || m.state.blind || !m.state.synced
		bridges := m.part(PartBridges, action.ClassCall, bridgeRights, action.BridgeList{})
		bridges.note(m.state.bridges.size >= m.config.MaxBridges || m.state.limits.exceeded, missingRoom)
		bridges.note(m.state.syncing && m.state.lost && !m.state.blind, missingLists)
		calls := channels
		calls.Name = PartCalls
		if !channels.Absent {
			m.late(&channels, action.ClassDialplan, "Context, Exten, Priority, Application, Variables, and the files of Recordings")
			m.late(&calls, action.ClassDialplan, "Exten, Variables, and the files of Recordings")
			calls.note(m.report != nil && m.reads(action.ClassAgent) == ami.ReadableNo, "the Queues of each: the user needs read=agent")
			m.late(&calls, action.ClassAgent, "")
		}
		all = append(all, channels, bridges, calls)
	}
	for _, k := range m.state.kept {
		p := m.part(k.name, k.class, k.needs, k.lists...)
		p.Absent = !k.isShown() || !k.synced
		if k.deeper != nil {
			p.noteFailed(k.deeper.ActionName(), m.state.lists[k.deeper.ActionName()].err, k.needs)
		}
		if k.channels && (m.state.absent || m.state.blind) {
			p.Absent = true
			p.note(true, missingChannels)
		}
		p.note(k.exceeded() || k.channels && m.state.limits.exceeded, missingRoom)
		p.note(k.syncing && k.lost, missingLists)
		if k.late != "" && !p.Absent {
			p.Late = append(p.Late, k.late)
		}
		if k.also != 0 && !p.Absent && m.report != nil && m.reads(k.also) == ami.ReadableNo {
			p.Late = append(p.Late, k.alsoLate)
		}
		if k.reload != nil && !p.Absent && m.report != nil && m.reads(action.ClassSystem) == ami.ReadableNo {
			p.Late = append(p.Late, lateReloads)
		}
		all = append(all, p)
	}
	return all
}

// channelsPart is the part of channels; the caller holds mu.
func (m *Model) channelsPart(full bool) Part {
	p := m.part(PartChannels, action.ClassCall, statusRights, action.Status{})
	p.note(full || m.state.limits.exceeded, missingRoom)
	p.note(m.state.syncing && m.state.lost && !m.state.blind, missingLists)
	return p
}

const (
	missingRoom  = "there are more than the limits in Config"
	missingLists = "events were lost, and it is being listed"
	lateReloads  = "what a reload changes: without read=system nobody tells of reloads"

	missingChannels = "it needs channels, which can't be seen"
)

// note adds what is missing, if it is.
func (p *Part) note(is bool, missing string) {
	if is && !slices.Contains(p.Missing, missing) {
		p.Missing = append(p.Missing, missing)
	}
	p.Complete = len(p.Missing) == 0
}

// noteFailed adds that a list has failed, if it has.
func (p *Part) noteFailed(action string, why error, needs string) {
	if why != nil {
		p.note(true, fmt.Sprintf("the action %s failed (%v): %s", action, why, needs))
	}
}

// late notes what events of a class would tell, if they do not come, and if that is not known.
func (m *Model) late(p *Part, class action.Class, what string) {
	switch {
	case m.report == nil:
	case m.reads(class) == ami.ReadableNo && what != "":
		p.Late = append(p.Late, fmt.Sprintf("%s: the user needs read=%s", what, class))
	case m.reads(class) == ami.ReadableUnknown:
		p.Late = append(p.Late, fmt.Sprintf("perhaps all that events of class %s tell: none has come so far, and only read=%[1]s lets them", class))
	}
}

// part is what lists and rights tell of a part.
func (m *Model) part(name PartName, class action.Class, needs string, lists ...action.Action) Part {
	p := Part{Name: name}
	for i, a := range lists {
		l := m.state.lists[a.ActionName()]
		if i == 0 || l.at.Before(p.Listed) {
			p.Listed = l.at
		}
		p.noteFailed(a.ActionName(), l.err, needs)
	}
	noEvents := m.report != nil && m.reads(class) == ami.ReadableNo
	p.note(p.Listed.IsZero() && !noEvents && len(p.Missing) == 0, "it was not listed so far")
	p.note(m.unknown, "what the user of the new login may see is not known so far")
	p.note(noEvents, fmt.Sprintf("events do not come: the user needs read=%s, and Config.EventMask must not leave %[1]s out", class))
	m.late(&p, class, "")
	return p
}

// reads tells whether events of a class reach the session: what was found out at the beginning, or has been seen since.
func (m *Model) reads(class action.Class) ami.Readable {
	if m.report == nil {
		return ami.ReadableUnknown
	}
	for _, c := range m.report.Events {
		if c.Class == class && c.Readable != ami.ReadableUnknown {
			return c.Readable
		}
	}
	if m.state.heard&class != 0 {
		return ami.ReadableYes
	}
	return ami.ReadableUnknown
}

// hears notes the class of an event.
func (s *state) hears(ev event.Event) {
	privilege, _ := ev.Fields().Lookup("Privilege")
	switch class, _, _ := strings.Cut(privilege, ","); class { // in an item of a list it is Call
	case "call":
		s.heard |= action.ClassCall
	case "agent":
		s.heard |= action.ClassAgent
	case "dialplan":
		s.heard |= action.ClassDialplan
	case "system":
		s.heard |= action.ClassSystem
	}
}

// hasRoom reports whether a tenth of each limit is free.
func (s *state) hasRoom() bool {
	return 10*len(s.legs) < 9*s.limits.channels && 10*len(s.rooms) < 9*s.limits.bridges && 10*s.calls.size < 9*s.limits.calls
}
