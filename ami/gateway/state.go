package gateway

import (
	"crypto/rand"
	"slices"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/live"
)

// state is all objects of all servers, and who sees which. All methods are safe for concurrent use.
type state struct {
	config  Config
	name    string // of this start of the gateway
	servers []*pbx
	names   serverNames // of servers
	masks   sync.Map    // by their names
	tasks   sync.WaitGroup
	stop    func()

	mu       sync.Mutex // guards all below, and of the views and servers what says so. No I/O and no user code under it
	revision uint64     // of the last change
	records  map[string]*record
	topics   map[term]*topic
	views    map[string]*view // by their Rights
	serial   uint64           // of views
	stamp    uint64           // tells views that are met twice
	touched  []*view          // by the changes that are applied
	later    schedule         // of views with changes that wait
	kept     kept
}

// newState makes the state of a gateway, which is empty until it is started.
func newState(config *Config) *state {
	s := &state{
		config:  *config,
		name:    rand.Text(),
		names:   config.serverNames(),
		stop:    func() {},
		records: make(map[string]*record),
		topics:  make(map[term]*topic),
		views:   make(map[string]*view),
	}
	for i := range config.Servers {
		s.servers = append(s.servers, newPBX(&s.config.Servers[i], s.name))
	}
	return s
}

// apply takes what has changed at a server, and returns when it is to be called again, if nothing changes until then.
func (s *state) apply(of *pbx, changes []live.Change) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	for _, c := range changes {
		of.take(c, now)
	}
	of.project(s, now)
	s.publish(now)
	pause := min(mostPause, s.window()/10)
	for _, due := range []*schedule{&of.due, &s.later} {
		if at, ok := due.next(); ok {
			pause = min(pause, at.Sub(now))
		}
	}
	return max(pause, time.Millisecond)
}

// publish tells the views that were touched, and drops what is too old to be resumed from.
func (s *state) publish(now time.Time) {
	s.later.run(now)
	for i, v := range s.touched {
		v.publish(now)
		s.touched[i] = nil
	}
	s.touched = s.touched[:0]
	s.sweep(now)
}

// put takes what an object is now.
func (s *state) put(o *object, now time.Time) {
	r := s.records[o.key]
	if r == nil {
		r = new(record)
		s.records[o.key] = r
	}
	before := r.now
	changed := before == nil || !o.same(before)
	switch {
	case changed:
		s.revision++
		o.revision, o.encoded = s.revision, new(encodings)
	default:
		o.revision, o.encoded = before.revision, before.encoded
	}
	r.now = o
	if before == nil {
		s.file(r, nil, o.seenBy)
		s.eachView(o.seenBy, func(v *view) { v.put(r) })
		return
	}
	if !changed && slices.Equal(before.seenBy, o.seenBy) {
		return
	}
	s.move(r, before, changed, now)
}

// move tells the views of an object that was there before: those that see it no more, and those that see something else.
func (s *state) move(r *record, before *object, changed bool, now time.Time) {
	o := r.now
	if !changed {
		s.revision++
	}
	s.file(r, before.seenBy, o.seenBy)
	s.eachView(o.seenBy, func(v *view) {
		if e := v.entries[o.key]; e == nil || e.record == nil || changed && v.differs(before, o) {
			v.set(e, o.key, r)
		}
	})
	s.rest(before.seenBy, func(v *view) { v.hide(o.key, now) })
}

// drop takes that an object is not there any more.
func (s *state) drop(key string, now time.Time) {
	r := s.records[key]
	if r == nil {
		return
	}
	delete(s.records, key)
	s.revision++
	s.file(r, r.now.seenBy, nil)
	s.eachView(r.now.seenBy, func(v *view) { v.hide(key, now) })
}

// eachView calls f for each view that has a right on a term, once.
func (s *state) eachView(terms []term, f func(*view)) {
	s.stamp++
	s.rest(terms, f)
}

// rest is eachView for those views that it has not met.
func (s *state) rest(terms []term, f func(*view)) {
	for _, t := range terms {
		of := s.topics[t]
		if of == nil {
			continue
		}
		for v := range of.views {
			if v.stamp != s.stamp {
				v.stamp = s.stamp
				f(v)
			}
		}
	}
}
