package ami

import (
	"context"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/session"
)

// source is a Conn as the snapshots of subscriptions see it.
type source struct{ *Conn }

func (s source) Identity() session.Identity {
	return session.Identity{User: s.config.Username, Version: s.version, EventMask: session.EventMask(s.config.EventMask),
		Booted: s.booted.Load(), AwaitBoot: !s.config.AcceptBooting}
}

// Lists sends all lists at once: Asterisk runs them one after another. The barrier
// is a Ping right after them: Asterisk sends the events that it had queued before a
// list after that list, but before the Ping's answer.
func (s source) Lists(ctx context.Context, lists []action.Action, barrier bool, take func(list int, item event.Raw) bool) (errs []error, past error) {
	errs = make([]error, len(lists))
	started := make([]*session.Action, len(lists))
	for i, a := range lists {
		started[i] = s.newAction(a, s.config.ListLimits(), func(item event.Raw) bool { return take(i, item) })
		errs[i] = s.start(ctx, started[i], a)
	}
	ping := s.newAction(action.Ping{}, s.config.ListLimits(), nil)
	if barrier {
		past = s.start(ctx, ping, action.Ping{})
	}
	for i := range lists {
		if errs[i] == nil {
			_, errs[i] = s.pending.Await(ctx, started[i])
		}
	}
	if barrier && past == nil {
		_, past = s.pending.Await(ctx, ping)
	}
	return errs, past
}
