package pbxtest

import (
	"strconv"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/manager"
	"github.com/asterisk-go/asterisk-go/internal/pbx"
)

// queueStatus lists queues, each with its members and who waits.
func queueStatus(s *session, a manager.Action) <-chan struct{} {
	var items [][]string
	for _, q := range s.pbx.machine.Queues() {
		if name := a.Get("Queue"); name != "" && name != q.Config.Name {
			continue
		}
		items = append(items, queueParams(q))
		for _, who := range q.Members {
			if member := a.Get("Member"); member == "" || member == who.Interface {
				items = append(items, queueMember(q.Config.Name, who))
			}
		}
		for i, caller := range q.Callers {
			items = append(items, queueEntry(q.Config.Name, i+1, caller))
		}
	}
	s.append(manager.AppendTail(nil, a, "Queue status will follow", "QueueStatusComplete", nil, items...))
	return nil
}

func queueParams(q pbx.QueueInfo) []string {
	strategy := q.Config.Strategy
	if strategy == "" {
		strategy = "ringall"
	}
	return []string{"Event", "QueueParams", "Queue", q.Config.Name, "Max", strconv.Itoa(q.Config.MaxLen), "Strategy", strategy,
		"Calls", strconv.Itoa(len(q.Callers)), "Holdtime", seconds(q.HoldTime), "TalkTime", seconds(q.TalkTime),
		"Completed", strconv.Itoa(q.Completed), "Abandoned", strconv.Itoa(q.Abandoned), "ServiceLevel", "0", "ServicelevelPerf", "0.0",
		"ServicelevelPerf2", "0.0", "Weight", "0"}
}

func queueMember(queue string, who pbx.MemberInfo) []string {
	return []string{"Event", "QueueMember", "Queue", queue, "Name", who.Name, "Location", who.Interface, "StateInterface", who.StateInterface,
		"Membership", who.Membership, "Penalty", strconv.Itoa(who.Penalty), "CallsTaken", strconv.Itoa(who.CallsTaken),
		"LastCall", unix(who.LastCall), "LastPause", unix(who.LastPause), "LoginTime", unix(who.LoginTime), "InCall", bit(who.InCall),
		"Status", strconv.Itoa(who.Status), "Paused", bit(who.Paused), "PausedReason", who.PausedReason, "Wrapuptime", "0"}
}

func queueEntry(queue string, position int, caller pbx.CallerInfo) []string {
	c := caller.Channel
	return []string{"Event", "QueueEntry", "Queue", queue, "Position", strconv.Itoa(position), "Channel", c.Name, "Uniqueid", c.UniqueID,
		"CallerIDNum", orWord(c.CallerIDNum), "CallerIDName", orWord(c.CallerIDName), "ConnectedLineNum", orWord(c.ConnectedLineNum),
		"ConnectedLineName", orWord(c.ConnectedLineName), "Wait", seconds(caller.Wait), "Priority", strconv.Itoa(caller.Priority)}
}

// orWord has the word that lists of queues have for what is not known.
func orWord(text string) string {
	if text == "" {
		return "unknown"
	}
	return text
}

func seconds(d time.Duration) string { return strconv.Itoa(int(d / time.Second)) }

func unix(t time.Time) string {
	if t.IsZero() {
		return "0"
	}
	return strconv.FormatInt(t.Unix(), 10)
}

func bit(yes bool) string {
	if yes {
		return "1"
	}
	return "0"
}

func queueAdd(s *session, a manager.Action) <-chan struct{} {
	if s.lacks(a, "Queue", "'Queue' not specified.") || s.lacks(a, "Interface", "'Interface' not specified.") {
		return nil
	}
	err := s.pbx.machine.QueueAdd(a.Get("Queue"), pbx.MemberConfig{
		Interface: a.Get("Interface"), Name: a.Get("MemberName"), StateInterface: a.Get("StateInterface"), Penalty: number(a.Get("Penalty")),
	}, isTrue(a.Get("Paused")))
	return s.outcome(a, err, "Added interface to queue", refusal{pbx.ErrMemberThere, "Unable to add interface: Already there"}, refusal{pbx.ErrTooMany, "Out of memory"},
		refusal{pbx.ErrNoQueue, "Unable to add interface to queue: No such queue"})
}

