package ami_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// channelList is the channels that are there now.
type channelList struct {
	live  map[string]event.ChannelSnapshot // by name: a caller's text can't change that, but an event's Uniqueid
	past  map[string]string                // names that ended between a Gap and Synced: the new name, or ""
	whole bool                             // live is all there is
}

func newChannelList() *channelList {
	return &channelList{live: map[string]event.ChannelSnapshot{}, past: map[string]string{}}
}

// apply takes an event. After an error there is no whole list, and none comes before the next Gap.
func (l *channelList) apply(ev event.Event) error {
	if ev.Doubt()&(event.DoubtMissing|event.DoubtCut) != 0 {
		return nil // text of a caller may be all of it; where keys are only repeated, Channel is Asterisk's
	}
	switch e := ev.(type) {
	case event.Gap: // events are missing; the snapshot comes again
		*l = *newChannelList()
	case event.CoreShowChannel:
		l.set(e.ChannelSnapshot)
	case event.Newchannel:
		l.set(e.ChannelSnapshot)
	case event.Newstate:
		l.set(e.ChannelSnapshot)
	case event.Rename:
		channel, known := l.live[e.Channel]
		l.end(e.Channel, e.NewName)
		delete(l.past, e.NewName)
		if known {
			channel.Channel = e.NewName
			l.set(channel)
		}
	case event.Hangup:
		l.end(e.Channel, "")
	case event.Synced: // no item comes after this, so nothing of the past comes back
		l.past, l.whole = nil, e.Err == nil
		return e.Err
	}
	return nil
}

func (l *channelList) set(channel event.ChannelSnapshot) {
	if now, ended := l.past[channel.Channel]; ended { // an item may be older than an event before it
		if now == "" {
			return
		}
		channel.Channel = now
	}
	l.live[channel.Channel] = channel
}

func (l *channelList) end(name, now string) {
	delete(l.live, name)
	if l.past != nil {
		l.past[name] = now
	}
}

// follow keeps the list until ctx ends, the session does, or the list can't be had.
func (l *channelList) follow(ctx context.Context, session ami.Session) error {
	sub := session.Subscribe(event.Named("Newchannel", "Newstate", "Rename", "Hangup"), &ami.SubscribeConfig{
		Snapshot: []action.Action{action.CoreShowChannels{}},
	})
	defer sub.Close()
	for ev := range sub.All(ctx) {
		if err := l.apply(ev); err != nil {
			return fmt.Errorf("list of channels: %w", err)
		}
		// once l.whole is true l.live can be used here
	}
	return errors.Join(context.Cause(ctx), sub.Err())
}
