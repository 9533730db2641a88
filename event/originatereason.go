package event

// OriginateReason is how an Originate ended: the last control frame of its
// channel (include/asterisk/frame.h, enum ast_control_frame_type).
type OriginateReason int

// The reasons that Asterisk gives.
const (
	ReasonFailure    OriginateReason = 0 // no such extension, number or device
	ReasonHangup     OriginateReason = 1
	ReasonRing       OriginateReason = 2
	ReasonRinging    OriginateReason = 3 // rang until the timeout
	ReasonAnswer     OriginateReason = 4
	ReasonBusy       OriginateReason = 5
	ReasonCongestion OriginateReason = 8
)

// String is the reason in words.
func (r OriginateReason) String() string {
	switch r {
	case ReasonFailure:
		return "failure"
	case ReasonHangup:
		return "hangup"
	case ReasonRing:
		return "ring"
	case ReasonRinging:
		return "ringing"
	case ReasonAnswer:
		return "answer"
	case ReasonBusy:
		return "busy"
	case ReasonCongestion:
		return "congestion"
	}
	return "unknown"
}
