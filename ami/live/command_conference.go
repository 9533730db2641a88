package live

import (
	"context"

	"github.com/asterisk-go/asterisk-go/ami/action"
)

// LockConference lets nobody but administrators join a conference, or everybody again. No event tells that: where the model
// has conferences, they are listed after it, so that [Conference.Locked] is right when LockConference returns, unless ctx ends
// first or the list fails. Errors are those of [Model.Hangup]; a conference that there is not is a refusal. The user needs write=call.
//
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/ConfbridgeLock/
func (m *Model) LockConference(ctx context.Context, name string, locked bool) error {
	var a action.Action = action.ConfbridgeLock{Conference: name}
	if !locked {
		a = action.ConfbridgeUnlock{Conference: name}
	}
	if err := m.command(ctx, a); err != nil {
		return err
	}
	_ = m.Refresh(ctx, PartConferences) // it is locked in any case
	return nil
}
