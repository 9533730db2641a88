package event

// queue is a list of chunks, of which all but the last are full: it grows
// without moving what it holds, and gives back the memory of what was taken,
// but for two chunks.
type queue struct {
	chunks [][]Raw
	head   int // of the first entry, in the first chunk
	len    int
	spare  []Raw // a chunk that was emptied, for the next one that is needed
}

const (
	chunkSize  = 256
	chunkStart = 16 // places of the first chunk, which then grows as a slice does
)

func (q *queue) push(r *Raw) {
	end := q.head + q.len
	switch {
	case len(q.chunks) == 0:
		q.chunks = append(q.chunks, make([]Raw, 0, chunkStart))
	case end == len(q.chunks)*chunkSize:
		q.chunks = append(q.chunks, q.chunk())
	}
	last := &q.chunks[end/chunkSize]
	*last = append(*last, *r)
	q.len++
}

func (q *queue) chunk() []Raw {
	chunk := q.spare
	if q.spare = nil; chunk == nil {
		chunk = make([]Raw, 0, chunkSize)
	}
	return chunk
}

func (q *queue) pop() Raw {
	first := q.at(0)
	r := *first
	*first = Raw{} // lets go of its text
	q.head++
	q.len--
	switch {
	case q.len == 0:
		q.chunks, q.head = q.chunks[:1], 0
		q.chunks[0] = q.chunks[0][:0]
	case q.head == chunkSize:
		q.spare = q.chunks[0][:0]
		q.chunks[0] = nil
		q.chunks, q.head = q.chunks[1:], 0
	}
	return r
}

// at returns the entry with i others before it.
func (q *queue) at(i int) *Raw {
	i += q.head
	return &q.chunks[i/chunkSize][i%chunkSize]
}

func (q *queue) dropLast() {
	*q.at(q.len - 1) = Raw{}
	q.len--
	end := q.head + q.len
	last := &q.chunks[end/chunkSize]
	*last = (*last)[:end%chunkSize]
}

// pushGap adds a gap to the one at the end, if both are of one reason and count
// what is missing: a consumer that is away finds one, however much that is.
func (q *queue) pushGap(gap Gap) {
	if q.len > 0 && gap.Missed >= 0 {
		last := q.at(q.len - 1)
		if before, ok := last.marker.(Gap); ok && before.Reason == gap.Reason && before.epoch == gap.epoch {
			gap = newGap(gap.Base, gap.Reason, before.Missed+gap.Missed, gap.Err)
			*last = Raw{Base: gap.Base, marker: gap}
			return
		}
	}
	q.push(&Raw{Base: gap.Base, marker: gap})
}
