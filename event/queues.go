package event

import "time"

// QueueParams is a queue in the answer to the action QueueStatus.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Events/QueueParams/
type QueueParams struct {
	Base
	Queue             string
	Max               int // callers that may wait, 0 for no limit
	Strategy          string
	Calls             int           // callers that wait now
	Holdtime          time.Duration // average of the waiting
	TalkTime          time.Duration // average of the talking
	Completed         int
	Abandoned         int
	ServiceLevel      time.Duration
	ServicelevelPerf  float64 // percent
	ServicelevelPerf2 float64 // percent
	Weight            int
}

// EventName is "QueueParams".
func (QueueParams) EventName() string { return "QueueParams" }

func decodeQueueParams(base Base) Event {
	e := QueueParams{Base: base}
	for key, value := range base.fields.All() {
		switch key {
		case "Queue":
			e.Queue = value
		case "Max":
			e.Max = number(value)
		case "Strategy":
			e.Strategy = value
		case "Calls":
			e.Calls = number(value)
		case "Holdtime":
			e.Holdtime = seconds(value)
		case "TalkTime":
			e.TalkTime = seconds(value)
		case "Completed":
			e.Completed = number(value)
		case "Abandoned":
			e.Abandoned = number(value)
		case "ServiceLevel":
			e.ServiceLevel = seconds(value)
		case "ServicelevelPerf":
			e.ServicelevelPerf = decimal(value)
		case "ServicelevelPerf2":
			e.ServicelevelPerf2 = decimal(value)
		case "Weight":
			e.Weight = number(value)
		}
	}
	return e
}

// QueueMember is an agent of a queue in the answer to the action QueueStatus.
type QueueMember struct {
	Base
	Queue          string
	Name           string
	Location       string // the interface that is dialled
	StateInterface string
	Membership     string // "static", "dynamic" or "realtime"
	Penalty        int
	CallsTaken     int
	LastCall       time.Time // zero for never
	LastPause      time.Time // zero for never
	LoginTime      time.Time // zero when Asterisk does not say
	InCall         bool
	Status         int // device state
	Paused         bool
	PausedReason   string
	Wrapuptime     time.Duration
}

// EventName is "QueueMember".
func (QueueMember) EventName() string { return "QueueMember" }

func decodeQueueMember(base Base) Event {
	e := QueueMember{Base: base}
	for key, value := range base.fields.All() {
		switch key {
		case "Queue":
			e.Queue = value
		case "Name":
			e.Name = value
		case "Location":
			e.Location = value
		case "StateInterface":
			e.StateInterface = value
		case "Membership":
			e.Membership = value
		case "Penalty":
			e.Penalty = number(value)
		case "CallsTaken":
			e.CallsTaken = number(value)
		case "LastCall":
			e.LastCall = unixTime(value)
		case "LastPause":
			e.LastPause = unixTime(value)
		case "LoginTime":
			e.LoginTime = unixTime(value)
		case "InCall":
			e.InCall = flag(value)
		case "Status":
			e.Status = number(value)
		case "Paused":
			e.Paused = flag(value)
		case "PausedReason":
			e.PausedReason = value
		case "Wrapuptime":
			e.Wrapuptime = seconds(value)
		}
	}
	return e
}

// QueueEntry is a waiting caller in the answer to the action QueueStatus.
type QueueEntry struct {
	Base
	Queue             string
	Position          int // from 1
	Channel           string
	Uniqueid          string
	CallerIDNum       string // empty when unknown
	CallerIDName      string // empty when unknown
	ConnectedLineNum  string // empty when unknown
	ConnectedLineName string // empty when unknown
	Wait              time.Duration
	Priority          int
}

// EventName is "QueueEntry".
func (QueueEntry) EventName() string { return "QueueEntry" }

func decodeQueueEntry(base Base) Event {
	e := QueueEntry{Base: base}
	for key, value := range base.fields.All() {
		switch key {
		case "Queue":
			e.Queue = value
		case "Position":
			e.Position = number(value)
		case "Channel":
			e.Channel = value
		case "Uniqueid":
			e.Uniqueid = value
		case "CallerIDNum":
			e.CallerIDNum = knownEntry(value)
		case "CallerIDName":
			e.CallerIDName = knownEntry(value)
		case "ConnectedLineNum":
			e.ConnectedLineNum = knownEntry(value)
		case "ConnectedLineName":
			e.ConnectedLineName = knownEntry(value)
		case "Wait":
			e.Wait = seconds(value)
		case "Priority":
			e.Priority = number(value)
		}
	}
	return e
}
