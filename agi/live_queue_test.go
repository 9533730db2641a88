package agi_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

const queues = `
[answered]
joinempty = yes
member => Local/answer@outcome,0,Ann

[brief]
joinempty = yes
member => Local/answer-short@outcome,0,Ann

[unanswered]
joinempty = yes
context = keys
member => Local/noanswer@outcome,0,Bea
`

// A caller who gives up waiting is not one who was served.
func TestLiveQueueEnds(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			p := newPBX(t, lab.Start(t, v, &lab.Config{Append: map[string]string{
				"queues.conf": queues, "extensions.conf": "\n[keys]\nexten => 1,1,Hangup()\n",
			}}))
			for _, c := range []struct {
				queue string
				leave string // the event of the caller's channel after which it hangs up
				key   string // that it presses then instead
				want  agi.QueueEnd
			}{
				{"brief", "", "", agi.QueueServed},
				{"answered", "BridgeEnter", "", agi.QueueServed},
				{"unanswered", "QueueCallerJoin", "", agi.QueueAbandoned},
				{"unanswered", "QueueCallerJoin", "1", agi.QueueKey},
			} {
				_ = p.call(t, func(ctx context.Context, s *agi.Session) error {
					if _, err := s.Queue(ctx, "unanswered", "", "", "", "1"); err != nil { // leaves variables behind
						t.Error(err)
					}
					var leave action.Action = action.Hangup{Channel: s.Env.Channel}
					if c.key != "" {
						leave = action.PlayDTMF{Channel: farHalf(s), Digit: c.key}
					}
					left := func() {}
					if c.leave != "" {
						left = p.at(t, s, c.leave, leave)
					}
					got, err := s.Queue(ctx, c.queue)
					left()
					hangup := c.leave != "" && c.key == ""
					if got != c.want || errors.Is(err, agi.ErrHangup) != hangup || err != nil && !hangup {
						t.Errorf("Queue(%s), at %q: %q, %v, want %q", c.queue, c.leave, got, err, c.want)
					}
					return nil
				})
			}
		})
	}
}

// hangUpAt hangs the channel of s up once it has an event of that name. The
// function that it returns waits for that.
func (p pbx) hangUpAt(t *testing.T, s *agi.Session, name string) (wait func()) {
	t.Helper()
	return p.at(t, s, name, action.Hangup{Channel: s.Env.Channel})
}

// at runs an action once the channel of s has an event of that name.
func (p pbx) at(t *testing.T, s *agi.Session, name string, a action.Action) (wait func()) {
	t.Helper()
	ctx := deadline(t)
	come := p.ami.Subscribe(event.And(event.Named(name), event.Where("Channel", s.Env.Channel)), nil)
	var done sync.WaitGroup
	// Ends with the action; the caller waits for it.
	done.Go(func() {
		defer come.Close()
		if _, err := come.Next(ctx); err != nil {
			t.Error(err)
		}
		if _, err := p.ami.Do(ctx, a); err != nil {
			t.Error(err)
		}
	})
	return done.Wait
}
