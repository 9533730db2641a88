package event

import "github.com/asterisk-go/asterisk-go/transport"

// UserEvent was sent by the dialplan or by an action of the same name. Its own
// fields are what Sent returns; [DecodeUser] puts them into a type of yours.
// Nothing in it can be trusted more than its sender: Asterisk copies line
// breaks. Class user.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Events/UserEvent/
type UserEvent struct {
	Base
	ChannelSnapshot        // zero when it did not come from the dialplan
	UserEvent       string // the name that its sender gave
}

// EventName is "UserEvent".
func (UserEvent) EventName() string { return "UserEvent" }

// Sent is what the sender added: the fields behind the one that has the name.
func (e UserEvent) Sent() transport.Fields {
	for text := bodyOf(e.Base); text != ""; {
		var key string
		if key, _, text = cutField(text); key == "UserEvent" {
			return transport.ParseFields(text)
		}
	}
	return transport.Fields{}
}

func decodeUserEvent(base Base, left *leftovers) Event {
	e := UserEvent{Base: base}
	var seen mask
	for text := bodyOf(base); text != ""; {
		var key, value string
		key, value, text = cutField(text)
		if key == "UserEvent" {
			e.UserEvent = value
			break // what follows is the sender's, and may be named like a field of the channel
		}
		if !setChannel(&e.ChannelSnapshot, &seen, key, value) {
			left.add(key)
		}
	}
	return e
}
