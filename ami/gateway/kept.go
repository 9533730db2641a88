package gateway

import "time"

// kept is what the state keeps for clients that come back: tombstones, and views that nobody has.
type kept struct {
	orphans []*view // in the order in which they were released
	graves  []grave // in the order of their time
	bytes   int
}

// grave is a tombstone, unless the object is seen again.
type grave struct {
	view     *view
	entry    *entry
	revision uint64
	at       time.Time
}

// What is kept takes so many bytes, by estimate.
const (
	graveWeight = 64
	entryWeight = 200
)

func (e *entry) weight() int { return entryWeight + len(e.key) }

// grow counts an entry that a view without users has got.
func (k *kept) grow(v *view, e *entry) {
	if v.users == 0 {
		k.bytes += e.weight()
	}
}

// bury keeps a tombstone.
func (k *kept) bury(e *entry, v *view, now time.Time) {
	k.graves = append(k.graves, grave{v, e, e.revision, now})
	k.bytes += graveWeight + len(e.key)
}

// orphan keeps a view that nobody has.
func (k *kept) orphan(v *view) {
	k.orphans = append(k.orphans, v)
	for _, e := range v.entries {
		k.bytes += e.weight()
	}
}

// adopt takes a view back that was kept.
func (k *kept) adopt(v *view) {
	for i, other := range k.orphans {
		if other == v {
			k.orphans = append(k.orphans[:i], k.orphans[i+1:]...)
			for _, e := range v.entries {
				k.bytes -= e.weight()
			}
			return
		}
	}
}

// sweep drops what is older than the window, and the oldest of what is too much.
func (s *state) sweep(now time.Time) {
	window, limit := s.window(), s.limit()
	k := &s.kept
	for len(k.orphans) > 0 && (k.bytes > limit || now.Sub(k.orphans[0].released) >= window) {
		s.forget(k.orphans[0])
	}
	for len(k.graves) > 0 && (k.bytes > limit || now.Sub(k.graves[0].at) >= window) {
		g := k.graves[0]
		k.graves[0] = grave{}
		k.graves = k.graves[1:]
		k.bytes -= graveWeight + len(g.entry.key)
		if e := g.entry; e.record == nil && e.revision == g.revision && g.view.entries[e.key] == e {
			if g.view.tip.Load().revision < e.revision { // it waits: clients that are not behind are still to have it
				g.view.publish(now)
			}
			g.view.floor = max(g.view.floor, e.revision)
			delete(g.view.entries, e.key)
			e.revision = 0
			if g.view.users == 0 {
				k.bytes -= e.weight()
			}
		}
	}
}

// forget drops a view that nobody has.
func (s *state) forget(v *view) {
	s.kept.adopt(v)
	delete(s.views, v.name)
	for t := range v.rights.terms {
		delete(s.topics[t].views, v)
		s.prune(t)
	}
	v.entries, v.log = nil, nil
}

func (s *state) window() time.Duration {
	if s.config.ResumeWindow > 0 {
		return s.config.ResumeWindow
	}
	return 10 * time.Minute
}

func (s *state) limit() int {
	if s.config.ResumeBytes > 0 {
		return s.config.ResumeBytes
	}
	return 64 << 20
}
