package pbxtest

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/manager"
	"github.com/asterisk-go/asterisk-go/internal/pbx"
)

func (s *session) list(a manager.Action, message, end string, items [][]string) <-chan struct{} {
	s.append(manager.AppendList(nil, a, message, end, items...))
	return nil
}

func coreShowChannels(s *session, a manager.Action) <-chan struct{} {
	var items [][]string
	for _, c := range s.pbx.machine.Channels() {
		lasted := time.Since(c.Began)
		item := append([]string{"Event", "CoreShowChannel"}, channelFields("", c)...)
		items = append(items, append(item, "BridgeId", c.BridgeID, "Application", c.Application, "ApplicationData", c.Data,
			"Duration", fmt.Sprintf("%02d:%02d:%02d", int(lasted.Hours()), int(lasted.Minutes())%60, int(lasted.Seconds())%60)))
	}
	return s.list(a, "Channels will follow", "CoreShowChannelsComplete", items)
}

// channelFields are keys and values of what every event says of a channel.
func channelFields(prefix string, c pbx.ChannelInfo) []string {
	fields := []string{
		"Channel", c.Name, "ChannelState", strconv.Itoa(int(c.State)), "ChannelStateDesc", c.State.String(),
		"CallerIDNum", orUnknown(c.CallerIDNum), "CallerIDName", orUnknown(c.CallerIDName),
		"ConnectedLineNum", orUnknown(c.ConnectedLineNum), "ConnectedLineName", orUnknown(c.ConnectedLineName), "Language", "en",
		"AccountCode", c.Account, "Context", c.Context, "Exten", c.Exten, "Priority", strconv.Itoa(c.Priority),
		"Uniqueid", c.UniqueID, "Linkedid", c.LinkedID,
	}
	if prefix != "" {
		for i := 0; i < len(fields); i += 2 {
			fields[i] = prefix + fields[i]
		}
	}
	return fields
}

func orUnknown(text string) string {
	if text == "" {
		return "<unknown>"
	}
	return text
}

// status lists channels, with variables of theirs.
func status(s *session, a manager.Action) <-chan struct{} {
	if s.dangerous(a.Get("Variables")) {
		s.fail(a, "Status Access Forbidden: Variables")
		return nil
	}
	name := a.Get("Channel")
	channels := s.pbx.machine.Channels()
	if name != "" {
		c, err := s.pbx.machine.Channel(name)
		if err != nil {
			s.fail(a, "No such channel")
			return nil
		}
		channels = []pbx.ChannelInfo{c}
	}
	var items [][]string
	for _, c := range channels {
		items = append(items, s.statusItem(c, a.Get("Variables")))
	}
	s.append(manager.AppendTail(nil, a, "Channel status will follow", "StatusComplete", []string{"Items", strconv.Itoa(len(items))}, items...))
	return nil
}

func (s *session) statusItem(c pbx.ChannelInfo, variables string) []string {
	technology, _, _ := strings.Cut(c.Name, "/")
	item := append([]string{"Event", "Status", "Privilege", "Call"}, channelFields("", c)...)
	item = append(item,
		"Type", technology, "DNID", c.DialledNum, "EffectiveConnectedLineNum", orUnknown(c.ConnectedLineNum),
		"EffectiveConnectedLineName", orUnknown(c.ConnectedLineName), "TimeToHangup", "0", "BridgeID", c.BridgeID,
		"Application", c.Application, "Data", c.Data, "Nativeformats", "(ulaw)", "Readformat", "ulaw", "Readtrans", "",
		"Writeformat", "ulaw", "Writetrans", "", "Callgroup", "0", "Pickupgroup", "0", "Seconds", strconv.Itoa(int(time.Since(c.Began).Seconds())))
	for name := range strings.SplitSeq(variables, ",") {
		if name = strings.TrimSpace(name); name != "" {
			value, _ := s.pbx.machine.Getvar(c.Name, name) // there is the channel
			item = append(item, "Variable", name+"="+value)
		}
	}
	return item
}

