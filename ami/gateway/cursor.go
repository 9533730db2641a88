package gateway

import (
	"sort"
	"time"
)

// cursor is how far a client has been sent a view. It is of one goroutine.
type cursor struct {
	view   *view
	at     uint64
	began  uint64    // revision of the view when its snapshot began; 0 once that is whole
	missed bool      // what it lacked is not kept any more: it has to begin with a Reset
	sent   time.Time // when the client got an Update last
}

// cursor returns the place of a client that comes with what its last Welcome or Update has told, and whether it can go on there.
// If not it begins with a snapshot.
func (v *view) cursor(instance string, revision uint64) (c *cursor, resumed bool) {
	v.state.mu.Lock()
	defer v.state.mu.Unlock()
	if revision == 0 || instance != v.instance() || revision < v.floor || revision > v.revision {
		return &cursor{view: v, began: v.revision}, false
	}
	return &cursor{view: v, at: revision}, true
}

// instance is that of Welcome and Reset.
func (c *cursor) instance() string { return c.view.instance() }

// revision is that of Welcome: of the last Update that was sent, and 0 until a snapshot is whole.
func (c *cursor) revision() uint64 {
	if c.began > 0 {
		return 0
	}
	return c.at
}

// next returns the Update that the client lacks, and what is closed when it lacks another one. If the least time
// between two Updates is not over, wait says how long it still is: ask again then. A client that was behind for so long that
// deletes it lacks are not kept any more gets nothing: the cursor has missed them.
func (c *cursor) next(now time.Time) (f *frame, changed <-chan struct{}, wait time.Duration) {
	end := c.view.tip.Load()
	if c.began == 0 && c.at >= end.revision {
		return nil, end.changed, 0
	}
	if every := c.view.interval; every > 0 && c.began == 0 && !c.sent.IsZero() {
		if left := every - now.Sub(c.sent); left > 0 {
			return nil, nil, left
		}
	}
	if f = end.frame; c.began > 0 || c.at < end.from || f == nil {
		f = c.view.frame(place{c.at, c.began})
	}
	if f == nil {
		c.missed = true
		return nil, nil, 0
	}
	if c.at, c.sent = f.end, now; !f.more {
		c.began = 0
	}
	if c.began > 0 || c.at < end.revision {
		return f, always, 0
	}
	return f, end.changed, 0
}

var always = func() <-chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// place is where a client is that is behind: what it has, and when its snapshot began; 0 of one that has a whole one.
type place struct{ at, began uint64 }

// frame returns what a client lacks that is somewhere behind; nil if that is not kept any more.
func (v *view) frame(from place) *frame {
	v.state.mu.Lock()
	defer v.state.mu.Unlock()
	if f := v.frames[from]; f != nil {
		return f
	}
	if max(from.at, from.began) < v.floor {
		return nil
	}
	f := v.gather(from)
	if v.frames == nil {
		v.frames = make(map[place]*frame)
	}
	if len(v.frames) < maxFrames {
		v.frames[from] = f
	}
	return f
}

const (
	maxFrames  = 256 // that a view keeps until it changes
	maxObjects = 256 // in a frame
)

// gather makes the frame of what has changed after a revision. A snapshot has those tombstones alone that are younger than it:
// the client may have got the object with an earlier part. The caller holds the state's mutex.
func (v *view) gather(from place) *frame {
	f := &frame{view: v, end: from.at, shared: v.users > 1}
	begin := sort.Search(len(v.log), func(i int) bool { return v.log[i].revision > from.at })
	for _, p := range v.log[begin:] {
		e := p.entry
		switch {
		case e.revision != p.revision:
			continue
		case len(f.put)+len(f.gone) == maxObjects:
			f.more = from.began > 0
			return f
		case e.record != nil:
			f.put = append(f.put, e.record.now)
		case p.revision > from.began:
			f.gone = append(f.gone, e.key)
		}
		f.end = p.revision
	}
	f.end = max(f.end, v.revision)
	return f
}
