package event

// queue is a ring that grows on demand and gives its memory back when empty.
type queue struct {
	ring []Raw
	head int
	len  int
}

const queueKeep = 64 // entries of an empty queue that are not given back

func (q *queue) push(r Raw) {
	if q.len == len(q.ring) {
		q.grow()
	}
	q.len++
	*q.at(q.len - 1) = r
}

func (q *queue) pop() Raw {
	r := q.ring[q.head]
	q.ring[q.head] = Raw{} // lets go of its text
	q.head = (q.head + 1) & (len(q.ring) - 1)
	q.len--
	if q.len == 0 && len(q.ring) > queueKeep {
		*q = queue{}
	}
	return r
}

// at returns the entry with i others before it.
func (q *queue) at(i int) *Raw { return &q.ring[(q.head+i)&(len(q.ring)-1)] }

func (q *queue) dropLast() {
	*q.at(q.len - 1) = Raw{}
	q.len--
}

// grow doubles the ring; its length stays a power of two.
func (q *queue) grow() {
	ring := make([]Raw, max(16, 2*len(q.ring)))
	n := copy(ring, q.ring[q.head:])
	copy(ring[n:], q.ring[:q.head])
	q.ring, q.head = ring, 0
}
