package ami

import (
	"github.com/asterisk-go/asterisk-go/event"
)

// Result is what became of an Originate.
type Result string

// The results. All but Answered and Unknown say that nobody talked.
const (
	Answered   Result = "answered"
	Busy       Result = "busy"
	NoAnswer   Result = "no answer"
	Congestion Result = "congestion" // the network had no room for the call
	Rejected   Result = "rejected"   // refused, or nobody there to call; see Outcome.Cause
	Cancelled  Result = "cancelled"  // hung up before the answer, by Call.Hangup or somebody else
	Unknown    Result = "unknown"    // nobody can know; Outcome.Why says why
)

// Outcome is how an Originate ended.
type Outcome struct {
	Result Result
	// Cause is why the channel ended, when that was before an answer and the
	// event was seen; else [event.CauseUnset].
	Cause event.Cause
	// Reason is what OriginateResponse said, when it was seen.
	Reason event.OriginateReason
	// Channel is the name of the channel; empty when none was seen.
	Channel string
	// Why says in words what the other fields can't, for Rejected and Unknown.
	Why string
}

// Answered reports whether somebody answered.
func (o Outcome) Answered() bool { return o.Result == Answered }

// String is the outcome in words, for logs.
func (o Outcome) String() string {
	text := string(o.Result)
	if o.Cause != event.CauseUnset {
		text += " (" + o.Cause.String() + ")"
	}
	if o.Why != "" {
		text += ": " + o.Why
	}
	return text
}

// failed is the outcome of an OriginateResponse that is no success, with the
// cause of the channel's end where there was one.
func failed(reason event.OriginateReason, cause event.Cause) Outcome {
	o := Outcome{Cause: cause, Reason: reason}
	switch reason {
	case event.ReasonBusy:
		o.Result = Busy
	case event.ReasonCongestion:
		o.Result = Congestion
	case event.ReasonRing, event.ReasonRinging:
		o.Result = NoAnswer
	case event.ReasonHangup:
		o.Result = Cancelled
	default:
		o.Result = byCause(cause)
	}
	if o.Result == Rejected && cause == event.CauseUnset {
		o.Why = "no such device or extension, or it can't be reached"
	}
	return o
}

func byCause(cause event.Cause) Result {
	switch cause {
	case event.CauseUserBusy:
		return Busy
	case event.CauseNoUserResponse, event.CauseNoAnswer:
		return NoAnswer
	case event.CauseCongestion, event.CauseFailure, event.CauseSwitchCongestion:
		return Congestion
	}
	return Rejected
}
