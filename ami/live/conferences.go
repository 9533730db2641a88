package live

import (
	"slices"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// conferences keeps conferences, and who is in them. Their events come in no order to those of channels and bridges,
// and those that mute in no order to the others.
type conferences struct {
	rooms   *shelf[Conference]
	users   *shelf[Participant]
	members map[string][]string // UniqueIDs, by the conference's name
	leaving map[string]bool     // whose end was told while they are in the conference's bridge
	early   map[string]mute     // told of channels that have not joined
	counted map[string]bool     // Calls of the conference that is shown; empty but for that
	backlog backlog
}

// mute is a ConfbridgeMute or ConfbridgeUnmute.
type mute struct {
	on     bool
	bridge string
}

var conferencesDesign = design{
	name:     PartConferences,
	channels: true,
	keeper:   func(limit int) keeper { return newConferences(limit) },
	events: event.Or(event.Of[event.ConfbridgeStart](), event.Of[event.ConfbridgeEnd](), event.Of[event.ConfbridgeJoin](), event.Of[event.ConfbridgeLeave](),
		event.Of[event.ConfbridgeMute](), event.Of[event.ConfbridgeUnmute](), event.Of[event.ConfbridgeTalking](),
		event.Of[event.ConfbridgeRecord](), event.Of[event.ConfbridgeStopRecord]()),
	class:  action.ClassCall,
	lists:  []action.Action{action.ConfbridgeListRooms{}},
	deeper: action.ConfbridgeList{},
	needs:  "it needs write=reporting, and the module app_confbridge",
	reload: modules("app_confbridge"),
	late:   "whether a conference is locked; of participants, whether they are marked or wait, and whether they talk where their profile has no talk_detection_events",
}

// then has each room listed.
func (c *conferences) then(item event.Event) []action.Action {
	if e, ok := item.(event.ConfbridgeListRooms); ok && e.Conference != "" {
		return []action.Action{action.ConfbridgeList{Conference: e.Conference}}
	}
	return nil
}

func newConferences(limit int) *conferences {
	c := &conferences{
		rooms:   newShelf(limit, func(c *Conference) string { return c.Name }, (*Conference).equal),
		users:   newShelf(limit, func(p *Participant) string { return p.UniqueID }, func(a, b *Participant) bool { return *a == *b }),
		members: make(map[string][]string),
		leaving: make(map[string]bool),
		early:   make(map[string]mute),
		counted: make(map[string]bool),
	}
	c.rooms.unseen = func(c *Conference, at time.Time) { c.Ended, c.NotSeen = at, true }
	return c
}

func (c *conferences) take(s *state, ev event.Event) {
	switch e := ev.(type) {
	case event.ConfbridgeStart:
		c.starts(s, &e)
	case event.ConfbridgeEnd:
		if r := c.known(s, e.Conference, &e.BridgeSnapshot); r != nil {
			c.ends(s, e.Conference)
		}
	case event.ConfbridgeJoin:
		c.joins(s, &e, ev)
	case event.ConfbridgeLeave:
		if l := c.believed(s, &e.ChannelSnapshot, ev); l != nil && c.isOf(l, e.Conference, e.BridgeUniqueID) {
			c.leaving[l.id] = true
			c.settle(s, l)
		}
	case event.ConfbridgeMute:
		c.mutes(s, &e.ChannelSnapshot, ev, e.Conference, mute{true, e.BridgeUniqueID})
	case event.ConfbridgeUnmute:
		c.mutes(s, &e.ChannelSnapshot, ev, e.Conference, mute{false, e.BridgeUniqueID})
	case event.ConfbridgeTalking:
		if l := c.believed(s, &e.ChannelSnapshot, ev); l != nil && c.isOf(l, e.Conference, e.BridgeUniqueID) {
			c.users.touch(s, l.id).Talking = e.Talking
		}
	case event.ConfbridgeRecord:
		if r := c.room(s, e.Conference, &e.BridgeSnapshot); r != nil {
			r.Recorded = true
		}
	case event.ConfbridgeStopRecord:
		if r := c.known(s, e.Conference, &e.BridgeSnapshot); r != nil {
			r.Recorded = false
		}
	default:
		c.takeOther(s, ev)
	}
}

// takeOther is the rest of take.
func (c *conferences) takeOther(s *state, ev event.Event) {
	switch e := ev.(type) {
	case event.ConfbridgeListRooms:
		c.listsRoom(s, &e)
	case event.ConfbridgeList:
		c.listsUser(s, &e)
	case event.Gap:
		c.backlog.clear()
		for name := range c.rooms.entries {
			r := c.rooms.amend(name)
			r.Recorded, r.Complete = false, false
		}
	}
}

// creator is the BridgeCreator of a conference's bridge.
const creator = "ConfBridge"

// believed returns the leg that an event is about. It is nil for none, for one that is still to be told of, and for an event that
// can't be believed, after which Asterisk is asked.
func (c *conferences) believed(s *state, snapshot *event.ChannelSnapshot, ev event.Event) *leg {
	l, sure, ask := c.backlog.find(s, snapshot, ev)
	if ask {
		s.want(PartConferences)
	}
	if !sure {
		return nil
	}
	return l
}

// isOf reports whether a leg takes part in a conference with that bridge.
func (c *conferences) isOf(l *leg, name, bridge string) bool {
	u := c.users.now(l.id)
	if u == nil || u.Conference != name {
		return false
	}
	r := c.rooms.now(name)
	return r == nil || r.BridgeID == "" || r.BridgeID == bridge
}

// has reports whether there is a conference with that bridge.
func (c *conferences) has(name, bridge string) bool {
	r := c.rooms.now(name)
	return r != nil && r.BridgeID == bridge
}

// known returns a conference to be written to, if there is one with that bridge. Nobody can write an event of a bridge whose
// ID was never told to him.
func (c *conferences) known(s *state, name string, b *event.BridgeSnapshot) *Conference {
	if s.doubt {
		s.want(PartConferences)
		return nil
	}
	now := c.rooms.now(name)
	if now == nil || now.BridgeID != "" && now.BridgeID != b.BridgeUniqueID {
		return nil
	}
	r := c.rooms.touch(s, name)
	r.BridgeID = b.BridgeUniqueID
	return r
}

// room returns a conference to be written to, a new one if need be; nil for none. One of another bridge takes the place of
// one whose end is still to be told, if that bridge is there: Asterisk makes it before the first end is told.
func (c *conferences) room(s *state, name string, b *event.BridgeSnapshot) *Conference {
	if name == "" || s.doubt {
		s.want(PartConferences)
		return nil
	}
	if now := c.rooms.now(name); now != nil && now.BridgeID != "" && now.BridgeID != b.BridgeUniqueID {
		if s.rooms[b.BridgeUniqueID] == nil && s.rooms[now.BridgeID] != nil {
			s.want(PartConferences)
			return nil
		}
		c.ends(s, name)
	}
	r := c.rooms.touch(s, name)
	if r != nil {
		r.Name, r.BridgeID = name, b.BridgeUniqueID
	}
	return r
}

// starts takes that a conference begins. That it is recorded may have been told before.
func (c *conferences) starts(s *state, e *event.ConfbridgeStart) {
	if r := c.room(s, e.Conference, &e.BridgeSnapshot); r != nil && r.Began.IsZero() && len(c.members[e.Conference]) == 0 {
		r.Began, r.Complete = s.at, true
	}
}

// ends takes that a conference has ended, and with it all that is in it.
func (c *conferences) ends(s *state, name string) {
	for _, id := range slices.Clone(c.members[name]) {
		c.leave(s, id, false)
	}
	c.rooms.touch(s, name).Ended = s.at
	c.rooms.remove(s, name)
}

// joins takes that a channel is in a conference.
func (c *conferences) joins(s *state, e *event.ConfbridgeJoin, ev event.Event) {
	l, sure, ask := c.backlog.find(s, &e.ChannelSnapshot, ev)
	if ask {
		s.want(PartConferences)
		return
	}
	there := c.has(e.Conference, e.BridgeUniqueID)
	if !c.backlog.current { // else it may have ended since
		there = c.room(s, e.Conference, &e.BridgeSnapshot) != nil
	}
	if !sure || !there {
		return
	}
	told, early := c.early[l.id]
	early = early && told.bridge == e.BridgeUniqueID
	delete(c.early, l.id)
	if c.leaving[l.id] { // its end was told before
		c.leave(s, l.id, false)
	}
	u, isNew := c.enter(s, l, e.Conference)
	if u == nil {
		return
	}
	u.Admin = e.Admin
	switch {
	case isNew && early && !c.users.gone.has(l.id):
		u.Muted = told.on
	case isNew: // else a list, or what was told since, knows better
		u.Muted = e.Muted
		if early && told.on != e.Muted { // of one who comes back, or still heard that he was removed, when all were muted: a list knows
			s.want(PartConferences)
		}
	}
	if u.Joined.IsZero() {
		u.Joined = s.at
	}
}

func (c *conferences) mutes(s *state, snapshot *event.ChannelSnapshot, ev event.Event, name string, m mute) {
	switch l := c.believed(s, snapshot, ev); {
	case l == nil:
	case c.isOf(l, name, m.bridge):
		c.users.touch(s, l.id).Muted = m.on
	default:
		c.early[l.id] = m
	}
}

// listsRoom takes an item of ConfbridgeListRooms.
func (c *conferences) listsRoom(s *state, e *event.ConfbridgeListRooms) {
	s.synthetic = true
	if s.doubt || e.Conference == "" {
		return
	}
	r := c.rooms.touch(s, e.Conference)
	if r == nil {
		return
	}
	r.Name, r.Locked, r.Muted = e.Conference, e.Locked, e.Muted
}

// is takes that a conference which is listed has that bridge. One that had another bridge has ended unseen.
func (c *conferences) is(s *state, name, bridge string) {
	r := c.rooms.amend(name)
	if r.BridgeID != "" && r.BridgeID != bridge {
		for _, id := range slices.Clone(c.members[name]) {
			c.leave(s, id, true)
		}
		listed := Conference{Name: name, Locked: r.Locked, Muted: r.Muted}
		r.Ended, r.NotSeen = s.at, true
		c.rooms.end(c.rooms.entries[name])
		if r = c.rooms.touch(s, name); r == nil {
			return
		}
		*r = listed
	}
	r.BridgeID = bridge
}

// listsUser takes an item of ConfbridgeList. What is taken of it stands before all that strangers write. A list has channels
// that are about to join, and those that have left and still hear that they were removed.
func (c *conferences) listsUser(s *state, e *event.ConfbridgeList) {
	s.synthetic = true
	l, sure := s.find(&e.ChannelSnapshot)
	if l == nil || !sure && !isItem(e) || e.Conference == "" || c.rooms.now(e.Conference) == nil {
		return
	}
	inside := c.isIn(s, l, e.Conference)
	if c.users.now(l.id) == nil && c.users.gone.has(l.id) && !inside {
		return
	}
	if inside {
		c.is(s, e.Conference, l.now().BridgeID)
	}
	u, _ := c.enter(s, l, e.Conference)
	if u == nil {
		return
	}
	u.Admin, u.Muted, u.Talking, u.Listed = e.Admin, e.Muted, e.Talking, true
	u.Marked, u.WaitMarked, u.EndMarked, u.EndMarkedAny, u.Waiting = e.MarkedUser, e.WaitMarked, e.EndMarked, e.EndMarkedAny, e.Waiting
}
