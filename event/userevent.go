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
	_, _, sent := cutUser(e.fields.String())
	return transport.ParseFields(sent)
}

// cutUser cuts text at the field that has the name: what follows is the
// sender's, and may be named like a field of the channel.
func cutUser(text string) (before, name, sent string) {
	for rest := text; rest != ""; {
		line := rest
		var key, value string
		if key, value, rest = cutField(rest); key == "UserEvent" {
			return text[:len(text)-len(line)], value, rest
		}
	}
	return text, "", ""
}

var formUserEvent = form{{0, channelKeys, false}, {15, channelVariables, true}}

func decodeUserEvent(base Base, text string, left *leftovers) Event {
	text, name, _ := cutUser(text)
	var v [16]slot
	scan(text, formUserEvent, v[:], left)
	return UserEvent{Base: base, ChannelSnapshot: channelOf(text, v[:]), UserEvent: name}
}
