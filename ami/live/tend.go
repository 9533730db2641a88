package live

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
)

const (
	askingTime  = 250 * time.Millisecond // that may be spent on questions at once
	share       = 100                    // one part of the time, at most, goes to questions, and one to rechecks
	answerTime  = 5 * time.Second        // to one question
	housekeeper = 10 * time.Second       // between looks at what is old
	afterwards  = 200 * time.Millisecond // in which an event may come that makes lists needless
)

// tend asks questions, has lists run, and forgets what is old, until ctx ends.
func (m *Model) tend(ctx context.Context) {
	allowance := budget{left: askingTime, at: time.Now()}
	tick := time.NewTicker(housekeeper)
	defer tick.Stop()
	recheck := time.NewTimer(m.pause())
	defer recheck.Stop()
	var waits []question
	lists := time.NewTimer(0)
	defer lists.Stop()
	due := true // lists has not run out
	for {
		var pause <-chan time.Time
		if len(waits) > 0 {
			pause = time.After(allowance.wait())
		}
		select {
		case <-ctx.Done():
			return
		case <-m.asks:
			m.mu.Lock()
			waits = append(waits, m.state.takeQuestions()...)
			m.mu.Unlock()
			if !due {
				lists.Reset(m.listsIn())
				due = true
			}
		case <-lists.C:
			due = false
			m.list(ctx)
		case <-pause:
			began := time.Now()
			a := m.ask(ctx, waits[0].name)
			allowance.spend(time.Since(began))
			m.answer(waits[0], a)
			waits = waits[1:]
		case <-recheck.C:
			m.refresh(false)
			recheck.Reset(m.pause())
		case <-tick.C:
			m.tidy()
		}
	}
}

// ask asks Asterisk for the Uniqueid and the Linkedid of the channel with a name.
func (m *Model) ask(ctx context.Context, name string) answer {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	var got [2]string
	for i, variable := range []string{"CHANNEL(uniqueid)", "CHANNEL(linkedid)"} {
		value, err := ami.Ask(ctx, m.session, action.Getvar{Channel: name, Variable: variable})
		switch {
		case errors.Is(err, ami.ErrNoSuchChannel):
			return answer{}
		case err != nil || value == "":
			return answer{failed: true}
		}
		got[i] = value
	}
	return answer{there: true, uniqueID: got[0], linkedID: got[1]}
}

func (m *Model) answer(q question, a answer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state.answered(q, a, time.Now())
	m.publish()
}

// tidy forgets Calls that ended long ago, and has lists run if there is room again for what was left out.
func (m *Model) tidy() {
	m.mu.Lock()
	m.state.expire(time.Now().Add(-m.config.KeepEnded))
	m.publish()
	again := m.state.limits.exceeded && m.state.hasRoom()
	for _, k := range m.state.kept {
		again = again || k.exceeded() && k.hasRoom()
	}
	m.mu.Unlock()
	if again {
		m.refresh(false)
	}
}

// listsIn is the time until lists that an event asks for may run.
func (m *Model) listsIn() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	return max(afterwards, m.took*share-time.Since(m.ready)-askingTime)
}

// list has the lists run that events ask for. While others run, the end of these asks again.
func (m *Model) list(ctx context.Context) {
	m.mu.Lock()
	wanted := m.state.wants()
	m.mu.Unlock()
	if len(wanted) > 0 && m.refresh(false, wanted...) {
		m.mu.Lock()
		m.state.wanted = slices.DeleteFunc(m.state.wanted, func(name PartName) bool { return slices.Contains(wanted, name) })
		m.state.unsure = slices.DeleteFunc(m.state.unsure, func(name PartName) bool { return slices.Contains(wanted, name) })
		m.mu.Unlock()
		m.readWrapup(ctx, wanted...)
	}
}

// pause is the time to the next recheck.
func (m *Model) pause() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.config.Recheck < 0 {
		return 1 << 62
	}
	return max(m.config.Recheck, share*m.took)
}

// refresh has the lists of some parts run, of all for none, unless lists run. The state must not begin a generation
// while a list of an earlier one runs.
func (m *Model) refresh(force bool, parts ...PartName) (began bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.state.isSyncing() {
		return false
	}
	lists := m.state.renewParts(m.lists(parts...), force)
	if len(lists) == 0 {
		return true
	}
	m.began = time.Now()
	_ = ami.Refresh(m.sub, lists...) // it fails only for a hub that is no session's, and then there was no snapshot
	return true
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

// budget is how much time may be spent.
type budget struct {
	left time.Duration
	at   time.Time
}

// spend takes off what was spent, and adds what has come in since.
func (b *budget) spend(d time.Duration) {
	now := time.Now()
	b.left = min(b.left+now.Sub(b.at)/share, askingTime) - d
	b.at = now
}

// wait is the time until there is something left.
func (b *budget) wait() time.Duration {
	left := b.left + time.Since(b.at)/share
	return max(0, -left*share)
}
