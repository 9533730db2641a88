package live

import (
	"fmt"
	"strings"

	"github.com/asterisk-go/asterisk-go/event"
)

// queueItems are what QueueStatus says of a queue, callers aside.
func queueItems(queue string, members []string, keyValues ...string) (items []event.Event) {
	items = append(items, item("QueueParams", "Queue", queue, "Max", "7", "Strategy", "ringall", "Calls", "0", "Holdtime", "3", "TalkTime", "4",
		"Completed", "5", "Abandoned", "6", "ServiceLevel", "30", "ServicelevelPerf", "50.0", "ServicelevelPerf2", "40.0", "Weight", "1"))
	for _, m := range members {
		items = append(items, memberItem(queue, m, keyValues...))
	}
	return items
}

func memberItem(queue, iface string, keyValues ...string) event.Event {
	fields := map[string]string{"Penalty": "0", "CallsTaken": "0", "LastCall": "0", "LastPause": "0", "LoginTime": "1795992988", "InCall": "0",
		"Status": "1", "Paused": "0", "PausedReason": "", "Wrapuptime": "0"}
	all := []string{"Queue", queue, "Name", "N " + iface, "Location", iface, "StateInterface", iface, "Membership", "static"}
	for i := 0; i < len(keyValues); i += 2 {
		fields[keyValues[i]] = keyValues[i+1]
	}
	for _, key := range []string{"Penalty", "CallsTaken", "LastCall", "LastPause", "LoginTime", "InCall", "Status", "Paused", "PausedReason", "Wrapuptime"} {
		all = append(all, key, fields[key])
	}
	return item("QueueMember", all...)
}

func callerItem(queue string, c of, position, priority int) event.Event {
	return item("QueueEntry", "Queue", queue, "Position", fmt.Sprint(position), "Channel", c.name, "Uniqueid", c.id, "CallerIDNum", "1",
		"CallerIDName", "unknown", "ConnectedLineNum", "unknown", "ConnectedLineName", "unknown", "Wait", "10", "Priority", fmt.Sprint(priority))
}

func item(name string, keyValues ...string) event.Event {
	return decoded(block(append(append([]string{"Event", name}, keyValues...), "ActionID", "1")...), start)
}

// memberEvent is an event of a member.
func memberEvent(name, queue, iface string, keyValues ...string) event.Event {
	e := memberItem(queue, iface, keyValues...).(event.QueueMember)
	all := []string{"Event", name, "Privilege", "agent,all", "Queue", queue, "MemberName", e.Name, "Interface", iface, "StateInterface", iface,
		"Membership", "dynamic"}
	for _, key := range []string{"Penalty", "CallsTaken", "LastCall", "LastPause", "LoginTime", "InCall", "Status", "Paused", "PausedReason"} {
		all = append(all, key, e.Fields().Get(key))
	}
	return decoded(block(append(all, "Ringinuse", "1", "Wrapuptime", e.Fields().Get("Wrapuptime"))...), start)
}

// inQueue is a channel with the fields of an event of a queue.
func (o of) inQueue(queue string, more ...string) of {
	o.more = "Queue: " + queue + "\r\n" + strings.Join(append(more, ""), "\r\n")
	return o
}

func (o of) joins(queue string, position, count int) event.Event {
	return o.inQueue(queue, fmt.Sprint("Position: ", position), fmt.Sprint("Count: ", count)).event("QueueCallerJoin")
}

func (o of) leaves(queue string, position, count int) event.Event {
	return o.inQueue(queue, fmt.Sprint("Count: ", count), fmt.Sprint("Position: ", position)).event("QueueCallerLeave")
}

func (o of) abandons(queue string) event.Event {
	return o.inQueue(queue, "Position: 1", "OriginalPosition: 1", "HoldTime: 2").event("QueueCallerAbandon")
}

// with is an event of a queue about a caller and a member's channel.
func (o of) with(name, queue, iface string, member of, more ...string) event.Event {
	o.more = ""
	for line := range strings.SplitSeq(strings.TrimSuffix(member.text(), "\r\n"), "\r\n") {
		o.more += "Dest" + line + "\r\n"
	}
	o.more += "DestPriority: 1\r\nDestUniqueid: " + member.id + "\r\nDestLinkedid: " + member.linked + "\r\n"
	if !strings.HasPrefix(name, "Dial") {
		o.more += "Queue: " + queue + "\r\nInterface: " + iface + "\r\nMemberName: N " + iface + "\r\n"
	}
	o.more += strings.Join(append(more, ""), "\r\n")
	return o.event(name)
}

var agent101 = of{name: "PJSIP/101-00000011", id: "1.11", linked: "1.1", state: "Ringing"}
