package pbxtest

import (
	"strings"

	"github.com/asterisk-go/asterisk-go/internal/manager"
	"github.com/asterisk-go/asterisk-go/internal/pbx"
)

// pjsipNotify sends a phone a message: Event=talk has it answer the call that rings, Event=hold hold it; others do nothing to it.
func pjsipNotify(s *session, a manager.Action) <-chan struct{} {
	if s.pbx.config.Version.Major > 18 {
		if s.lacks(a, "Variable", "PJSIPNotify requires either an Option or Variable(s).You must use only one of them.") {
			return nil
		}
	}
	channel := a.Get("Channel")
	if channel == "" {
		if s.lacks(a, "Endpoint", "PJSIPNotify requires either an endpoint name, a SIP URI, or a channel.") {
			return nil
		}
		if s.pbx.machine.Phone(a.Get("Endpoint")) == nil {
			s.fail(a, "Unable to retrieve endpoint "+a.Get("Endpoint"))
			return nil
		}
		s.succeed(a, "Message", "NOTIFY sent")
		return nil
	}
	event := ""
	for _, v := range variables(a) {
		if strings.EqualFold(v.Name, "Event") {
			event = strings.ToLower(v.Value)
		}
	}
	err := s.pbx.machine.Notify(channel, event)
	return s.outcome(a, err, "NOTIFY sent", refusal{pbx.ErrNoChannel, "Channel not found"})
}

// attendedTransfer has a channel ask somebody before it transfers whom it talks to, as by the keys of a phone.
func attendedTransfer(s *session, a manager.Action) <-chan struct{} {
	if s.lacks(a, "Channel", "No channel specified") || s.lacks(a, "Exten", "No extension specified") {
		return nil
	}
	err := s.pbx.machine.Atxfer(a.Get("Channel"), a.Get("Context"), a.Get("Exten"))
	return s.outcome(a, err, "Atxfer successfully queued", refusal{pbx.ErrNoChannel, "Channel specified does not exist"})
}
