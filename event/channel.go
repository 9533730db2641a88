package event

import "time"

// Newchannel: a channel was created. Class call.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Events/Newchannel/
type Newchannel struct {
	Base
	ChannelSnapshot
}

// EventName is "Newchannel".
func (Newchannel) EventName() string { return "Newchannel" }

func decodeNewchannel(base Base) Event {
	e := Newchannel{Base: base}
	for key, value := range base.fields.All() {
		e.set(key, value)
	}
	return e
}

// Newstate: the state of a channel changed. Class call.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Events/Newstate/
type Newstate struct {
	Base
	ChannelSnapshot
}

// EventName is "Newstate".
func (Newstate) EventName() string { return "Newstate" }

func decodeNewstate(base Base) Event {
	e := Newstate{Base: base}
	for key, value := range base.fields.All() {
		e.set(key, value)
	}
	return e
}

// NewCallerid: the caller id of a channel changed. Class call.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Events/NewCallerid/
type NewCallerid struct {
	Base
	ChannelSnapshot
	CallingPres     int    // presentation, as a number
	CallingPresText string // the same in words
}

// EventName is "NewCallerid".
func (NewCallerid) EventName() string { return "NewCallerid" }

func decodeNewCallerid(base Base) Event {
	e := NewCallerid{Base: base}
	for key, value := range base.fields.All() {
		if key == "CID-CallingPres" {
			e.CallingPres = number(value)
			e.CallingPresText = unescape(inParentheses(value))
			continue
		}
		e.set(key, value)
	}
	return e
}

// Rename: a channel has a new name, as in a masquerade. Class call.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Events/Rename/
type Rename struct {
	Base
	Channel  string // the name until now
	Newname  string
	Uniqueid string
}

// EventName is "Rename".
func (Rename) EventName() string { return "Rename" }

func decodeRename(base Base) Event {
	e := Rename{Base: base}
	for key, value := range base.fields.All() {
		switch key {
		case "Channel":
			e.Channel = value
		case "Newname":
			e.Newname = value
		case "Uniqueid":
			e.Uniqueid = value
		}
	}
	return e
}

// Hangup: a channel ended. Class call.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Events/Hangup/
type Hangup struct {
	Base
	ChannelSnapshot
	Cause     Cause
	CauseTxt  string // Cause in Asterisk's words
	TechCause string // of the channel's technology; 20.17, 22.7, 23.1 and later
}

// EventName is "Hangup".
func (Hangup) EventName() string { return "Hangup" }

func decodeHangup(base Base) Event {
	e := Hangup{Base: base}
	for key, value := range base.fields.All() {
		switch key {
		case "Cause":
			e.Cause = Cause(number(value))
		case "Cause-txt":
			e.CauseTxt = value
		case "TechCause":
			e.TechCause = value
		default:
			e.set(key, value)
		}
	}
	return e
}

// VarSet: a channel variable, or a global one, was set. Class dialplan.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Events/VarSet/
type VarSet struct {
	Base
	ChannelSnapshot // all zero for a global variable
	Variable        string
	Value           string
}

// EventName is "VarSet".
func (VarSet) EventName() string { return "VarSet" }

func decodeVarSet(base Base) Event {
	e := VarSet{Base: base}
	for key, value := range base.fields.All() {
		switch key {
		case "Variable":
			e.Variable = value
		case "Value":
			e.Value = unescape(value)
		default:
			e.set(key, value)
		}
	}
	if e.Channel == "none" && e.Uniqueid == "none" {
		e.Channel, e.Uniqueid = "", ""
	}
	return e
}

// CoreShowChannel is one channel in the answer to the action CoreShowChannels.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/CoreShowChannels/
type CoreShowChannel struct {
	Base
	ChannelSnapshot
	BridgeID        string // empty when the channel is in no bridge
	Application     string
	ApplicationData string
	Duration        time.Duration // since the channel was created
}

// EventName is "CoreShowChannel".
func (CoreShowChannel) EventName() string { return "CoreShowChannel" }

func decodeCoreShowChannel(base Base) Event {
	e := CoreShowChannel{Base: base}
	for key, value := range base.fields.All() {
		switch key {
		case "BridgeId":
			e.BridgeID = value
		case "Application":
			e.Application = value
		case "ApplicationData":
			e.ApplicationData = value
		case "Duration":
			e.Duration = clock(value)
		default:
			e.set(key, value)
		}
	}
	return e
}
