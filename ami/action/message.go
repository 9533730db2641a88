package action

import (
	"encoding/base64"
	"strings"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/transport"
)

// MessageSend sends a text message. Class message.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/MessageSend/
type MessageSend struct {
	Destination string // whom to send it to, as pjsip:100; empty for To
	To          string // the header To; one of both is required
	From        string // the header From
	// Body is sent as Base64Body where it has line breaks, or begins with a
	// blank. A NUL is an error, for Asterisk would end the message there.
	Body      string
	Variables []asterisk.Variable // headers of the message where its technology is SIP
}

// ActionName is "MessageSend".
func (MessageSend) ActionName() string { return "MessageSend" }

// Encode checks the fields and adds them.
func (a MessageSend) Encode(b *transport.Builder) error {
	if a.Destination == "" && a.To == "" {
		return &FieldError{"MessageSend", "To", "or Destination is required"}
	}
	if strings.Contains(a.Body, "\x00") {
		return &FieldError{"MessageSend", "Body", "holds a NUL, at which Asterisk would end it"}
	}
	optional(b, "Destination", a.Destination, "To", a.To, "From", a.From)
	if strings.ContainsAny(a.Body, "\r\n") || a.Body != "" && a.Body[0] <= ' ' {
		b.Add("Base64Body", base64.StdEncoding.EncodeToString([]byte(a.Body)))
	} else {
		b.Add("Body", a.Body)
	}
	return addVariables(b, "MessageSend", a.Variables)
}

// PJSIPNotify sends a SIP NOTIFY to an endpoint, a URI or a channel. Class
// system.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Actions/PJSIPNotify/
type PJSIPNotify struct {
	Endpoint  string // one of these three is required
	URI       string
	Channel   string              // name of a channel
	Option    string              // section of pjsip_notify.conf; not known to 16
	Variables []asterisk.Variable // headers of the NOTIFY, in their order; required where Option is empty
}

// ActionName is "PJSIPNotify".
func (PJSIPNotify) ActionName() string { return "PJSIPNotify" }

// Encode checks the fields and adds them.
func (a PJSIPNotify) Encode(b *transport.Builder) error {
	if a.Endpoint == "" && a.URI == "" && a.Channel == "" {
		return &FieldError{"PJSIPNotify", "Endpoint", "or URI or Channel is required"}
	}
	if a.Option == "" && len(a.Variables) == 0 {
		return &FieldError{"PJSIPNotify", "Variables", "or Option is required"}
	}
	optional(b, "Endpoint", a.Endpoint, "URI", a.URI, "Channel", a.Channel, "Option", a.Option)
	return addVariables(b, "PJSIPNotify", a.Variables)
}

// SIPnotify sends a SIP NOTIFY to a peer. Class system. Asterisk 20 and before.
// https://docs.asterisk.org/Asterisk_20_Documentation/API_Documentation/AMI_Actions/SIPnotify/
type SIPnotify struct {
	Channel   string              // required: name of the peer
	Variables []asterisk.Variable // required: headers of the NOTIFY, in their order
	CallID    string
}

// ActionName is "SIPnotify".
func (SIPnotify) ActionName() string { return "SIPnotify" }

// Encode checks the fields and adds them.
func (a SIPnotify) Encode(b *transport.Builder) error {
	if err := required("SIPnotify", "Channel", a.Channel); err != nil {
		return err
	}
	if len(a.Variables) == 0 {
		return &FieldError{"SIPnotify", "Variables", "is required"}
	}
	optional(b, "Channel", a.Channel, "Call-ID", a.CallID)
	return addVariables(b, "SIPnotify", a.Variables)
}
