package pbx

import (
	"slices"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
)

// ChannelInfo is what lists tell of a channel.
type ChannelInfo struct {
	Name, UniqueID, LinkedID            string
	State                               asterisk.ChannelState
	CallerIDNum, CallerIDName           string // empty is not known
	ConnectedLineNum, ConnectedLineName string
	Account, Context, Exten             string
	Priority                            int
	Application, Data                   string
	BridgeID                            string // empty for none
	Began                               time.Time
	DialledNum                          string // what a channel that came in has dialled first
}

// Channels are all channels, the oldest first.
func (m *Machine) Channels() []ChannelInfo {
	all := make([]ChannelInfo, 0, m.channels.len())
	for c := range m.channels.all() {
		all = append(all, c.info())
	}
	return all
}

// Channel is one of them.
func (m *Machine) Channel(name string) (ChannelInfo, error) {
	c, err := m.channel(name)
	if err != nil {
		return ChannelInfo{}, err
	}
	return c.info(), nil
}

func (c *channel) info() ChannelInfo {
	i := ChannelInfo{
		Name: c.name, UniqueID: c.uniqueID, LinkedID: c.linkedID, State: c.state,
		CallerIDNum: c.told.caller.number, CallerIDName: c.told.caller.name, ConnectedLineNum: c.told.connected.number, ConnectedLineName: c.told.connected.name,
		Account: c.account, Context: c.at.context, Exten: c.at.exten, Priority: c.at.priority,
		Application: c.application, Data: c.data, Began: c.began, DialledNum: c.dialled,
	}
	if c.bridge != nil {
		i.BridgeID = c.bridge.id
	}
	return i
}

// BridgeInfo is what lists tell of a bridge.
type BridgeInfo struct {
	ID, Type, Technology, Creator, Name string
	NumChannels                         int // with those that are hidden
	Channels                            []ChannelInfo
}

// Bridges are all bridges, the oldest first.
func (m *Machine) Bridges() []BridgeInfo {
	all := make([]BridgeInfo, 0, m.bridges.len())
	for b := range m.bridges.all() {
		all = append(all, b.info())
	}
	return all
}

func (b *bridge) info() BridgeInfo {
	i := BridgeInfo{ID: b.id, Type: b.kind, Technology: b.technology, Creator: b.creator, Name: b.name, NumChannels: len(b.channels) + b.hidden}
	for _, c := range b.channels {
		i.Channels = append(i.Channels, c.info())
	}
	return i
}

// QueueInfo is what lists tell of a queue.
type QueueInfo struct {
	Config               QueueConfig // as it was at the start; its Members are not those of now
	HoldTime, TalkTime   time.Duration
	Completed, Abandoned int
	Members              []MemberInfo
	Callers              []CallerInfo // by their places
}

// MemberInfo is what lists tell of a member.
type MemberInfo struct {
	Interface, Name, StateInterface, Membership string
	Penalty, CallsTaken                         int
	LastCall, LastPause, LoginTime              time.Time
	InCall, Paused                              bool
	PausedReason                                string
	Status                                      int
}

// CallerInfo is what lists tell of one who waits.
type CallerInfo struct {
	Channel  ChannelInfo
	Wait     time.Duration
	Priority int
}

// Queues are all queues, in the order of the configuration.
func (m *Machine) Queues() []QueueInfo {
	all := make([]QueueInfo, 0, len(m.queues))
	for _, q := range m.queues {
		i := QueueInfo{Config: q.config, HoldTime: q.holdTime, TalkTime: q.talkTime, Completed: q.completed, Abandoned: q.abandoned}
		for _, who := range q.members {
			i.Members = append(i.Members, who.info())
		}
		for _, caller := range q.callers {
			i.Callers = append(i.Callers, CallerInfo{caller.info(), m.now.Sub(caller.joined), caller.priority})
		}
		all = append(all, i)
	}
	return all
}

func (who *member) info() MemberInfo {
	return MemberInfo{
		Interface: who.interfaceName, Name: who.name, StateInterface: who.stateInterface, Membership: who.membership,
		Penalty: who.penalty, CallsTaken: who.calls, LastCall: who.lastCall, LastPause: who.lastPause, LoginTime: who.login,
		InCall: who.talks > 0, Paused: who.paused, PausedReason: who.reason, Status: deviceNumber(who.status),
	}
}

// ParkedCallInfo is what lists tell of a call that is parked.
type ParkedCallInfo struct {
	Channel           ChannelInfo
	Lot               string
	Place             int
	Parker            string // PJSIP/101
	Timeout, Duration time.Duration
}

// ParkedCalls are all calls that are parked, by their places.
func (m *Machine) ParkedCalls() []ParkedCallInfo {
	if m.lot == nil {
		return nil
	}
	var all []ParkedCallInfo
	for _, p := range m.lot.parked {
		all = append(all, ParkedCallInfo{p.info(), lotName, p.place, p.parker, p.until.Sub(m.now), m.now.Sub(p.since)})
	}
	return all
}

// ConferenceInfo is what lists tell of a conference.
type ConferenceInfo struct {
	Name         string
	Marked       int
	Locked       bool
	Participants []ParticipantInfo
}

// ParticipantInfo is what lists tell of one in a conference.
type ParticipantInfo struct {
	Channel                      ChannelInfo
	Admin, Marked, Muted         bool
	WaitMarked, EndMarked, Waits bool
}

// Conferences are all conferences, the oldest first.
func (m *Machine) Conferences() []ConferenceInfo {
	var all []ConferenceInfo
	for _, room := range m.conferences {
		i := ConferenceInfo{Name: room.name, Marked: room.marked(), Locked: room.locked}
		for _, c := range room.channels {
			p := room.users[c]
			i.Participants = append(i.Participants, ParticipantInfo{
				Channel: c.info(), Admin: p.admin, Marked: p.marked, Muted: p.muted, WaitMarked: p.waitMarked, EndMarked: p.endMarked, Waits: room.waits(p),
			})
		}
		all = append(all, i)
	}
	return all
}

// DeviceState is the state of a device as it was told last, as NOT_INUSE.
type DeviceState struct{ Device, State string }

// DeviceStates are all devices whose state is kept, by their names.
func (m *Machine) DeviceStates() []DeviceState {
	all := make([]DeviceState, 0, len(m.devices))
	for device, state := range m.devices {
		if !isLocal(device) && !m.untold[device] {
			all = append(all, DeviceState{device, state})
		}
	}
	slices.SortFunc(all, func(a, b DeviceState) int {
		if a.Device < b.Device {
			return -1
		}
		return 1
	})
	return all
}

// Calls returns how many calls there are: channels that run in the dialplan.
func (m *Machine) Calls() (n int) {
	for c := range m.channels.all() {
		if !c.outgoing {
			n++
		}
	}
	return n
}

// LotInfo is what lists tell of the parking lot.
type LotInfo struct {
	Name        string
	First, Last int // places
	Timeout     time.Duration
}

// Lot is the parking lot that each PBX has.
func Lot() LotInfo { return LotInfo{lotName, firstPlace, lastPlace, parkTime} }

// After has something done once d has passed.
func (m *Machine) After(d time.Duration, do func()) { m.after(d, do) }
