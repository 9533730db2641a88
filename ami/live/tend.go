package live

import (
	"context"
	"errors"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
)

const (
	askingTime  = 250 * time.Millisecond // that may be spent on questions at once
	mostOfOne   = time.Millisecond       // that a question counts for: Asterisk looks three values up, and what it takes beyond is the way to it
	share       = 100                    // one part of the time, at most, goes to questions, and one to rechecks
	answerTime  = 5 * time.Second        // to one question
	housekeeper = 10 * time.Second       // between looks at what is old
)

// tend asks questions, has lists run, and forgets what is old, until ctx ends.
func (m *Model) tend(ctx context.Context) {
	allowance := budget{left: askingTime, at: time.Now()}
	tick := time.NewTicker(housekeeper)
	defer tick.Stop()
	recheck := time.NewTimer(m.firstRecheck())
	defer recheck.Stop()
	var waits []question
	lists := time.NewTimer(0)
	defer lists.Stop()
	for {
		var pause <-chan time.Time
		if len(waits) > 0 {
			pause = time.After(allowance.wait())
		}
		select {
		case <-ctx.Done():
			return
		case <-m.asks:
			m.examineAgain(ctx)
			m.mu.Lock()
			waits = append(waits, m.state.takeQuestions()...)
			m.mu.Unlock()
			lists.Reset(m.listsIn())
		case <-lists.C:
			if in := m.list(ctx); in > 0 {
				lists.Reset(in)
			}
		case <-pause:
			began := time.Now()
			a := m.ask(ctx, waits[0].name)
			allowance.spend(min(time.Since(began), mostOfOne))
			m.answer(waits[0], a)
			waits = waits[1:]
		case <-recheck.C:
			recheck.Reset(m.recheck())
		case <-tick.C:
			m.tidy()
		}
	}
}

// ask asks Asterisk for the Uniqueid, the Linkedid and the state of the channel with a name.
func (m *Model) ask(ctx context.Context, name string) answer {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	var got [3]string
	for i, variable := range []string{"CHANNEL(uniqueid)", "CHANNEL(linkedid)", "CHANNEL(state)"} {
		value, err := ami.Ask(ctx, m.session, action.Getvar{Channel: name, Variable: variable})
		switch {
		case errors.Is(err, ami.ErrNoSuchChannel):
			return answer{}
		case err != nil || value == "":
			return answer{failed: true}
		}
		got[i] = value
	}
	return answer{there: true, uniqueID: got[0], linkedID: got[1], state: got[2]}
}

func (m *Model) answer(q question, a answer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return
	}
	m.state.answered(q, a, time.Now())
	m.publish()
}

// tidy forgets Calls that ended long ago, and has lists run if there is room again for what was left out.
func (m *Model) tidy() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return
	}
	m.state.expire(time.Now().Add(-m.config.KeepEnded))
	m.publish()
	again := m.state.limits.exceeded && m.state.hasRoom()
	for _, k := range m.state.kept {
		again = again || k.exceeded() && k.hasRoom()
	}
	if again && m.rest() <= 0 {
		m.run(false)
	}
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
