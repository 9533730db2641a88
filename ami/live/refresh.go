package live

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/session"
)

// rest is the time until lists may run again by themselves: a hundred times what the last run took. It is negative once that is over.
// The caller holds mu.
func (m *Model) rest() time.Duration { return time.Until(m.ready.Add(share * m.took)) }

// listsIn is the time until lists that an event asks for may run.
func (m *Model) listsIn() time.Duration {
	_, in := m.wanted()
	return in
}

// wantedIn is the same for a caller that holds mu.
func (m *Model) wantedIn() time.Duration {
	return max(0, time.Until(m.state.wantedSpan.due()), m.rest())
}

// list has the lists run that events ask for, or returns when it will be time. While others run, the end of these asks again.
func (m *Model) list(ctx context.Context) (in time.Duration) {
	parts, in := m.wanted()
	if len(parts) > 0 && in == 0 && m.refresh(true, parts...) {
		m.readWrapup(ctx, parts...)
	}
	return in
}

// wanted returns the parts whose lists events ask for, and in what time these may run.
func (m *Model) wanted() (parts []PartName, in time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if parts = m.state.wants(); len(parts) > 0 {
		in = m.wantedIn()
	}
	return parts, in
}

// firstRecheck is the time from the begin to the first recheck.
func (m *Model) firstRecheck() time.Duration {
	if m.config.Recheck < 0 {
		return 1 << 62
	}
	return m.config.Recheck
}

// recheck has all lists run, if it is time, and returns when the next one is due.
func (m *Model) recheck() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch rest := m.rest(); {
	case rest > 0:
		return rest
	case !m.run(false): // others run
		return min(m.config.Recheck, housekeeper)
	}
	return m.config.Recheck
}

// refresh is run for a caller that does not hold mu.
func (m *Model) refresh(force bool, parts ...PartName) (began bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.run(force, parts...)
}

// run has the lists of some parts run, of all for none, unless lists run. The state must not begin a generation
// while a list of an earlier one runs. The caller holds mu.
func (m *Model) run(force bool, parts ...PartName) (began bool) {
	if m.state.isSyncing() {
		return false
	}
	m.state.served(parts)
	m.open(parts)
	lists := m.state.renewParts(m.lists(parts...), force)
	if len(lists) == 0 {
		return true
	}
	m.began = time.Now()
	if of, ok := session.Of(m.sub); ok { // else there was no snapshot
		m.running, m.request = lists, of.Refresh(m.sub, lists)
	}
	return true
}

// follows returns the lists that run after a Synced: those that a Gap before it asks for, or those of a run that it does not answer.
// The caller holds mu.
func (m *Model) follows(e event.Synced) []action.Action {
	of, ok := session.Of(m.sub)
	if !ok {
		return nil
	}
	switch number, more := of.Served(e); {
	case more:
		return m.lists()
	case number < m.request:
		return m.running
	}
	return nil
}

// Refresh has Asterisk list some parts, all of them for none, and returns when that is in the View. Nobody needs it
// for what events tell; [Config.Recheck] does the same now and then. If ctx ends first, the
// lists go on. It is an error if the model has no such part, or can't see it for lack of events.
func (m *Model) Refresh(ctx context.Context, parts ...PartName) error {
	if err := m.unseen(parts); err != nil {
		return err
	}
	m.readWrapup(ctx, parts...)
	done := func() bool { return !m.state.isSyncing() }
	for !m.refresh(true, parts...) {
		if err := m.await(ctx, done); err != nil {
			return err
		}
	}
	return m.await(ctx, done)
}

// unseen is an error if a part is not there, or no events of it come.
func (m *Model) unseen(parts []PartName) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return m.err
	}
	all := m.parts()
	for _, name := range parts {
		i := slices.IndexFunc(all, func(p Part) bool { return p.Name == name })
		if i < 0 {
			return fmt.Errorf("live: %w: the model has no part %q", ami.ErrInvalid, name)
		}
		if m.isBlind(name) {
			return fmt.Errorf("live: %s can't be seen: %q", name, all[i].Missing)
		}
	}
	if len(parts) == 0 && !slices.ContainsFunc(all, func(p Part) bool { return !m.isBlind(p.Name) }) {
		return m.cannotSee()
	}
	return nil
}

// isBlind reports whether no events of a part come; the caller holds mu.
func (m *Model) isBlind(name PartName) bool {
	for _, k := range m.state.kept {
		if k.name == name {
			return k.blind
		}
	}
	return m.state.blind
}
