package event

import (
	"slices"

	"github.com/asterisk-go/asterisk-go/transport"
)

// UserEvent was sent by the dialplan or by an action of the same name. Its own
// fields are what Sent returns; [DecodeUser] puts them into a type of yours.
// Nothing in it can be trusted more than its sender: Asterisk copies line
// breaks. Class user.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Events/UserEvent/
type UserEvent struct {
	Base
	ChannelSnapshot `json:"-"` // zero when it did not come from the dialplan
	UserEvent       string     `json:"-"` // the name that its sender gave
}

// EventName is "UserEvent".
func (UserEvent) EventName() string { return "UserEvent" }

// Sent is what the sender added: the fields behind the one that has the name.
func (e UserEvent) Sent() transport.Fields {
	_, _, sent := cutUser(e.text())
	return transport.ParseFields(sent)
}

const userEventName = "UserEvent"

// cutUser cuts text at the field that has the name: what follows is the
// sender's, and may be named like a field of the channel. The field stands
// right after all those of the channel, if there are any: one among them is a
// stranger's.
func cutUser(text string) (before, name, sent string) {
	before, name, sent = text, "", ""
	var channel channelSeen
	for rest := text; rest != ""; {
		line := rest
		var key, value string
		key, value, rest = cutField(rest)
		if key == userEventName {
			if !channel.begun() || channel.whole() {
				return text[:len(text)-len(line)], value, rest
			}
			if name == "" {
				before, name, sent = text[:len(text)-len(line)], value, rest
			}
		}
		channel.see(key)
	}
	return before, name, sent
}

// doubtfulUser reports whether more than one field of an event with a channel
// could be the one that has the name.
func doubtfulUser(before, sent string) bool {
	if _, _, ok := findField(before, userEventName); ok {
		return true
	}
	var channel channelSeen
	for rest := sent; rest != ""; {
		var key string
		key, _, rest = cutField(rest)
		if key == userEventName && channel.ends() {
			return true
		}
		channel.see(key)
	}
	return false
}

// channelSeen follows the keys of an event as they come.
type channelSeen struct {
	keys uint16 // of a channel's first 14, those that have come
	last string
}

func (c *channelSeen) see(key string) {
	c.last = key
	if i := slices.Index(channelKeys[:14], key); i >= 0 {
		c.keys |= 1 << i
	}
}

func (c *channelSeen) begun() bool { return c.keys&1 != 0 }

func (c *channelSeen) whole() bool { return c.keys == 1<<14-1 && c.ends() }

// ends reports whether the last key can be the last of a channel's.
func (c *channelSeen) ends() bool {
	return c.last == "Linkedid" || c.last == "Tenantid" || c.last == "ChanVariable"
}

var formUserEvent = form{[]run{{0, channelKeys, false}, {15, channelVariables, true}}, 2, 0}

func decodeUserEvent(base Base, text string, left *leftovers, f any) Event {
	e := userEventOf(base, text, left)
	if f, ok := f.(func(UserEvent)); ok && e.doubt == 0 {
		f(e)
		return nil
	}
	return e
}

func (UserEvent) handled(func(UserEvent)) {}

func userEventOf(base Base, text string, left *leftovers) UserEvent {
	before, name, sent := cutUser(text)
	var v [16]slot
	scan(&base, before, &formUserEvent, v[:], left)
	if v[0].end != 0 && doubtfulUser(before, sent) {
		base.doubt |= DoubtRepeated
	}
	return UserEvent{Base: base, ChannelSnapshot: channelOf(before, v[:]), UserEvent: name}
}
