package live

import "iter"

// Queue returns the queue with that name; false if there is none.
func (v *View) Queue(name string) (*Queue, bool) { return v.queues.get(name) }

// Queues yields the queues, in no order.
func (v *View) Queues() iter.Seq[*Queue] { return v.queues.all() }

// Members yields the members of a queue, sorted by Interface; none if there is no such queue.
func (v *View) Members(queue string) iter.Seq[*QueueMember] {
	return func(yield func(*QueueMember) bool) {
		of, ok := v.rosters.get(queue)
		if !ok {
			return
		}
		for _, key := range of.members {
			if m, ok := v.members.get(key); ok && !yield(m) {
				return
			}
		}
	}
}

// Callers yields those who wait in a queue, in their order; none if there is no such queue.
func (v *View) Callers(queue string) iter.Seq[*QueueCaller] {
	return func(yield func(*QueueCaller) bool) {
		q, ok := v.queues.get(queue)
		if !ok {
			return
		}
		for _, id := range q.Callers {
			if c, ok := v.callers.get(callerKey(queue, id)); ok && !yield(c) {
				return
			}
		}
	}
}

// QueueMember returns the member of a queue with that Interface; false if there is none.
func (v *View) QueueMember(queue, iface string) (*QueueMember, bool) {
	return v.members.get(memberKey(queue, iface))
}

// roster is the keys of the members of a queue, sorted.
type roster struct {
	queue   string
	members []string
}

// memberKey and callerKey are keys of tables. No name of a queue has a NUL byte in it.
func memberKey(queue, iface string) string    { return queue + "\x00" + iface }
func callerKey(queue, uniqueID string) string { return queue + "\x00" + uniqueID }
