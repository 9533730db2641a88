package gateway

import (
	"sort"
	"time"
)

// cursor is how far a client has been sent a view. It is of one goroutine.
type cursor struct {
	view     *view
	at       uint64
	snapshot bool      // it is not whole yet
	sent     time.Time // when the client got an Update last
}

// cursor returns the place of a client that comes with what its last Welcome or Update has told, and whether it can go on there.
// If not it begins with a snapshot.
func (v *view) cursor(instance string, revision uint64) (c *cursor, resumed bool) {
	c = &cursor{view: v, snapshot: true}
	if revision == 0 || instance != v.instance() {
		return c, false
	}
	v.state.mu.Lock()
	defer v.state.mu.Unlock()
	if revision < v.floor || revision > v.revision {
		return c, false
	}
	c.at, c.snapshot = revision, false
	return c, true
}

// instance is that of Welcome and Reset.
func (c *cursor) instance() string { return c.view.instance() }

// revision is that of Welcome: of the last Update that was sent, and 0 until a snapshot is whole.
func (c *cursor) revision() uint64 {
	if c.snapshot {
		return 0
	}
	return c.at
}

// next returns the Update that the client lacks. If it lacks none changed is closed when it does. If the least time
// between two Updates is not over, wait says how long it still is: ask again then.
func (c *cursor) next(now time.Time) (f *frame, changed <-chan struct{}, wait time.Duration) {
	end := c.view.tip.Load()
	if !c.snapshot && c.at >= end.revision {
		return nil, end.changed, 0
	}
	if every := c.view.interval; every > 0 && !c.snapshot && !c.sent.IsZero() {
		if left := every - now.Sub(c.sent); left > 0 {
			return nil, nil, left
		}
	}
	if f = end.frame; c.snapshot || c.at != end.from || f == nil {
		f = c.view.frame(c.at, c.snapshot)
	}
	c.at, c.snapshot, c.sent = f.end, f.more, now
	return f, nil, 0
}

// frame returns what a client lacks that is somewhere behind.
func (v *view) frame(from uint64, snapshot bool) *frame {
	v.state.mu.Lock()
	defer v.state.mu.Unlock()
	place := from << 1
	if snapshot {
		place |= 1
	}
	if f := v.frames[place]; f != nil {
		return f
	}
	f := v.gather(from, snapshot)
	if v.frames == nil {
		v.frames = make(map[uint64]*frame)
	}
	if len(v.frames) < maxFrames {
		v.frames[place] = f
	}
	return f
}

const (
	maxFrames  = 256 // that a view keeps until it changes
	maxObjects = 256 // in a frame
)

// gather makes the frame of what has changed after a revision. A snapshot has no tombstones. The caller holds the state's mutex.
func (v *view) gather(from uint64, snapshot bool) *frame {
	f := &frame{view: v, end: from}
	begin := sort.Search(len(v.log), func(i int) bool { return v.log[i].revision > from })
	for _, p := range v.log[begin:] {
		e := p.entry
		switch {
		case e.revision != p.revision:
			continue
		case len(f.put)+len(f.gone) == maxObjects:
			f.more = snapshot
			return f
		case e.record != nil:
			f.put = append(f.put, e.record.now)
		case !snapshot:
			f.gone = append(f.gone, e.key)
		}
		f.end = p.revision
	}
	f.end = max(f.end, v.revision)
	return f
}
