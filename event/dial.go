package event

import "strings"

// DialBegin: a channel is being dialled, by another one or by an Originate.
// Class call.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Events/DialBegin/
type DialBegin struct {
	Base
	ChannelSnapshot                 // who dials; zero for an Originate
	Dest            ChannelSnapshot // who is dialled: DestChannel and its like
	DialString      string
}

// EventName is "DialBegin".
func (DialBegin) EventName() string { return "DialBegin" }

func decodeDialBegin(base Base) Event {
	e := DialBegin{Base: base}
	for key, value := range base.fields.All() {
		if key == "DialString" {
			e.DialString = value
		} else if !e.Dest.setPrefixed("Dest", key, value) {
			e.set(key, value)
		}
	}
	return e
}

// DialEnd: a dialled channel was answered, or its dialling ended otherwise.
// Class call.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Events/DialEnd/
type DialEnd struct {
	Base
	ChannelSnapshot                 // who dialled; zero for an Originate
	Dest            ChannelSnapshot // who was dialled: DestChannel and its like
	DialStatus      string          // ANSWER, BUSY, CANCEL, CHANUNAVAIL, CONGESTION, NOANSWER, ...
	Forward         string          // where the call was forwarded to
}

// EventName is "DialEnd".
func (DialEnd) EventName() string { return "DialEnd" }

func decodeDialEnd(base Base) Event {
	e := DialEnd{Base: base}
	for key, value := range base.fields.All() {
		switch key {
		case "DialStatus":
			e.DialStatus = value
		case "Forward":
			e.Forward = value
		default:
			if !e.Dest.setPrefixed("Dest", key, value) {
				e.set(key, value)
			}
		}
	}
	return e
}

// OriginateResponse ends an asynchronous Originate, whose ActionID it carries.
// Class call. It may come before the Newchannel of its own channel.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Events/OriginateResponse/
type OriginateResponse struct {
	Base
	ActionID     string
	Response     string // "Success" or "Failure"
	Channel      string // its name; after a failure as it was asked for
	Context      string
	Exten        string
	Application  string
	Data         string
	Reason       OriginateReason
	Uniqueid     string // after a failure the ChannelId that was asked for, or empty
	CallerIDNum  string // empty when unknown
	CallerIDName string // empty when unknown
}

// EventName is "OriginateResponse".
func (OriginateResponse) EventName() string { return "OriginateResponse" }

func decodeOriginateResponse(base Base) Event {
	e := OriginateResponse{Base: base}
	for key, value := range base.fields.All() {
		switch key {
		case "ActionID":
			e.ActionID = value
		case "Response":
			e.Response = value
		case "Channel":
			e.Channel = value
		case "Context":
			e.Context = value
		case "Exten":
			e.Exten = value
		case "Application":
			e.Application = value
		case "Data":
			e.Data = value
		case "Reason":
			e.Reason = OriginateReason(number(value))
		case "Uniqueid":
			e.Uniqueid = known(value)
		case "CallerIDNum":
			e.CallerIDNum = known(value)
		case "CallerIDName":
			e.CallerIDName = known(value)
		}
	}
	return e
}

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

// inParentheses returns what stands between the first ( and the last ).
func inParentheses(value string) string {
	start, end := strings.IndexByte(value, '('), strings.LastIndexByte(value, ')')
	if start < 0 || end < start {
		return ""
	}
	return value[start+1 : end]
}
