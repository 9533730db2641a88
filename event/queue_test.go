package event

import (
	"math/rand/v2"
	"testing"
)

func numbered(n uint64) Raw { return Raw{Base: Base{sequence: n}} }

func TestQueueKeepsOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var q queue
	first, next := uint64(0), uint64(0) // what pop and push are to see
	for range 20_000 {
		switch {
		case random.IntN(5) < 3 || q.len == 0:
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
	if len(q.ring) != 1024 {
		t.Errorf("the ring has %d places for 1000 entries, want 1024", len(q.ring))
	}
	for q.len > 0 {
		q.pop()
	}
	if q.ring != nil {
		t.Errorf("an empty queue keeps %d places", len(q.ring))
	}
}

func TestSmallQueueKeepsItsRing(t *testing.T) {
	var q queue
	for n := range uint64(queueKeep) {
		q.push(numbered(n))
	}
	for q.len > 0 {
		q.pop()
	}
	if len(q.ring) != queueKeep {
		t.Errorf("an empty queue keeps %d places, want %d", len(q.ring), queueKeep)
	}
}

// What was taken must not stay alive in the ring.
func TestQueueHoldsNoOldEntry(t *testing.T) {
	var q queue
	for n := range uint64(10) {
		q.push(numbered(n + 1))
	}
	for range 4 {
		q.pop()
	}
	q.dropLast()
	held := 0
	for _, raw := range q.ring {
		if raw.sequence != 0 {
			held++
		}
	}
	if held != 5 || q.len != 5 {
		t.Errorf("the ring holds %d entries and %d are in the queue, want 5", held, q.len)
	}
}
