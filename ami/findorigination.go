package ami

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami/action"
)

// FindOrigination returns the handle of a call that was begun by [Originate] before this program was
// restarted, by its ChannelID, which the program has kept. It tells what Asterisk knows:
//
//   - The channel is up: the outcome is [ResultAnswered].
//   - The channel is there and not up: the outcome is what becomes of it, as for Originate. No time limit
//     of ours ends the waiting, for the Timeout of the Originate is not known any more.
//   - There is no such channel: the outcome is [ResultUnknown], with the reason in Why. The
//     call may have been answered and have ended, have ended unanswered, or never have begun. If it was to a Local
//     channel that Asterisk has optimized away, it may also go on without its ChannelID; /n at the end of the
//     Channel of the Originate prevents that.
//
// [Origination.Progress] tells of the channels that are there, and what they do from now on. Hangup
// of a call whose channel is gone returns [ErrNoSuchChannel].
//
// An error means that Asterisk did not say, and the handle is nil: the session's, that of ctx, or
// [ErrPermissionDenied]. The user needs write=call, reporting or system, and read=call. The channel is asked for
// more often than after Originate: events with a ChannelID that was stored somewhere prove
// nothing.
func FindOrigination(ctx context.Context, s Session, channelID string) (*Origination, error) {
	if channelID == "" {
		return nil, fmt.Errorf("ami: find a call: no ChannelID: %w", ErrInvalid)
	}
	o := newOrigination(s, channelID)
	o.deadline = math.MaxInt64
	t := newTracker(o)
	t.acknowledged = true
	channels, err := List(ctx, s, action.Status{Channel: channelID})
	switch {
	case err != nil && !errors.Is(err, ErrNoSuchChannel):
		t.sub.Close()
		return nil, fmt.Errorf("ami: find call %s: %w", channelID, err)
	case len(channels) == 0 || channels[0].UniqueID != channelID:
		t.sub.Close()
		o.decide(Outcome{Result: ResultUnknown, Why: "no channel has the ChannelID " + channelID + ": the call has ended, or never began"})
		return o, nil
	}
	c := channels[0].ChannelSnapshot
	t.sees(c)
	if c.ChannelState == asterisk.ChannelUp {
		t.sub.Close()
		o.decide(Outcome{Result: ResultAnswered, Channel: c.Channel})
		return o, nil
	}
	t.sure = true
	t.bind(c.Channel)
	t.start()
	return o, nil
}
