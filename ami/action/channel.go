package action

import (
	"cmp"
	"strconv"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// CoreShowChannels lists all channels. Class system or reporting. Asterisk 16
// and older list a copy that trails the events by milliseconds; Status does not.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/CoreShowChannels/
type CoreShowChannels struct{}

// ActionName is "CoreShowChannels".
func (CoreShowChannels) ActionName() string { return "CoreShowChannels" }

// Encode adds nothing.
func (CoreShowChannels) Encode(*transport.Builder) error { return nil }

// ListItem is described at [Lister].
func (CoreShowChannels) ListItem(event.CoreShowChannel) {}

// Status lists one channel, or all of them, with the variables that are asked
// for. Class system, call or reporting.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/Status/
type Status struct {
	Channel      string   // empty for all
	Variables    []string // names
	AllVariables bool     // every variable of the channel
}

// ActionName is "Status".
func (Status) ActionName() string { return "Status" }

// Encode adds the fields.
func (a Status) Encode(b *transport.Builder) error {
	optional(b, "Channel", a.Channel, "AllVariables", flag(a.AllVariables))
	return addNames(b, a.Variables)
}

// ListItem is described at [Lister].
func (Status) ListItem(event.Status) {}

// Getvar asks for a variable or function; the value is the field Value of the
// response. Class call or reporting.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/Getvar/
type Getvar struct {
	Channel  string // empty for a global variable
	Variable string // required; a function as CALLERID(num)
}

// ActionName is "Getvar".
func (Getvar) ActionName() string { return "Getvar" }

// Encode checks the fields and adds them.
func (a Getvar) Encode(b *transport.Builder) error {
	if err := required("Getvar", "Variable", a.Variable); err != nil {
		return err
	}
	optional(b, "Channel", a.Channel, "Variable", a.Variable)
	return nil
}

// Setvar sets a variable or function. Class call.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/Setvar/
type Setvar struct {
	Channel  string // empty for a global variable
	Variable string // required
	Value    string // empty unsets
}

// ActionName is "Setvar".
func (Setvar) ActionName() string { return "Setvar" }

// Encode checks the fields and adds them.
func (a Setvar) Encode(b *transport.Builder) error {
	if err := required("Setvar", "Variable", a.Variable); err != nil {
		return err
	}
	optional(b, "Channel", a.Channel, "Variable", a.Variable)
	b.Add("Value", a.Value)
	return nil
}

// Redirect sends a channel, and perhaps the one it talks to, to another place
// of the dialplan. Class call.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/Redirect/
type Redirect struct {
	Channel  string // required
	Context  string // required
	Exten    string // required
	Priority int    // 0 means 1

	ExtraChannel  string // empty for none; what follows is of no use without it
	ExtraContext  string // empty for Context, as the two below
	ExtraExten    string
	ExtraPriority int
}

// ActionName is "Redirect".
func (Redirect) ActionName() string { return "Redirect" }

// Encode checks the fields and adds them.
func (a Redirect) Encode(b *transport.Builder) error {
	if err := required("Redirect", "Channel", a.Channel, "Context", a.Context, "Exten", a.Exten); err != nil {
		return err
	}
	optional(b, "Channel", a.Channel, "Context", a.Context, "Exten", a.Exten,
		"Priority", strconv.Itoa(max(1, a.Priority)), "ExtraChannel", a.ExtraChannel)
	if a.ExtraContext == "" && a.ExtraExten == "" && a.ExtraPriority == 0 {
		return nil
	}
	if a.ExtraChannel == "" {
		return &FieldError{"Redirect", "ExtraChannel", "is required with ExtraContext, ExtraExten and ExtraPriority"}
	}
	// Asterisk looks at none of them unless ExtraContext is there (main/manager.c, action_redirect).
	optional(b, "ExtraContext", cmp.Or(a.ExtraContext, a.Context), "ExtraExten", cmp.Or(a.ExtraExten, a.Exten),
		"ExtraPriority", strconv.Itoa(max(1, cmp.Or(a.ExtraPriority, a.Priority))))
	return nil
}

// Hangup ends a channel, or all channels whose name matches a regular
// expression between slashes: then the response has a ChannelHungup for each.
// Class system or call.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/Hangup/
type Hangup struct {
	Channel string      // required: "PJSIP/100-00000001" or "/^PJSIP/100-.*$/"
	Cause   event.Cause // 0 leaves it to Asterisk
}

// ActionName is "Hangup".
func (Hangup) ActionName() string { return "Hangup" }

// Encode checks the fields and adds them.
func (a Hangup) Encode(b *transport.Builder) error {
	if err := required("Hangup", "Channel", a.Channel); err != nil {
		return err
	}
	optional(b, "Channel", a.Channel, "Cause", integer(int(a.Cause)))
	return nil
}
