package gateway

import (
	"context"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

// start has an Action run, and then calls answer with its Result, on a goroutine of its own. The Action runs to its end whatever
// becomes of the connection.
func (s *session) start(a *message.Action, answer func(result []byte)) {
	g := s.gateway
	if s.waiting.Add(1) > maxWaiting || !g.begin() {
		s.waiting.Add(-1)
		answer(encoded(message.Result{Type: "result", ID: a.ID, Outcome: message.OutcomeUnsent, Reason: "That was too much at once. Try again a little later."}))
		return
	}
	// It ends with the Action, which ends with the gateway or in half a minute; Close waits for it.
	go func() {
		defer g.tasks.Done()
		defer s.waiting.Add(-1)
		answer(encoded(s.perform(g.ctx, a)))
	}()
}

func (s *session) perform(ctx context.Context, a *message.Action) message.Result {
	now := s.standing.Load()
	s.gateway.counts.actions.Add(1)
	return s.gateway.actions.act(ctx, s.gateway.state.actorOf(now.user, now.rights, now.view), *a)
}
