package event

import "time"

// FullyBooted: all modules of Asterisk are running. It comes once at the end
// of the boot, and right after each login later on. Class system.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Events/FullyBooted/
type FullyBooted struct {
	Base
	Uptime     time.Duration
	LastReload time.Duration // ago
	Status     string
}

// EventName is "FullyBooted".
func (FullyBooted) EventName() string { return "FullyBooted" }

func decodeFullyBooted(base Base) Event {
	e := FullyBooted{Base: base}
	for key, value := range base.fields.All() {
		switch key {
		case "Uptime":
			e.Uptime = seconds(value)
		case "LastReload":
			e.LastReload = seconds(value)
		case "Status":
			e.Status = value
		}
	}
	return e
}

// Shutdown: Asterisk is about to end or restart; the connection will be lost.
// Class system.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Events/Shutdown/
type Shutdown struct {
	Base
	Shutdown string // "Cleanly" or "Uncleanly"
	Restart  bool   // whether it is to come back
}

// EventName is "Shutdown".
func (Shutdown) EventName() string { return "Shutdown" }

func decodeShutdown(base Base) Event {
	return Shutdown{Base: base, Shutdown: base.fields.Get("Shutdown"), Restart: flag(base.fields.Get("Restart"))}
}

// Reload: a module, or all of Asterisk, was reloaded; the connection stays.
// Class system.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Events/Reload/
type Reload struct {
	Base
	Module string // "All" for all of them
	Status int    // 0 when it succeeded
}

// EventName is "Reload".
func (Reload) EventName() string { return "Reload" }

func decodeReload(base Base) Event {
	return Reload{Base: base, Module: base.fields.Get("Module"), Status: number(base.fields.Get("Status"))}
}

// UserEvent was sent by the dialplan or by an action of the same name. Its own
// fields are in Fields, and nothing in it can be trusted more than its sender:
// Asterisk copies line breaks. Class user.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Events/UserEvent/
type UserEvent struct {
	Base
	ChannelSnapshot        // zero when it did not come from the dialplan
	UserEvent       string // the name that its sender gave
}

// EventName is "UserEvent".
func (UserEvent) EventName() string { return "UserEvent" }

func decodeUserEvent(base Base) Event {
	e := UserEvent{Base: base}
	for key, value := range base.fields.All() {
		if key == "UserEvent" {
			e.UserEvent = value
			break // what follows is the sender's, and may be named like a field of the channel
		}
		e.set(key, value)
	}
	return e
}

// Status is one channel in the answer to the action of that name.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/Status/
type Status struct {
	Base
	ChannelSnapshot
	Type         string // the channel's technology
	DNID         string
	TimeToHangup time.Time // when the channel will be hung up; zero when no time is set
	BridgeID     string
	Application  string
	Data         string
	Duration     time.Duration // since the channel was created
	Variable     []string      // name=value, those that the action asked for
}

// EventName is "Status".
func (Status) EventName() string { return "Status" }

func decodeStatus(base Base) Event {
	e := Status{Base: base}
	for key, value := range base.fields.All() {
		switch key {
		case "Type":
			e.Type = value
		case "DNID":
			e.DNID = value
		case "TimeToHangup":
			e.TimeToHangup = unixTime(value)
		case "BridgeID":
			e.BridgeID = value
		case "Application":
			e.Application = value
		case "Data":
			e.Data = value
		case "Seconds":
			e.Duration = seconds(value)
		case "Variable":
			e.Variable = append(e.Variable, value)
		default:
			e.set(key, value)
		}
	}
	return e
}