func deviceStateList(s *session, a manager.Action) <-chan struct{} {
	var items [][]string
	for _, d := range s.pbx.machine.DeviceStates() {
		items = append(items, []string{"Event", "DeviceStateChange", "Device", d.Device, "State", d.State})
	}
	return s.list(a, "Device State Changes will follow", "DeviceStateListComplete", items)
}

func extensionStateList(s *session, a manager.Action) <-chan struct{} {
	var items [][]string
	for _, h := range s.pbx.machine.Hints() {
		items = append(items, []string{"Event", "ExtensionStatus", "Exten", h.Exten, "Context", h.Context, "Hint", h.Hint,
			"Status", strconv.Itoa(h.Status), "StatusText", h.StatusText})
	}
	if len(items) == 0 {
		s.fail(a, "No dialplan hints are available")
		return nil
	}
	return s.list(a, "Extension Statuses will follow", "ExtensionStateListComplete", items)
}

func bridgeFields(b pbx.BridgeInfo) []string {
	return []string{"BridgeUniqueid", b.ID, "BridgeType", b.Type, "BridgeTechnology", b.Technology, "BridgeCreator", orUnknown(b.Creator),
		"BridgeName", orUnknown(b.Name), "BridgeNumChannels", strconv.Itoa(b.NumChannels), "BridgeVideoSourceMode", "none"}
}

func bridgeList(s *session, a manager.Action) <-chan struct{} {
	var items [][]string
	for _, b := range s.pbx.machine.Bridges() {
		if kind := a.Get("BridgeType"); kind == "" || kind == b.Type {
			items = append(items, append([]string{"Event", "BridgeListItem"}, bridgeFields(b)...))
		}
	}
	return s.list(a, "Bridge listing will follow", "BridgeListComplete", items)
}

// bridgeInfo lists the channels of a bridge; its last event has the bridge.
func bridgeInfo(s *session, a manager.Action) <-chan struct{} {
	for _, b := range s.pbx.machine.Bridges() {
		if b.ID != a.Get("BridgeUniqueid") {
			continue
		}
		out := manager.AppendBlock(nil, a.Answer("Response", "Success", "EventList", "start", "Message", "Bridge channel listing will follow")...)
		for _, c := range b.Channels {
			out = manager.AppendBlock(out, a.Answer(append([]string{"Event", "BridgeInfoChannel"}, channelFields("", c)...)...)...)
		}
		end := append([]string{"Event", "BridgeInfoComplete", "EventList", "Complete", "ListItems", strconv.Itoa(len(b.Channels))}, bridgeFields(b)...)
		s.append(manager.AppendBlock(out, a.Answer(end...)...))
		return nil
	}
	s.fail(a, "Specified BridgeUniqueid not found")
	return nil
}

func parkedCalls(s *session, a manager.Action) <-chan struct{} {
	if lot := a.Get("ParkingLot"); lot != "" && lot != pbx.Lot().Name {
		s.fail(a, "Requested parking lot could not be found.")
		return nil
	}
	var items [][]string
	for _, p := range s.pbx.machine.ParkedCalls() {
		item := append([]string{"Event", "ParkedCall"}, channelFields("Parkee", p.Channel)...)
		items = append(items, append(item, "ParkerDialString", p.Parker, "Parkinglot", p.Lot, "ParkingSpace", strconv.Itoa(p.Place),
			"ParkingTimeout", strconv.Itoa(int(p.Timeout.Seconds())), "ParkingDuration", strconv.Itoa(int(p.Duration.Seconds()))))
	}
	s.append(manager.AppendTail(nil, a, "Parked calls will follow", "ParkedCallsComplete", []string{"Total", strconv.Itoa(len(items))}, items...))
	return nil
}

func parkingLots(s *session, a manager.Action) <-chan struct{} {
	lot := pbx.Lot()
	return s.list(a, "Parking lots will follow", "ParkinglotsComplete", [][]string{{"Event", "Parkinglot", "Name", lot.Name,
		"StartSpace", strconv.Itoa(lot.First), "StopSpace", strconv.Itoa(lot.Last), "Timeout", strconv.Itoa(int(lot.Timeout.Seconds()))}})
}
