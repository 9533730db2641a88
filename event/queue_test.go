package event

import (
	"math/rand/v2"
	"testing"
)

func numbered(n uint64) *Raw { return &Raw{Base: Base{sequence: n}} }

func TestQueueKeepsOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var q queue
	first, next := uint64(0), uint64(0) // what pop and push are to see
	for range 20_000 {
		switch {
		case random.IntN(100) < 52 || q.len == 0:
			q.push(numbered(next))
			next++
		case random.IntN(20) == 0:
			q.dropLast()
			next--
		default:
			if got := q.pop().sequence; got != first {
				t.Fatalf("pop = %d, want %d", got, first)
			}
			first++
		}
		if q.len != int(next-first) {
			t.Fatalf("len = %d, want %d", q.len, next-first)
		}
		for i := range min(q.len, 3) {
			if got := q.at(i).sequence; got != first+uint64(i) {
				t.Fatalf("at(%d) = %d, want %d", i, got, first+uint64(i))
			}
		}
	}
}

func TestQueueGivesMemoryBack(t *testing.T) {
	var q queue
	for n := range uint64(1000) {
		q.push(numbered(n))
	}
	if want := 1000/chunkSize + 1; len(q.chunks) != want {
		t.Errorf("%d chunks for 1000 entries, want %d", len(q.chunks), want)
	}
	for range 600 {
		q.pop()
	}
	if want := 400/chunkSize + 1; len(q.chunks) != want {
		t.Errorf("%d chunks for 400 entries, want %d", len(q.chunks), want)
	}
	for q.len > 0 {
		q.pop()
	}
	if len(q.chunks) != 1 || cap(q.chunks) > 4 {
		t.Errorf("an empty queue keeps %d chunks in a list of %d", len(q.chunks), cap(q.chunks))
	}
}

func TestQueueFillsItsChunkAgain(t *testing.T) {
	var q queue
	allocations := testing.AllocsPerRun(100, func() {
		for range chunkSize {
			q.push(&Raw{})
		}
		for q.len > 0 {
			q.pop()
		}
	})
	if allocations > 0 {
		t.Errorf("%v allocations for %d entries", allocations, chunkSize)
	}
}

// What was taken must not stay alive in the queue.
func TestQueueHoldsNoOldEntry(t *testing.T) {
	var q queue
	for n := range uint64(chunkSize + 10) {
		q.push(numbered(n + 1))
	}
	for range chunkSize + 4 {
		q.pop()
	}
	q.dropLast()
	held := 0
	for _, chunk := range q.chunks {
		for _, raw := range chunk {
			if raw.sequence != 0 {
				held++
			}
		}
	}
	if held != 5 || q.len != 5 {
		t.Errorf("the chunks hold %d entries and %d are in the queue, want 5", held, q.len)
	}
}
