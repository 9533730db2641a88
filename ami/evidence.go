package ami

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami/action"
)

// lookForEvidence finds out why no event of the channel has come: because the
// user does not get events of calls, because the server is slow, or because
// the channel went in a gap.
func (t *tracker) lookForEvidence() (Outcome, bool) {
	t.check = t.deadline
	found, asked := t.lookUp()
	switch {
	case t.cut && found:
		return Outcome{}, false
	case t.cut && !asked:
		t.check = time.Now().Add(evidenceAfter) // the session is not ready yet
		return Outcome{}, false
	case t.cut:
		return t.overdue(), true
	case !t.acknowledged || t.pending() || t.eventsOfCalls() || t.pending():
		return Outcome{}, false
	}
	return Outcome{Result: ResultUnknown, Channel: t.name,
		Why: "no event of the call came: the user needs read=call in manager.conf, and Config.EventMask must not leave call out"}, true
}

// pending reports whether events of the call came while it was looked up.
func (t *tracker) pending() bool { return t.sub.Stats().Queued > 0 }

// eventsOfCalls waits a little for any event of class call.
func (t *tracker) eventsOfCalls() bool {
	sub := t.origination.session.Subscribe(ofCalls, &SubscribeConfig{Limit: 1})
	defer sub.Close()
	ctx, cancel := context.WithTimeout(context.Background(), evidenceProbe)
	defer cancel()
	for ev := range sub.All(ctx) {
		if strings.Contains(ev.Fields().Get("Privilege"), "call") {
			return true
		}
	}
	return false
}

// overdue is the outcome when nothing more is to be expected.
func (t *tracker) overdue() Outcome {
	found, asked := t.lookUp()
	o := Outcome{Result: ResultUnknown, Channel: t.name}
	switch {
	case t.up:
		return t.conclude()
	case found:
		o.Why = "the channel is there, unanswered, after the time for an answer"
	case t.cut && !asked:
		o.Why = "the connection was lost while the call was set up, and its channel could not be looked up since"
	case t.cut:
		o.Why = "the connection was lost while the call was set up, and its channel is not there any more"
	default:
		o.Why = "no OriginateResponse came within the time for an answer"
	}
	return o
}

// lookUp asks for the channel and takes its state: whether it is there, and
// whether Asterisk has said so. Status asks the channel itself, and more users
// may run it than CoreShowChannels.
func (t *tracker) lookUp() (found, asked bool) {
	ctx, cancel := context.WithTimeout(context.Background(), evidenceAfter)
	defer cancel()
	channels, err := List(ctx, t.origination.session, action.Status{Channel: t.origination.id})
	if len(channels) == 0 {
		return false, err == nil || errors.Is(err, ErrNoSuchChannel)
	}
	c := channels[0] // more are lines of a value in it: Asterisk knows one channel by that ID
	t.sees(c.ChannelSnapshot)
	t.up = t.up || c.ChannelState == asterisk.ChannelUp
	t.sure = true
	t.bind(c.Channel)
	return true, true
}
