package pbx

import (
	"fmt"
	"slices"
)

// QueueChangePriority sets the priority of a caller who waits, which no event tells. Immediate has it take its place at once.
func (m *Machine) QueueChangePriority(queue, channel string, priority int, immediate bool) error {
	q, err := m.queueOf(queue)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(q.callers, func(caller *queueCaller) bool { return caller.name == channel })
	if at < 0 {
		return fmt.Errorf("%w: %s in %s", ErrNoChannel, channel, queue)
	}
	caller := q.callers[at]
	if caller.priority = priority; immediate {
		slices.SortStableFunc(q.callers, func(a, b *queueCaller) int { return b.priority - a.priority })
		for _, other := range q.callers {
			other.wake()
		}
	}
	return nil
}

// QueueMemberRingInUse sets whether a member rings while it talks; an empty queue is all that have the member.
func (m *Machine) QueueMemberRingInUse(queue, interfaceName string, rings bool) error {
	members, err := m.membersOf(queue, interfaceName)
	if err != nil {
		return err
	}
	for _, who := range members {
		who.freeOnly = !rings
		who.describe("QueueMemberRinginuse").send()
	}
	return nil
}
