package action

import (
	"strings"

	"github.com/asterisk-go/asterisk-go/transport"
)

// UserEvent sends an event of one's own to all sessions that read class user.
// Class user. Its ActionID is copied into the event.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/UserEvent/
type UserEvent struct {
	UserEvent string  // required: the name
	Fields    []Field // the keys Action, ActionID and UserEvent are errors
}

// ActionName is "UserEvent".
func (UserEvent) ActionName() string { return "UserEvent" }

// Encode checks the fields and adds them.
func (a UserEvent) Encode(b *transport.Builder) error {
	if err := required("UserEvent", "UserEvent", a.UserEvent); err != nil {
		return err
	}
	b.Add("UserEvent", a.UserEvent)
	for _, field := range a.Fields {
		if reserved(field.Key) || strings.EqualFold(field.Key, "UserEvent") {
			return &FieldError{"UserEvent", field.Key, "is a name that Asterisk keeps for itself"}
		}
		b.Add(field.Key, field.Value)
	}
	return nil
}
