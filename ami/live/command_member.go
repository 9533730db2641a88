package live

import (
	"context"

	"github.com/asterisk-go/asterisk-go/ami/action"
)

// AddMember adds a member to a queue; the Interface is its key there, as PJSIP/100. Errors are those of
// [Model.Hangup]: of a queue that there is not [ami.ErrNoSuchQueue], of a member that is there [ami.ErrAlreadyExists]. The user
// needs write=agent.
//
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/QueueAdd/
func (m *Model) AddMember(ctx context.Context, member action.QueueAdd) error {
	return m.command(ctx, member)
}

// RemoveMember removes a member from a queue. One of queues.conf comes back with the next reload. Errors are those of
// [Model.Hangup], and [ami.ErrNoSuchQueue] and [ami.ErrNoSuchMember]. The user needs write=agent.
//
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/QueueRemove/
func (m *Model) RemoveMember(ctx context.Context, queue, iface string) error {
	return m.command(ctx, action.QueueRemove{Queue: queue, Interface: iface})
}

// PauseMember pauses a member in a queue, in all of its queues if that is empty, or no longer. The reason may be empty;
// wallboards and reports show it. Errors are those of [Model.Hangup], and [ami.ErrNoSuchMember]. The user needs write=agent.
//
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/QueuePause/
func (m *Model) PauseMember(ctx context.Context, queue, iface string, paused bool, reason string) error {
	return m.command(ctx, action.QueuePause{Queue: queue, Interface: iface, Paused: paused, Reason: reason})
}
