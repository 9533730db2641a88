package ami

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// tracker finds out what becomes of one Call. It runs on a goroutine of its
// own, and nothing else touches it.
type tracker struct {
	call         *Call
	sub          *event.Subscription
	acknowledged bool // Asterisk has answered to the action
	cut          bool // the connection was lost since
	deadline     time.Time
	check        time.Time // when to look for evidence; never before deadline when there is some

	up       bool // the channel was answered
	channel  string
	response *event.OriginateResponse
	hangup   *event.Hangup
}

// run steps from event to event until the outcome is known.
func (t *tracker) run() {
	defer t.sub.Close()
	t.deadline = time.Now().Add(t.call.deadline)
	t.check = time.Now().Add(evidenceAfter)
	for {
		ev, err := t.next()
		switch {
		case err == nil:
			t.take(ev)
			if !t.decided() {
				continue
			}
		case !errors.Is(err, context.DeadlineExceeded):
			if !t.up {
				t.settle(Outcome{Result: Unknown, Channel: t.channel, Why: "the session ended: " + err.Error()})
				return
			}
		case t.ending():
		case time.Now().Before(t.deadline):
			outcome, known := t.lookForEvidence()
			if known {
				t.settle(outcome)
				return
			}
			continue
		default:
			t.settle(t.overdue())
			return
		}
		t.settle(t.conclude())
		return
	}
}

// next waits for an event until something else is to be done.
func (t *tracker) next() (event.Event, error) {
	until := t.deadline
	switch {
	case t.ending():
		until = time.Now().Add(causeGrace)
	case t.check.Before(until):
		until = t.check
	}
	ctx, cancel := context.WithDeadline(context.Background(), until)
	defer cancel()
	return t.sub.Next(ctx)
}

// ending reports whether one of the last two events of the call has come.
func (t *tracker) ending() bool { return t.response != nil || t.hangup != nil }

func (t *tracker) take(ev event.Event) {
	switch e := ev.(type) {
	case event.Newchannel:
		t.sees(e.ChannelSnapshot)
	case event.Newstate:
		t.sees(e.ChannelSnapshot)
	case event.Hangup:
		t.sees(e.ChannelSnapshot)
		t.hangup = &e
	case event.OriginateResponse:
		t.response = &e
	case event.Gap:
		t.cut = true
		t.check = t.deadline
		if e.Reason != event.Disconnected {
			t.lookAgain()
		}
		return
	case event.Connected:
		t.lookAgain()
		return
	default:
		return
	}
	t.check = t.deadline
}

// lookAgain looks the channel up after a gap. One that is not there may still
// be about to begin, so evidence is asked for once more.
func (t *tracker) lookAgain() {
	if !t.lookUp() {
		t.check = time.Now().Add(evidenceAfter)
	}
}

func (t *tracker) sees(c event.ChannelSnapshot) {
	if t.channel == "" {
		close(t.call.appeared)
	}
	t.channel = c.Channel
	t.up = t.up || c.ChannelState == event.StateUp
}

// decided reports whether nothing more is to be learnt. A failure is told
// better with the cause in Hangup, a hangup with the reason in
// OriginateResponse.
func (t *tracker) decided() bool {
	if t.response == nil {
		return t.up && t.cut
	}
	return t.response.Response == "Success" || t.hangup != nil || t.channel == "" ||
		t.response.Reason != event.ReasonFailure
}

// conclude makes the outcome of what was seen.
func (t *tracker) conclude() Outcome {
	cause := event.CauseUnset
	if t.hangup != nil {
		cause = t.hangup.Cause
	}
	var o Outcome
	switch {
	case t.response != nil && t.response.Response == "Success", t.response == nil && t.up:
		o = Outcome{Result: Answered, Reason: event.ReasonAnswer}
	case t.response != nil:
		o = failed(t.response.Reason, cause)
	default: // the channel ended, and OriginateResponse was lost in a gap
		o = Outcome{Result: byCause(cause), Cause: cause}
	}
	if t.call.hangup.Load() && !o.Answered() {
		o.Result, o.Why = Cancelled, ""
	}
	o.Channel = t.channel
	return o
}

func (t *tracker) settle(o Outcome) {
	t.call.outcome = o
	close(t.call.settled)
}

// lookForEvidence finds out why no event of the channel has come: because the
// user does not get events of calls, because the server is slow, or because
// the channel went in a gap.
func (t *tracker) lookForEvidence() (Outcome, bool) {
	t.check = t.deadline
	found := t.lookUp()
	switch {
	case t.cut && found:
		return Outcome{}, false
	case t.cut:
		return t.overdue(), true
	case !t.acknowledged || t.pending() || t.eventsOfCalls() || t.pending():
		return Outcome{}, false
	}
	return Outcome{Result: Unknown, Channel: t.channel,
		Why: "no event of the call came: the user needs read=call in manager.conf, and Config.EventMask must not leave call out"}, true
}

// pending reports whether events of the call came while it was looked up.
func (t *tracker) pending() bool { return t.sub.Stats().Queued > 0 }

// eventsOfCalls waits a little for any event of class call.
func (t *tracker) eventsOfCalls() bool {
	sub := t.call.session.Subscribe(event.Named("Newchannel", "Newstate", "Newexten", "Hangup", "DialBegin", "OriginateResponse"), &SubscribeConfig{Limit: 1})
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
	found := t.lookUp()
	o := Outcome{Result: Unknown, Channel: t.channel}
	switch {
	case t.up:
		return t.conclude()
	case found:
		o.Why = "the channel is there, unanswered, after the time for an answer"
	case t.cut:
		o.Why = "the connection was lost while the call was set up, and its channel is not there any more"
	default:
		o.Why = "no OriginateResponse came within the time for an answer"
	}
	return o
}

// lookUp asks for the channel and takes its state; it reports whether it is there.
func (t *tracker) lookUp() bool {
	ctx, cancel := context.WithTimeout(context.Background(), evidenceAfter)
	defer cancel()
	channels, err := List(ctx, t.call.session, action.CoreShowChannels{})
	for _, c := range channels {
		if c.Uniqueid == t.call.id {
			t.sees(c.ChannelSnapshot)
			return true
		}
	}
	if err == nil {
		return false
	}
	statuses, _ := List(ctx, t.call.session, action.Status{})
	for _, c := range statuses {
		if c.Uniqueid == t.call.id {
			t.sees(c.ChannelSnapshot)
			return true
		}
	}
	return false
}
