package gateway

import (
	"bytes"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

// view is what all users with the same Rights see. What is not under the state's mutex does not change.
type view struct {
	state    *state
	name     string // of its Rights, in one form
	serial   uint64
	rights   *rights
	tip      atomic.Pointer[tip]
	interval time.Duration

	// The state's mutex guards all below.
	users    int       // who has it and has not released it
	released time.Time // when nobody had it any more
	entries  map[string]*entry
	log      []position // by revision
	revision uint64     // of the last change
	floor    uint64     // changes before it are not complete, for tombstones were dropped
	stamp    uint64
	dirty    bool             // it is touched
	waiting  bool             // it has something in the state's later
	told     time.Time        // when it had another tip last
	frames   map[place]*frame // for who is behind, by where they are; as long as nothing changes
}

// entry is an object in a view, or a tombstone.
type entry struct {
	key      string
	record   *record // nil: it is not seen any more
	revision uint64  // since when
}

// position is an entry in the order of changes, as long as it has that revision.
type position struct {
	revision uint64
	entry    *entry
}

// tip is the last step of a view: a client that has revision from lacks one frame.
type tip struct {
	from, revision uint64
	frame          *frame        // of what came since from; nil if nobody has the view
	changed        chan struct{} // closed when there is another tip
}

// view returns the view of all who have these Rights. It has to be released. An error says what the Rights have that there is not.
func (s *state) view(of Rights) (*view, error) {
	r, err := s.compile(of)
	if err != nil {
		return nil, err
	}
	self := s.self(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	if v := s.views[r.name]; v != nil {
		v.users++
		s.kept.adopt(v)
		return v, nil
	}
	s.serial++
	v := &view{state: s, name: r.name, serial: s.serial, rights: r, interval: r.interval, users: 1, entries: make(map[string]*entry)}
	s.views[v.name] = v
	s.revision++
	self.revision, self.encoded = s.revision, new(encodings)
	v.put(&record{now: self})
	s.stamp++
	for t := range r.terms {
		of := s.topic(t)
		of.views[v] = struct{}{}
		for rec := range of.records {
			if v.entries[rec.now.key] == nil {
				s.revision++
				v.put(rec)
			}
		}
	}
	v.tip.Store(&tip{changed: make(chan struct{})})
	s.publish(time.Now())
	return v, nil
}

// release tells that a user does not need the view any more. It stays for who comes back.
func (s *state) release(v *view) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v.users--; v.users == 0 {
		v.released = time.Now()
		s.kept.orphan(v)
		s.sweep(v.released)
	}
}

// lookUp returns an object that is seen in a view; false if there is none.
func (s *state) lookUp(v *view, key string) (*object, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := v.entries[key]
	if e == nil || e.record == nil {
		return nil, false
	}
	return e.record.now, true
}

// put shows an object, with the state's revision.
func (v *view) put(r *record) { v.set(v.entries[r.now.key], r.now.key, r) }

// hide takes an object away.
func (v *view) hide(key string, now time.Time) {
	if e := v.entries[key]; e != nil && e.record != nil {
		v.state.kept.bury(v.set(e, key, nil), v, now)
	}
}

// touch has the view published: now, or when changes of its queues may be.
func (v *view) touch(waits bool) {
	switch {
	case !waits:
		v.dirty = true
		v.state.touched = append(v.state.touched, v)
	case !v.waiting:
		v.waiting = true
		v.state.later.add(v.told.Add(v.rights.queue), v.overdue)
	}
}

// overdue publishes what has waited, if it was not told with something else meanwhile.
func (v *view) overdue(now time.Time) {
	v.waiting = false
	if !v.dirty && v.revision > v.tip.Load().revision {
		v.touch(now.Before(v.told.Add(v.rights.queue)))
	}
}

// set notes what a key has now, whose entry is nil if it is new; a nil record is a tombstone.
func (v *view) set(e *entry, key string, r *record) *entry {
	if e == nil {
		e = &entry{key: key}
		v.entries[key] = e
		v.state.kept.grow(v, e)
	}
	seen := r
	if seen == nil {
		seen = e.record
	}
	e.record, e.revision = r, v.state.revision
	v.revision = e.revision
	v.log = append(v.log, position{e.revision, e})
	if !v.dirty {
		v.touch(v.rights.waits(seen.now))
	}
	return e
}

// publish makes another tip.
func (v *view) publish(now time.Time) {
	v.dirty, v.told = false, now
	v.compact()
	v.frames = nil
	before := v.tip.Load()
	next := &tip{from: before.revision, revision: v.revision, changed: make(chan struct{})}
	if v.users > 0 {
		next.frame = v.gather(place{at: next.from})
	}
	v.tip.Store(next)
	close(before.changed)
}

// compact drops positions that count no more, once they are most of them.
func (v *view) compact() {
	if len(v.log) > 2*len(v.entries)+32 {
		v.log = slices.DeleteFunc(v.log, func(p position) bool { return p.entry.revision != p.revision })
	}
}

// differs reports whether two states of an object differ for the view's users.
func (v *view) differs(before, after *object) bool {
	if v.rights.mask == nil && len(before.shares) == 0 && len(after.shares) == 0 {
		return true
	}
	return !bytes.Equal(before.encode(v.variant(before)).value(), after.encode(v.variant(after)).value())
}

// variant is how the view's users see an object.
func (v *view) variant(o *object) variant {
	seen := variant{mask: v.rights.mask}
	for i, s := range o.shares {
		if v.rights.has(s.device) {
			seen.named |= 1 << i
		}
	}
	for i, s := range o.shares {
		if bit := uint64(1) << i; seen.named&bit != 0 || !s.doubtful && (s.open || s.beside&seen.named != 0) {
			seen.listed |= bit
		}
	}
	return seen
}

// instance names the start of the gateway and the view.
func (v *view) instance() string { return v.state.name + "-" + strconv.FormatUint(v.serial, 36) }

// keySelf is the key of Self.
const keySelf = string(message.KindSelf)