func queueRemove(s *session, a manager.Action) <-chan struct{} {
	if s.lacks(a, "Queue", "Need 'Queue' and 'Interface' parameters.") || s.lacks(a, "Interface", "Need 'Queue' and 'Interface' parameters.") {
		return nil
	}
	err := s.pbx.machine.QueueRemove(a.Get("Queue"), a.Get("Interface"))
	return s.outcome(a, err, "Removed interface from queue", refusal{pbx.ErrNoMember, "Unable to remove interface: Not there"},
		refusal{pbx.ErrNoQueue, "Unable to remove interface from queue: No such queue"})
}

func queuePause(s *session, a manager.Action) <-chan struct{} {
	if s.lacks(a, "Interface", "Need 'Interface' and 'Paused' parameters.") || s.lacks(a, "Paused", "Need 'Interface' and 'Paused' parameters.") {
		return nil
	}
	paused := isTrue(a.Get("Paused"))
	message := "Interface unpaused successfully"
	if paused {
		message = "Interface paused successfully"
	}
	err := s.pbx.machine.QueuePause(a.Get("Queue"), a.Get("Interface"), paused, a.Get("Reason"))
	return s.outcome(a, err, message, refusal{pbx.ErrNoMember, "Interface not found"}, refusal{pbx.ErrNoQueue, "Interface not found"})
}

func queuePenalty(s *session, a manager.Action) <-chan struct{} {
	if s.lacks(a, "Interface", "Need 'Interface' and 'Penalty' parameters.") || s.lacks(a, "Penalty", "Need 'Interface' and 'Penalty' parameters.") {
		return nil
	}
	err := s.pbx.machine.QueuePenalty(a.Get("Queue"), a.Get("Interface"), number(a.Get("Penalty")))
	wrong := "Invalid interface, queuename or penalty"
	return s.outcome(a, err, "Interface penalty set successfully", refusal{pbx.ErrNoMember, wrong}, refusal{pbx.ErrNoQueue, wrong})
}

func queueRingInUse(s *session, a manager.Action) <-chan struct{} {
	const need, wrong = "Need 'Interface' and 'RingInUse' parameters.", "Invalid interface, queuename, or ringinuse value\r\n"
	if s.lacks(a, "Interface", need) || s.lacks(a, "RingInUse", need) {
		return nil
	}
	err := s.pbx.machine.QueueMemberRingInUse(a.Get("Queue"), a.Get("Interface"), isTrue(a.Get("RingInUse")))
	return s.outcome(a, err, "Interface ringinuse set successfully", refusal{pbx.ErrNoMember, wrong}, refusal{pbx.ErrNoQueue, wrong})
}

// queuePriority changes a caller's place, which no event tells.
func queuePriority(s *session, a manager.Action) <-chan struct{} {
	if s.lacks(a, "Queue", "'Queue' not specified.") || s.lacks(a, "Caller", "'Caller' not specified.") || s.lacks(a, "Priority", "'Priority' not specified.") {
		return nil
	}
	err := s.pbx.machine.QueueChangePriority(a.Get("Queue"), a.Get("Caller"), number(a.Get("Priority")), isTrue(a.Get("Immediate")))
	const wrong = "Unable to change priority caller on queue: "
	return s.outcome(a, err, "Priority change for caller on queue", refusal{pbx.ErrNoChannel, wrong + "No such caller"}, refusal{pbx.ErrNoQueue, wrong + "No such queue"})
}

func queueReload(s *session, a manager.Action) <-chan struct{} {
	s.pbx.machine.QueueReload()
	s.succeed(a, "Message", "Queue reloaded successfully")
	return nil
}

func reload(s *session, a manager.Action) <-chan struct{} {
	return s.outcome(a, s.pbx.machine.Reload(a.Get("Module")), "Module Reloaded", refusal{pbx.ErrNoModule, "No such module"})
}
