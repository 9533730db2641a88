package ami

import (
	"context"
	"iter"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

// Leg is a part of an [Origination].
type Leg int

// The legs. The zero value is neither: a [ProgressGap] is of none.
const (
	// LegFirst is the channel that Originate asks for, in a click-to-call the
	// agent's phone.
	LegFirst Leg = iota + 1
	// LegSecond is a channel that the dialplan of the first one dials, as
	// the customer's. There may be several, at once or one after another.
	LegSecond
)

// String is the leg in words, for logs.
func (l Leg) String() string {
	switch l {
	case LegFirst:
		return "first leg"
	case LegSecond:
		return "second leg"
	}
	return "no leg"
}

// ProgressState is how far a channel has come.
type ProgressState string

// The states, in their order. Each is told once of a channel; any but the last
// may be skipped.
const (
	ProgressDialing    ProgressState = "dialing"
	ProgressEarlyMedia ProgressState = "early media" // the far end sends sound before the answer; before or after ringing
	ProgressRinging    ProgressState = "ringing"
	ProgressAnswered   ProgressState = "answered"
	ProgressEnded      ProgressState = "ended"
	// ProgressGap is no state of a channel: steps are missing here, because the
	// connection was lost, or the loop began or came too late. The steps
	// after it are what Asterisk says of the channels that are there. A
	// channel of the second leg that began and ended in the gap is not told.
	ProgressGap ProgressState = "gap"
)

// Progress is one step of an [Origination]: a channel of it has come to a state.
type Progress struct {
	Leg   Leg
	State ProgressState
	// Channel is the name of the channel and UniqueID its Uniqueid. The name is
	// empty when no channel was seen, as for a device that does not exist.
	Channel, UniqueID string
	// Result is [ResultAnswered] from the answer on. In ProgressEnded of a
	// channel that nobody answered it says why; before that it is empty. That of
	// the first leg is the Result of the [Outcome].
	Result Result
	// Cause is why the channel has ended, in ProgressEnded; else, and when
	// its end was not seen, [asterisk.CauseUnset].
	Cause asterisk.Cause
	// DialStatus is what the dialling application said at the end of a channel
	// of the second leg, from the answer on; empty when it was not seen. It says
	// NOANSWER also of one that was rejected: Result does not.
	DialStatus asterisk.DialStatus
	// Forward is where a phone has sent the call instead of answering, as
	// by a 302 in SIP, in ProgressEnded. The channel that is dialled instead is
	// told of by steps of its own.
	Forward string
	// Why says in words what the other fields can't, for ResultRejected and
	// ResultUnknown.
	Why string
	// Time is when this program got to know.
	Time time.Time
}

// String is the step in words, for logs.
func (p Progress) String() string {
	if p.State == ProgressGap {
		return string(p.State)
	}
	text := p.Leg.String() + " " + string(p.State)
	if p.Channel != "" {
		text += " " + show.Text(p.Channel)
	}
	if p.State == ProgressEnded {
		text += ": " + Outcome{Result: p.Result, Cause: p.Cause, Why: p.Why}.String()
	}
	return text
}

// Progress yields what the channels of the call do, as it happens: first what
// has happened so far, then what follows. A click-to-call is the usual reason: the
// outcome, which [Origination.Wait] returns, is that of the agent's phone,
// and whether the customer answers only the second leg tells.
//
//	for p, err := range call.Progress(ctx) {
//		if err != nil {
//			return err
//		}
//		if p.Leg == ami.LegSecond && p.State == ami.ProgressEnded {
//			log.Print("the customer: ", p.Result)
//		}
//	}
//
// The second leg is each channel that an application of the dialplan dials for
// the first channel: Dial, Queue, FollowMe. Of a Local channel its first half is told, and
// once that is optimized away, the channel that has taken its place.
//
// The loop ends when all channels of both legs have ended. If no channel of
// the second leg was dialled, as for an extension that hangs up at once, there
// is none in it. An error is the last thing that it yields, with a zero
// Progress: the cause of ctx; that of the session's end; or why the progress can't be
// known, as when the user lacks read=call. Leaving the loop does nothing to the call.
//
// Several loops may run at once or one after another, before, during and after Wait;
// each gets all steps. At most the last 256 steps are kept, and those
// of channels that live on. No loop is needed: events are kept for one
// from the Originate on, at most 256, until ten seconds after the outcome, and for ten seconds
// after the last loop was left. A loop that begins later, or one for
// [FindOrigination], begins with a ProgressGap and what Asterisk's list of channels
// tells. So does what follows a lost connection of a [Client].
//
// The user needs read=call, and write=call, reporting or system for the questions
// that are asked where events are no proof: after a gap, and, if the
// ChannelID was not made by Originate, of each answer and end.
func (o *Origination) Progress(ctx context.Context) iter.Seq2[Progress, error] {
	return func(yield func(Progress, error) bool) {
		o.legs.enter()
		defer o.legs.leave()
		for seen := 0; ; {
			steps, changed, err := o.legs.since(&seen)
			for _, p := range steps {
				if !yield(p, nil) {
					return
				}
			}
			switch {
			case len(steps) > 0:
				continue
			case err == errLegsOver:
				return
			case err == nil:
				err = o.legs.await(ctx, seen, changed)
			}
			if err != nil {
				yield(Progress{}, err)
				return
			}
		}
	}
}
