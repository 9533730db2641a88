package ami

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// lost takes that events are missing: Asterisk is asked for each channel. The list of all
// channels is asked for only where the dialplan may have dialled another one, for a
// server has thousands, and as many loops may ask when its connection is back.
func (t *tracked) lost(at time.Time) {
	t.legs.tell(nil, Progress{State: ProgressGap, Time: at})
	t.syncing, t.listing, t.found, t.gone = true, false, nil, nil
	var lists []action.Action
	if t.first == nil && !t.firstOver {
		lists = append(lists, action.Status{Channel: t.legs.origination.id})
	}
	for _, c := range t.channels {
		c.doubtful = true
		lists = append(lists, action.Status{Channel: c.id})
	}
	t.list(lists...)
}

// list has the subscription refreshed.
func (t *tracked) list(lists ...action.Action) {
	t.legs.mu.Lock()
	sub := t.legs.sub
	t.legs.mu.Unlock()
	if sub == nil {
		return
	}
	if err := Refresh(sub, lists...); err != nil {
		t.cannotList(err)
	}
}

func (t *tracked) cannotList(err error) {
	t.legs.end(t.legs.failure(fmt.Errorf("events were lost, and the channels can't be listed: %w", err)))
}

// listed takes a channel of the list. It may be older than the events before it.
func (t *tracked) listed(e event.Status) {
	o := t.legs.origination
	if !t.syncing || e.UniqueID == "" || slices.Contains(t.gone, e.UniqueID) {
		return
	}
	at := e.Received()
	if c := t.withID(e.UniqueID); c != nil {
		c.name, c.doubtful = e.Channel, false
		t.reachListed(c, e.ChannelState, at)
		return
	}
	switch {
	case e.UniqueID == o.id && t.first == nil && !t.firstOver:
		if c := t.add(&legChannel{leg: LegFirst, name: e.Channel, id: o.id}, at); c != nil {
			t.reachListed(c, e.ChannelState, at)
		}
	case e.LinkedID == o.id && len(t.found) < 2*maxLegChannels:
		t.found = append(t.found, e)
	}
}

func (t *tracked) reachListed(c *legChannel, state asterisk.ChannelState, at time.Time) {
	switch state {
	case asterisk.ChannelRinging:
		t.reach(c, ProgressRinging, at)
	case asterisk.ChannelUp:
		t.reach(c, ProgressAnswered, at)
	}
}

// synced takes the end of the lists: what was not in them has ended.
func (t *tracked) synced(e event.Synced) {
	if !t.syncing {
		return
	}
	for _, list := range e.Lists {
		if list.Err != nil && !errors.Is(list.Err, ErrNoSuchChannel) {
			t.cannotList(list.Err)
			return
		}
	}
	for _, s := range t.found {
		t.discover(s, e.Received())
	}
	// A channel that a Local one stands for may have taken its place, so these are first.
	for _, hidden := range []bool{true, false} {
		for _, c := range slices.Clone(t.channels) {
			if c.doubtful && (c.behind != nil) == hidden && slices.Contains(t.channels, c) {
				t.end(c, asterisk.CauseUnset, "it has ended while events were lost", e.Received())
			}
		}
	}
	if !t.listing && t.mayDial() {
		t.listing = true
		t.list(action.Status{})
		return
	}
	t.syncing, t.found, t.gone = false, nil, nil
}

// mayDial reports whether the dialplan may have dialled a channel that is not known: the first
// channel is up, and no channel of the second leg is known.
func (t *tracked) mayDial() bool {
	if t.first == nil || t.firstOver || t.first.state != ProgressAnswered {
		return false
	}
	return !slices.ContainsFunc(t.channels, func(c *legChannel) bool { return c.leg == LegSecond })
}

// discover takes a channel that a list has, and no event has told of: one that was
// dialled. A Local channel stands for the channel that shares a bridge with its other half.
func (t *tracked) discover(s event.Status, at time.Time) {
	if strings.HasSuffix(s.Channel, ";2") || slices.Contains(t.gone, s.UniqueID) || t.find(s.Channel, s.UniqueID) != nil {
		return
	}
	if s.Application != "AppDial" && s.Application != "AppQueue" {
		return
	}
	c := &legChannel{leg: LegSecond, name: s.Channel, id: s.UniqueID}
	if local := t.bridgedTo(s.BridgeID); local != nil {
		c.leg, c.behind = local.leg, local
	}
	if c = t.add(c, at); c != nil {
		t.reachListed(c, s.ChannelState, at)
	}
}

// bridgedTo returns the Local channel whose other half is in a bridge, as the list says.
func (t *tracked) bridgedTo(bridge string) *legChannel {
	for _, s := range t.found {
		if bridge != "" && s.BridgeID == bridge {
			if local := t.half(s.Channel); local != nil {
				return local
			}
		}
	}
	return nil
}

// recheckSoon has recheck run in a while.
func (t *tracked) recheckSoon() {
	if t.recheckAt.IsZero() { // a stranger's events must not put it off
		t.recheckAt = time.Now().Add(legsRecheck)
	}
}

// recheck looks for the channels that are left, should the end of one have been missed or
// not been believed.
func (t *tracked) recheck(ctx context.Context) {
	t.recheckAt = time.Time{}
	for _, c := range slices.Clone(t.channels) {
		if ctx.Err() != nil {
			t.recheckSoon()
			return
		}
		if slices.Contains(t.channels, c) {
			t.recheckOne(c)
		}
	}
}

// recheckOne ends a channel that Asterisk says has gone, with the cause of its Hangup if
// there was one. To a user who may not ask, a Hangup that is in order is proof enough.
func (t *tracked) recheckOne(c *legChannel) {
	_, found, err := t.legs.ask(c.id)
	switch {
	case found:
		c.hangup = nil // it was a stranger's
	case c.hangup != nil && (err == nil || c.hangup.Doubt() == 0 && errors.Is(err, ErrPermissionDenied)):
		t.end(c, c.hangup.Cause, "", time.Now())
	case err == nil:
		t.end(c, asterisk.CauseUnset, "its end was not seen", time.Now())
	case !errors.Is(err, ErrPermissionDenied):
		t.recheckSoon()
	}
}

// conclude takes the outcome, which is that of the first channel.
func (t *tracked) conclude() {
	t.concluded = true
	o, at := t.legs.origination.outcome, time.Now()
	c := t.first
	switch {
	case t.firstOver:
		t.over()
		return
	case o.Result == ResultUnknown && c != nil && c.state == ProgressAnswered:
		return
	case o.Result == ResultUnknown:
		cause := t.legs.origination.sessionEnd
		if cause == nil {
			cause = errors.New(o.Why)
		}
		t.legs.end(t.legs.failure(cause))
		return
	}
	if c == nil {
		c = &legChannel{leg: LegFirst, name: o.Channel, id: t.legs.origination.id, doubtful: t.syncing}
		if o.Result == ResultAnswered {
			t.add(c, at)
			t.recheckSoon() // its events were not seen, and its end may have been among them
		}
		t.first = c
	}
	if o.Result == ResultAnswered {
		if t.reach(c, ProgressAnswered, at); c.hungUp {
			t.end(c, c.cause, "", at)
		}
		return
	}
	t.channels = nil // a call that nobody has answered dials nobody: others are of a channel that has our ChannelID
	t.finish(c, Progress{Leg: LegFirst, State: ProgressEnded, Channel: o.Channel, UniqueID: c.id, Result: o.Result, Cause: o.Cause, Why: o.Why, Time: at})
}
