package action

import (
	"strings"

	"github.com/asterisk-go/asterisk-go/transport"
)

// Command runs a command of the CLI; ami.Command returns its lines. Class
// command.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/Command/
type Command struct {
	Command string // required: "core show uptime"
}

// ActionName is "Command".
func (Command) ActionName() string { return "Command" }

// Encode checks the fields and adds them.
func (a Command) Encode(b *transport.Builder) error {
	if err := required("Command", "Command", a.Command); err != nil {
		return err
	}
	b.Add("Command", a.Command)
	return nil
}

// CoreSettings asks for the version and the limits of Asterisk. Class system
// or reporting.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/CoreSettings/
type CoreSettings struct{}

// ActionName is "CoreSettings".
func (CoreSettings) ActionName() string { return "CoreSettings" }

// Encode adds nothing.
func (CoreSettings) Encode(*transport.Builder) error { return nil }

// Ping asks whether Asterisk reads. No class.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/Ping/
type Ping struct{}

// ActionName is "Ping".
func (Ping) ActionName() string { return "Ping" }

// Encode adds nothing.
func (Ping) Encode(*transport.Builder) error { return nil }

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

// QueueStatus lists queues with their members and callers: a mix of
// [event.QueueParams], [event.QueueMember] and [event.QueueEntry]. No class.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/QueueStatus/
type QueueStatus struct {
	Queue  string // empty for all
	Member string // empty for all
}

// ActionName is "QueueStatus".
func (QueueStatus) ActionName() string { return "QueueStatus" }

// Encode adds the fields.
func (a QueueStatus) Encode(b *transport.Builder) error {
	optional(b, "Queue", a.Queue, "Member", a.Member)
	return nil
}

// addNames writes a list of variable names, which Asterisk splits at commas.
func addNames(b *transport.Builder, names []string) error {
	if len(names) > 0 {
		b.Add("Variables", strings.Join(names, ","))
	}
	return nil
}
