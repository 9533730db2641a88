package sipua_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// pop is what the screen of a phone's user shows: who calls, or with whom they talk.
type pop struct {
	phone        string // PJSIP/100
	number, name string // of the other end, as far as it is known: a stranger's text
	talking      bool   // if not, the phone rings
}

// screen shows a pop for each channel of the phones that rings or talks.
type screen struct {
	phones map[string]bool
	show   func(channel string, p pop) // a new pop, or one that has changed
	hide   func(channel string)
	whole  func(is bool) // false: what is shown may be old, until true

	shown map[string]pop
	live  map[string]event.ChannelSnapshot // the channels of the phones, by name
	told  map[string]bool                  // those that events were about since the list was asked for; nil after Synced
	again bool                             // an event could not be believed, so the list is needed once more
}

func newScreen(show func(string, pop), hide func(string), whole func(bool), phones ...string) *screen {
	s := &screen{phones: map[string]bool{}, show: show, hide: hide, whole: whole, shown: map[string]pop{}}
	for _, phone := range phones {
		s.phones[phone] = true
	}
	return s
}

// follow keeps the screen right until ctx ends, the session is closed, or the list is refused.
func (s *screen) follow(ctx context.Context, session ami.Session) error {
	sub := session.Subscribe(event.Named("Newchannel", "Newstate", "NewConnectedLine", "Rename", "Hangup"),
		&ami.SubscribeConfig{Snapshot: []action.Action{action.CoreShowChannels{}}})
	defer sub.Close()
	s.begin()
	for ev := range sub.All(ctx) {
		if err := s.apply(ev); err != nil {
			return fmt.Errorf("list of channels: %w", err)
		}
		if s.again && s.told == nil {
			s.begin()
			if err := ami.Refresh(sub, action.CoreShowChannels{}); err != nil {
				return err
			}
		}
	}
	return errors.Join(context.Cause(ctx), sub.Err())
}

// begin waits for a list. Until it is whole, what is shown stays.
func (s *screen) begin() {
	s.live, s.told, s.again = map[string]event.ChannelSnapshot{}, map[string]bool{}, false
	s.whole(false)
}

func (s *screen) apply(ev event.Event) error {
	item, isItem := ev.(event.CoreShowChannel)
	if !isItem && ev.Doubt() != 0 { // a caller may have written some of it, or all
		s.again = true
		return nil
	}
	switch e := ev.(type) {
	case event.Gap: // events are missing; the list comes by itself
		s.begin()
	case event.CoreShowChannel: // what events have said since is newer, or will be
		if !s.told[item.Channel] && item.Doubt()&(event.DoubtMissing|event.DoubtCut) == 0 {
			s.set(item.ChannelSnapshot)
		}
	case event.Newchannel:
		s.news(e.ChannelSnapshot)
	case event.Newstate:
		s.news(e.ChannelSnapshot)
	case event.NewConnectedLine: // after a transfer, the same channel has another caller
		s.news(e.ChannelSnapshot)
	case event.Rename:
		s.rename(e.Channel, e.NewName)
	case event.Hangup:
		s.end(e.Channel)
	case event.Synced:
		if e.Err != nil {
			return e.Err
		}
		s.told = nil
		for name := range s.shown { // what has ended where events were missing
			s.update(name)
		}
		for name := range s.live {
			s.update(name)
		}
		s.whole(true)
	}
	return nil
}

func (s *screen) set(channel event.ChannelSnapshot) {
	if s.phones[event.Device(channel.Channel)] {
		s.live[channel.Channel] = channel
	}
}

func (s *screen) news(channel event.ChannelSnapshot) {
	s.set(channel)
	s.tell(channel.Channel)
}

func (s *screen) end(name string) {
	delete(s.live, name)
	s.tell(name)
}

func (s *screen) rename(name, now string) {
	channel, known := s.live[name]
	s.again = s.again || !known && s.told != nil && s.phones[event.Device(now)] // its item may come by the old name
	s.end(name)
	s.end(now)
	if known {
		channel.Channel = now
		s.news(channel)
	}
}

// tell notes that an event was about a channel.
func (s *screen) tell(name string) {
	if s.told == nil {
		s.update(name)
	} else if s.phones[event.Device(name)] {
		s.told[name] = true
	}
}

// update shows what has changed of a channel.
func (s *screen) update(name string) {
	channel, there := s.live[name]
	before, was := s.shown[name]
	now := pop{event.Device(name), channel.ConnectedLineNum, channel.ConnectedLineName, channel.ChannelState == asterisk.ChannelUp}
	switch there = there && (now.talking || channel.ChannelState == asterisk.ChannelRinging); {
	case there && (!was || now != before):
		s.shown[name] = now
		s.show(name, now)
	case was && !there:
		delete(s.shown, name)
		s.hide(name)
	}
}
