package gateway

import (
	"context"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

// start has an Action run, and then calls answer with its Result, on a goroutine of its own. The Action runs to its end whatever
// becomes of the connection.
func (s *session) start(a *message.Action, answer func(result []byte)) {
	g := s.gateway
	// It ends with the Action, which ends with the gateway or in half a minute; Close waits for it.
	run := func() {
		defer s.waiting.Add(-1)
		answer(encoded(s.perform(g.ctx, a)))
	}
	if s.waiting.Add(1) <= maxWaiting && g.spawn(run) {
		return
	}
	s.waiting.Add(-1)
	answer(encoded(message.Result{Type: "result", ID: a.ID, Outcome: message.OutcomeUnsent, Reason: "That was too much at once. Try again a little later."}))
}

func (s *session) perform(ctx context.Context, a *message.Action) message.Result {
	now := s.standing.Load()
	s.gateway.counts.actions.Add(1)
	return s.gateway.actions.act(ctx, s.gateway.state.actorOf(now.user, now.rights, now.view), *a)
}
