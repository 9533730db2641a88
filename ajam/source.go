package ajam

import (
	"context"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/session"
)

// source is an httpSession as the snapshots of subscriptions see it.
type source struct{ *httpSession }

func (s source) Identity() session.Identity {
	return session.Identity{User: s.config.Username, Version: s.Version(), EventMask: s.config.Mask(),
		Booted: s.booted.Load(), AwaitBoot: !s.config.AcceptBooting}
}

// Lists runs one list after another. The barrier is the end of a poll that begins
// after them: it brings all events from before.
func (s source) Lists(ctx context.Context, lists []action.Action, barrier bool, take func(list int, item event.Raw) bool) (errs []error, past error) {
	errs = make([]error, len(lists))
	for i, a := range lists {
		_, errs[i] = s.do(ctx, a, s.config.ListLimits(), func(item event.Raw) bool {
			s.gate.Lock()
			defer s.gate.Unlock()
			return s.over || take(i, item)
		})
	}
	if barrier && !s.config.Mask().Off() {
		past = s.polls.wait(ctx, s.life)
	}
	return errs, past
}
