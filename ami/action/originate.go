package action

import (
	"math"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/transport"
)

// Originate calls a channel and connects it, once it answers, to an extension
// or an application. Class originate; ami.Originate tells what became of it.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/Originate/
type Originate struct {
	Channel string // required: whom to call, as PJSIP/100 or Local/100@phones

	// Context, Exten and Priority are where the call goes on. Priority 0
	// means 1, unless Application is set.
	Context  string
	Exten    string
	Priority int

	// Application and its Data are what to run instead of an extension.
	Application string
	Data        string

	Timeout        time.Duration // for the answer; 0 means Asterisk's 30 s; below 1 ms is an error; more than 24 days means 24 days
	CallerID       string        // "name <number>"; see [CallerID]
	Account        string
	Codecs         string              // comma separated
	EarlyMedia     bool                // connect at the first sound instead of the answer
	Variables      []asterisk.Variable // set on the channel before it is called
	Async          bool                // answer at once, and tell the result in an OriginateResponse
	ChannelID      string              // Uniqueid of the channel; at most 149 bytes; must not be a prefix of another channel's
	OtherChannelID string              // Uniqueid of the second half of a Local channel
	PreDialGoSub   string              // run before dialling; not honoured with Async, nor with Application
}

// ActionName is "Originate".
func (Originate) ActionName() string { return "Originate" }

// Encode checks the fields and adds them.
func (a Originate) Encode(b *transport.Builder) error {
	if err := a.check(); err != nil {
		return err
	}
	b.Add("Channel", a.Channel)
	priority := a.Priority
	if priority == 0 && a.Application == "" {
		priority = 1
	}
	optional(b,
		"Context", a.Context, "Exten", a.Exten, "Priority", integer(priority),
		"Application", a.Application, "Data", a.Data,
		"Timeout", milliseconds(min(a.Timeout, maxTimeout)), "CallerID", a.CallerID, "Account", a.Account,
		"Codecs", a.Codecs, "EarlyMedia", flag(a.EarlyMedia), "Async", flag(a.Async),
		"ChannelId", a.ChannelID, "OtherChannelId", a.OtherChannelID, "PreDialGoSub", a.PreDialGoSub)
	return addVariables(b, "Originate", a.Variables)
}

const (
	maxChannelID = 149                              // longer ones are refused (main/manager.c, action_originate)
	maxChannel   = 255                              // longer ones are cut in silence
	maxTimeout   = math.MaxInt32 * time.Millisecond // Asterisk reads it into an int
)

func (a Originate) check() error {
	refuse := func(field, reason string) error { return &FieldError{"Originate", field, reason} }
	switch {
	case a.Channel == "":
		return refuse("Channel", "is required")
	case len(a.Channel) > maxChannel:
		return refuse("Channel", "is over the 255 bytes that Asterisk takes")
	case a.Application == "" && a.Exten == "":
		return refuse("Exten", "or Application is required")
	case a.Application != "" && a.Exten != "":
		return refuse("Exten", "and Application exclude each other")
	case a.Exten != "" && a.Context == "":
		return refuse("Context", "is required with Exten")
	case a.Priority < 0:
		return refuse("Priority", "is negative")
	case a.Timeout < 0 || a.Timeout > 0 && a.Timeout < time.Millisecond:
		return refuse("Timeout", "is under a millisecond")
	case len(a.ChannelID) > maxChannelID:
		return refuse("ChannelID", "is over the 149 bytes that Asterisk takes")
	case len(a.OtherChannelID) > maxChannelID:
		return refuse("OtherChannelID", "is over the 149 bytes that Asterisk takes")
	case a.PreDialGoSub != "" && (a.Async || a.Application != ""):
		return refuse("PreDialGoSub", "is ignored by Asterisk with Async or Application")
	}
	return nil
}
