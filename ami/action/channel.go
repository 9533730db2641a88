package action

import (
	"cmp"
	"strconv"

	"github.com/asterisk-go/asterisk-go/transport"
)

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
