package asyncagi

import (
	"context"
	"math/bits"
	"sync"
	"sync/atomic"
	"time"
)

const (
	betweenDoubts = 50 * time.Millisecond // so many questions strangers can make us ask
	maxDoubts     = 1000                  // channels that wait to be asked about
)

// doubts are the channels that events which can't be believed have named, each
// once, however many events there are. They are asked about one after another.
type doubts struct {
	mu      sync.Mutex // guards all below
	waiting map[string]struct{}
	next    time.Time // when the next may be asked about
}

// add adds a channel, unless it waits already. It reports whether it is new,
// and whether there was room for it.
func (d *doubts) add(name string) (first, room bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.waiting[name]; ok {
		return false, true
	}
	if len(d.waiting) == maxDoubts {
		return false, false
	}
	if d.waiting == nil {
		d.waiting = make(map[string]struct{})
	}
	d.waiting[name] = struct{}{}
	return true, true
}

// wait waits for the turn of one that was added, and reports whether ctx lives.
func (d *doubts) wait(ctx context.Context) bool {
	d.mu.Lock()
	now := time.Now()
	turn := d.next
	if turn.Before(now) {
		turn = now
	}
	d.next = turn.Add(betweenDoubts)
	d.mu.Unlock()
	return pause(ctx, turn.Sub(now))
}

// remove lets events of a channel count again.
func (d *doubts) remove(name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.waiting, name)
}

// seldom picks what to log of something that strangers can repeat.
type seldom struct{ count atomic.Uint64 }

// add counts one more, and reports whether to log it: the first, the second,
// the fourth and so on.
func (s *seldom) add() bool { return bits.OnesCount64(s.count.Add(1)) == 1 }
