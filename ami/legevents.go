package ami

import (
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/event"
)

// take takes an event.
func (t *tracked) take(ev event.Event) {
	at := ev.Received()
	switch e := ev.(type) {
	case event.Gap:
		t.lost(at)
	case event.Status:
		t.listed(e)
	case event.Synced:
		t.synced(e)
	case event.Newchannel:
		t.changes(e.ChannelSnapshot, at)
	case event.Newstate:
		t.changes(e.ChannelSnapshot, at)
	case event.DialBegin:
		t.dials(e.ChannelSnapshot, e.Dest, at)
	case event.DialState:
		t.rings(e, at)
	case event.DialEnd:
		t.dialled(e, at)
	case event.Rename:
		t.renames(e)
	case event.Hangup:
		t.hangsUp(e)
	}
}

// changes takes the state of a channel.
func (t *tracked) changes(s event.ChannelSnapshot, at time.Time) {
	c := t.own(s, at)
	if c == nil {
		return
	}
	c.doubtful = false
	switch s.ChannelState {
	case asterisk.ChannelRinging:
		t.reach(c, ProgressRinging, at)
	case asterisk.ChannelUp:
		if c == t.first && c.state != ProgressAnswered && t.isUp(c, false) {
			t.reach(c, ProgressAnswered, at)
		}
	}
}

// own returns the channel that a snapshot is of, or nil. The first channel is known
// by its Uniqueid, of which nobody else knows if it is random; else Asterisk is asked
// for the name.
func (t *tracked) own(s event.ChannelSnapshot, at time.Time) *legChannel {
	o := t.legs.origination
	switch c := t.find(s.Channel, s.UniqueID); {
	case c != nil || s.UniqueID != o.id || s.Channel == "" || t.firstOver:
		return c
	case t.first != nil && (t.first.name != "" || t.first.id != o.id):
		return nil
	case !o.random && !t.isOutcomes(s.Channel) && !t.named(s.Channel, o.id):
		return nil
	case t.first != nil:
		t.first.name = s.Channel
		return t.first
	}
	return t.add(&legChannel{leg: LegFirst, name: s.Channel, id: o.id}, at)
}

// isOutcomes reports whether the outcome is known to be that of the channel of that name. Asterisk
// was asked then, and may not have the channel any more.
func (t *tracked) isOutcomes(name string) bool {
	o := t.legs.origination
	return o.isDone() && o.outcome.Answered() && o.outcome.Channel == name
}

// named reports whether Asterisk says that the channel with a Uniqueid has that name.
func (t *tracked) named(name, id string) bool {
	if !t.asking.may() {
		return false
	}
	t.asking.count()
	item, found, _ := t.legs.ask(id)
	return found && item.Channel == name
}

// isUp reports whether a channel is up, of which an event says so. If it has gone, or
// Asterisk can't be asked, it was as the event has it when unasked is true.
func (t *tracked) isUp(c *legChannel, unasked bool) bool {
	if t.legs.origination.random {
		return true
	}
	if !t.asking.may() {
		return unasked
	}
	t.asking.count()
	item, found, _ := t.legs.ask(c.id)
	if !found {
		return unasked
	}
	return item.ChannelState == asterisk.ChannelUp
}

// dials takes that a channel begins to dial another.
func (t *tracked) dials(caller, dest event.ChannelSnapshot, at time.Time) *legChannel {
	if c := t.own(dest, at); c != nil || dest.Channel == "" || dest.UniqueID == "" {
		return c
	}
	c := t.dialledBy(caller, at)
	if c == nil {
		return nil
	}
	c.name, c.id = dest.Channel, dest.UniqueID
	return t.add(c, at)
}

// dialledBy makes a channel that caller dials; nil if caller is no channel of ours, or a
// stranger's who has written our ChannelID.
func (t *tracked) dialledBy(caller event.ChannelSnapshot, at time.Time) *legChannel {
	o := t.legs.origination
	if by := t.own(caller, at); by != nil {
		if by != t.first {
			return &legChannel{leg: by.leg, behind: by.behind}
		}
		if by.state != ProgressAnswered && t.isUp(by, false) { // only a channel that is up runs the dialplan
			t.reach(by, ProgressAnswered, at)
		}
		return &legChannel{leg: LegSecond}
	}
	local := t.half(caller.Channel)
	switch {
	case local == nil:
		return nil
	case o.random && caller.LinkedID == o.id:
	case !t.named(caller.Channel, caller.UniqueID):
		return nil
	}
	return &legChannel{leg: local.leg, behind: local}
}

// rings takes what a dialled channel does before the answer.
func (t *tracked) rings(e event.DialState, at time.Time) {
	c := t.own(e.Dest, at)
	if c == nil {
		c = t.dials(e.ChannelSnapshot, e.Dest, at)
	}
	if c == nil {
		return
	}
	c.doubtful = false
	switch e.DialStatus {
	case "RINGING":
		t.reach(c, ProgressRinging, at)
	case "PROGRESS":
		t.reach(c, ProgressEarlyMedia, at)
	}
}

// dialled takes that a channel has answered, or is no longer dialled: then its Hangup
// follows, with the cause. One that answers without having been dialled has picked the
// call up.
func (t *tracked) dialled(e event.DialEnd, at time.Time) {
	status := asterisk.DialStatus(e.DialStatus)
	c := t.own(e.Dest, at)
	if c == nil && status == asterisk.DialAnswer {
		c = t.dials(e.ChannelSnapshot, e.Dest, at)
	}
	if c == nil {
		return
	}
	c.doubtful = false
	switch {
	case status != asterisk.DialAnswer:
		c.status, c.forward = status, e.Forward
	case c.state != ProgressAnswered && t.isUp(c, e.Doubt() == 0):
		t.reach(c, ProgressAnswered, at)
	}
}

// renames takes a new name, as after a masquerade.
func (t *tracked) renames(e event.Rename) {
	c := t.find(e.Channel, e.UniqueID)
	if c == nil || e.NewName == "" {
		return
	}
	if o := t.legs.origination; o.random && c.id == o.id || t.named(e.NewName, c.id) {
		c.name = e.NewName
	}
}

// hangsUp takes the end of a channel. It counts if nobody else can have written it, or
// Asterisk says that the channel has gone.
func (t *tracked) hangsUp(e event.Hangup) {
	o := t.legs.origination
	if t.syncing && len(t.gone) < maxLegChannels {
		t.gone = append(t.gone, e.UniqueID)
	}
	c, sure := t.find(e.Channel, e.UniqueID), o.random && (e.UniqueID == o.id || e.LinkedID == o.id)
	if c == nil {
		c, sure = t.withID(e.UniqueID), false // its Rename may have been missed
	}
	if c == nil {
		return
	}
	if sure || t.isGone(c, e.Doubt()) {
		t.end(c, e.Cause, "", e.Received())
		return
	}
	c.hangup = &e
	t.recheckSoon()
}

// isGone reports whether Asterisk says that a channel has ended. One that has just done
// so may look alive for a moment. To a user who may not ask, an event that is
// in order is proof enough.
func (t *tracked) isGone(c *legChannel, doubt event.Doubt) bool {
	if !t.asking.may() {
		return false
	}
	for range goneAfter {
		t.asking.count()
		_, found, err := t.legs.ask(c.id)
		if err != nil {
			return doubt == 0
		}
		if !found {
			return true
		}
		<-time.After(goneProbe)
	}
	return false
}
