package ami

import (
	"context"
	"errors"
	"fmt"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

// Ask runs an action that has one value as its answer, and returns that value with
// its type:
//
//	name, err := ami.Ask(ctx, session, action.Getvar{Channel: channel, Variable: "CALLERID(name)"})
//	status, err := ami.Ask(ctx, session, action.CoreStatus{})
//	loaded, err := ami.Ask(ctx, session, action.ModuleCheck{Module: "app_queue.so"})
//
// The actions are Getvar, CoreStatus, CoreSettings, MailboxCount, MailboxStatus,
// ExtensionState, DBGet and ModuleCheck, and your own that are an [action.Asker].
// The method Answer of each says what the value is, and what Asterisk does not
// tell. Errors are those of Session.Do; a response without the value is an error,
// too. With an error the value is zero.
func Ask[A any](ctx context.Context, s Session, a action.Asker[A]) (A, error) {
	var none A
	response, err := s.Do(ctx, a)
	if err != nil {
		var refusal *Error
		if !errors.As(err, &refusal) || refusal.Response == nil {
			return none, err
		}
		response = refusal.Response
	}
	answer, ok := a.Answer(response.Fields, response.Events)
	switch {
	case ok:
		return answer, nil
	case err != nil:
		return none, err
	}
	return none, fmt.Errorf("ami: %s: the response holds no answer of type %T", show.Text(a.ActionName()), none)
}
