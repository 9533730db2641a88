package live

import (
	"context"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami/action"
)

// Location is a place in the dialplan. It is not checked: Asterisk sends a channel to a place that there is not,
// and the channel ends.
type Location struct {
	Context  string
	Exten    string
	Priority int // 0 means 1
}

// Hangup ends a channel. The cause is what its phone or trunk is told; 0 leaves it to Asterisk. Ending one of two
// Parties mostly ends their call, as the dialplan has it; to be sure of that end each of [Call].Channels.
//
// This command, and all others that take Uniqueids, hits no other channel than the one that the model shows under that
// Uniqueid: see [Channel] and [Party], which have it. If that is doubtful, Asterisk is asked first, for which the user needs
// write=call or reporting. A nil error means that Asterisk has done it. Otherwise the error is one of those of [ami.Session],
// which tell whether it was done: a refusal, as [ami.ErrNoSuchChannel] for a channel that has ended, [ami.ErrNotSent],
// [ami.ErrInvalid], [ami.ErrOutcomeUnknown] or [ami.ErrNoAnswer]. Nothing is sent twice. The user needs write=call or system.
//
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/Hangup/
func (m *Model) Hangup(ctx context.Context, uniqueID string, cause asterisk.Cause) error {
	return m.command(ctx, action.Hangup{Channel: uniqueID, Cause: cause}, uniqueID)
}

// Redirect takes a channel out of its call, and sends it elsewhere in the dialplan. What becomes of the others
// of its call is up to the dialplan: see [Model.RedirectBoth]. Errors are those of [Model.Hangup]. The user needs write=call.
//
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/Redirect/
func (m *Model) Redirect(ctx context.Context, uniqueID string, to Location) error {
	return m.command(ctx, action.Redirect{Channel: uniqueID, Context: to.Context, Exten: to.Exten, Priority: to.Priority}, uniqueID)
}

// RedirectBoth takes two channels out of their call at once, so that neither ends because the other one leaves, and sends
// each elsewhere in the dialplan. It is Redirect otherwise.
func (m *Model) RedirectBoth(ctx context.Context, uniqueID string, to Location, otherID string, otherTo Location) error {
	return m.command(ctx, action.Redirect{Channel: uniqueID, Context: to.Context, Exten: to.Exten, Priority: to.Priority,
		ExtraChannel: otherID, ExtraContext: otherTo.Context, ExtraExten: otherTo.Exten, ExtraPriority: max(1, otherTo.Priority)}, uniqueID, otherID)
}
