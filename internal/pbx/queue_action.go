package pbx

import (
	"fmt"
	"slices"
)

// maxAdded is how many members may be added to a queue.
const maxAdded = 1000

// QueueAdd adds a member to a queue.
func (m *Machine) QueueAdd(queue string, config MemberConfig, paused bool) error {
	q, err := m.queueOf(queue)
	if err != nil {
		return err
	}
	if err := m.checkInterface(config.Interface); err != nil {
		return err
	}
	if q.member(config.Interface) != nil {
		return fmt.Errorf("%w: %s in %s", ErrMemberThere, config.Interface, queue)
	}
	if len(q.members) >= len(q.config.Members)+maxAdded {
		return ErrTooMany
	}
	who := q.add(config, "dynamic")
	if who.paused = paused; paused {
		who.lastPause = m.now
	}
	who.describe("QueueMemberAdded").send()
	m.deviceChanged(who.pauseDevice())
	q.changed()
	return nil
}

// QueueRemove removes a member that was added. Static ones stay.
func (m *Machine) QueueRemove(queue, interfaceName string) error {
	who, err := m.memberOf(queue, interfaceName)
	if err != nil {
		return err
	}
	if who.membership != "dynamic" {
		return fmt.Errorf("%w: %s is no dynamic one", ErrNoMember, interfaceName)
	}
	q := who.queue
	q.members = slices.DeleteFunc(q.members, func(other *member) bool { return other == who })
	who.describe("QueueMemberRemoved").send()
	m.deviceChanged(who.pauseDevice())
	q.changed()
	return nil
}

// QueuePause pauses a member of a queue, or ends that; an empty queue is all that have the member.
func (m *Machine) QueuePause(queue, interfaceName string, paused bool, reason string) error {
	members, err := m.membersOf(queue, interfaceName)
	if err != nil {
		return err
	}
	for _, who := range members {
		if who.paused, who.reason = paused, reason; paused {
			who.lastPause = m.now
		} else {
			who.reason = ""
		}
		w := who.describe("QueueMemberPause")
		if m.rules.pauseReason && who.reason != "" {
			w.add("Reason", who.reason)
		}
		w.send()
		m.deviceChanged(who.pauseDevice())
		who.queue.changed()
	}
	return nil
}

// QueuePenalty sets the penalty of a member; an empty queue is all that have the member.
func (m *Machine) QueuePenalty(queue, interfaceName string, penalty int) error {
	members, err := m.membersOf(queue, interfaceName)
	if err != nil {
		return err
	}
	for _, who := range members {
		who.penalty = penalty
		who.describe("QueueMemberPenalty").send()
	}
	return nil
}

func (who *member) pauseDevice() string { return who.queue.device() + "_pause_" + who.interfaceName }

func (m *Machine) queueOf(name string) (*queue, error) {
	if q := m.queue(name); q != nil {
		return q, nil
	}
	return nil, fmt.Errorf("%w: %s", ErrNoQueue, name)
}

func (m *Machine) memberOf(queue, interfaceName string) (*member, error) {
	q, err := m.queueOf(queue)
	if err != nil {
		return nil, err
	}
	if who := q.member(interfaceName); who != nil {
		return who, nil
	}
	return nil, fmt.Errorf("%w: %s in %s", ErrNoMember, interfaceName, queue)
}

// membersOf are the members of a device: in one queue, or in all.
func (m *Machine) membersOf(queue, interfaceName string) ([]*member, error) {
	if queue != "" {
		who, err := m.memberOf(queue, interfaceName)
		return []*member{who}, err
	}
	var all []*member
	for _, q := range m.queues {
		if who := q.member(interfaceName); who != nil {
			all = append(all, who)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%w: %s", ErrNoMember, interfaceName)
	}
	return all, nil
}
