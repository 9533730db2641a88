package pbxtest

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/internal/manager"
	"github.com/asterisk-go/asterisk-go/internal/pbx"
)

// maxChannelID is how long a Uniqueid may be that a manager chooses.
const maxChannelID = 149

func originate(s *session, a manager.Action) <-chan struct{} {
	if fault := s.originateFault(a); fault != "" {
		s.fail(a, fault)
		return nil
	}
	order := pbx.Originate{
		Channel: a.Get("Channel"), Context: a.Get("Context"), Exten: a.Get("Exten"), Priority: number(a.Get("Priority")),
		Application: a.Get("Application"), Data: a.Get("Data"), CallerID: a.Get("CallerID"), Account: a.Get("Account"),
		Variables: variables(a), Timeout: time.Duration(number(a.Get("Timeout"))) * time.Millisecond,
		Async: isTrue(a.Get("Async")), ActionID: a.ID(),
		ChannelID: a.Get("ChannelId"), OtherChannelID: a.Get("OtherChannelId"),
	}
	queued := func() { s.succeed(a, "Message", "Originate successfully queued") }
	if order.Async {
		if err := s.pbx.machine.Originate(order, nil); err != nil {
			s.fail(a, "Extension does not exist.")
			return nil
		}
		queued()
		return nil
	}
	done := s.wait()
	err := s.pbx.machine.Originate(order, func(reason pbx.OriginateReason) {
		if reason == pbx.OriginateAnswered {
			queued()
		} else {
			s.fail(a, "Originate failed")
		}
		s.goOn(done)
	})
	if err != nil {
		s.fail(a, "Extension does not exist.")
		s.goOn(done)
	}
	return done
}

// variables are those of all fields Variable: each has some, with commas between.
func variables(a manager.Action) (all []pbx.Variable) {
	for _, field := range a.Fields().Values("Variable") {
		for part := range strings.SplitSeq(strings.TrimLeft(field, " "), ",") {
			if name, value, ok := strings.Cut(part, "="); ok {
				all = append(all, pbx.Variable{Name: name, Value: value})
			}
		}
	}
	return all
}

// number is 0 for what is none.
func number(text string) int {
	n, _ := strconv.Atoi(text)
	return n
}

// isTrue knows the words that Asterisk takes for yes.
func isTrue(text string) bool {
	switch strings.ToLower(text) {
	case "yes", "true", "y", "t", "1", "on":
		return true
	}
	return false
}

func hangup(s *session, a manager.Action) <-chan struct{} {
	if s.lacks(a, "Channel", "No channel specified") {
		return nil
	}
	if name := a.Get("Channel"); len(name) > 1 && name[0] == '/' && name[len(name)-1] == '/' {
		return s.hangupAll(a, name[1:len(name)-1])
	}
	err := s.pbx.machine.Hangup(a.Get("Channel"), asterisk.Cause(number(a.Get("Cause"))))
	return s.outcome(a, err, "Channel Hungup", refusal{pbx.ErrNoChannel, "No such channel"})
}

// hangupAll hangs up the channels whose names match an expression, and lists them.
func (s *session) hangupAll(a manager.Action, expression string) <-chan struct{} {
	pattern, err := regexp.CompilePOSIX(expression)
	if err != nil {
		s.fail(a, "Regex compile failed on: /"+expression+"/")
		return nil
	}
	var items [][]string
	for _, c := range s.pbx.machine.Channels() {
		if pattern.MatchString(c.Name) && s.pbx.machine.Hangup(c.Name, asterisk.Cause(number(a.Get("Cause")))) == nil {
			items = append(items, []string{"Event", "ChannelHungup", "Channel", c.Name})
		}
	}
	return s.list(a, "Channels hung up will follow", "ChannelsHungupListComplete", items)
}

func bridge(s *session, a manager.Action) <-chan struct{} {
	for _, key := range []string{"Channel1", "Channel2"} {
		if s.lacks(a, key, "Missing channel parameter in request") {
			return nil
		}
	}
	err := s.pbx.machine.Bridge(a.Get("Channel1"), a.Get("Channel2"))
	wrong := (*pbx.BridgeError)(nil)
	switch {
	case err == nil:
		s.succeed(a, "Message", "Channels have been bridged")
	case !errors.As(err, &wrong):
		s.fail(a, err.Error())
	default:
		key := "Channel" + strconv.Itoa(wrong.Channel)
		if errors.Is(err, pbx.ErrNoChannel) {
			s.fail(a, key+" does not exist: "+a.Get(key))
		} else {
			s.fail(a, "Unable to add "+key+" to bridge: "+a.Get(key))
		}
	}
	return nil
}

func playDTMF(s *session, a manager.Action) <-chan struct{} {
	if s.lacks(a, "Channel", "Channel not found") {
		return nil
	}
	if _, err := s.pbx.machine.Channel(a.Get("Channel")); err == nil && s.lacks(a, "Digit", "No digit specified") {
		return nil
	}
	err := s.pbx.machine.PlayDTMF(a.Get("Channel"), a.Get("Digit"))
	return s.outcome(a, err, "DTMF successfully queued", refusal{pbx.ErrNoChannel, "Channel not found"})
}

func cancelAttended(s *session, a manager.Action) <-chan struct{} {
	if s.lacks(a, "Channel", "No channel specified") {
		return nil
	}
	err := s.pbx.machine.CancelAtxfer(a.Get("Channel"))
	return s.outcome(a, err, "CancelAtxfer successfully queued", refusal{pbx.ErrNoChannel, "Channel specified does not exist"})
}

func redirect(s *session, a manager.Action) <-chan struct{} {
	if s.lacks(a, "Channel", "Channel not specified") {
		return nil
	}
	if s.lacks(a, "Context", "Context not specified") || s.lacks(a, "Exten", "Exten not specified") || s.lacks(a, "Priority", "Priority not specified") {
		return nil
	}
	if !isNumber(a.Get("Priority")) {
		s.fail(a, "Priority is invalid")
		return nil
	}
	first := func(key, other string) string {
		if value := a.Get(key); value != "" {
			return value
		}
		return a.Get(other)
	}
	err := s.pbx.machine.Redirect(pbx.Redirect{
		Channel: a.Get("Channel"), Context: a.Get("Context"), Exten: a.Get("Exten"), Priority: max(1, number(a.Get("Priority"))),
		ExtraChannel: a.Get("ExtraChannel"), ExtraContext: first("ExtraContext", "Context"), ExtraExten: first("ExtraExten", "Exten"),
		ExtraPriority: max(1, number(first("ExtraPriority", "Priority"))),
	})
	return s.outcome(a, err, "Redirect successful", refusal{pbx.ErrNoChannel, "Channel does not exist: " + a.Get("Channel")},
		refusal{pbx.ErrNoExtension, "Redirect failed"}, refusal{pbx.ErrNotAnswered, "Redirect failed"})
}

func blindTransfer(s *session, a manager.Action) <-chan struct{} {
	if s.lacks(a, "Channel", "No channel specified") || s.lacks(a, "Exten", "No extension specified") {
		return nil
	}
	err := s.pbx.machine.BlindTransfer(a.Get("Channel"), a.Get("Context"), a.Get("Exten"))
	return s.outcome(a, err, "Transfer succeeded", refusal{pbx.ErrNoChannel, "Channel specified does not exist"},
		refusal{pbx.ErrNotTalking, "Transfer invalid"}, refusal{pbx.ErrNoExtension, "Transfer invalid"})
}

func park(s *session, a manager.Action) <-chan struct{} {
	if s.lacks(a, "Channel", "Channel not specified") {
		return nil
	}
	_, err := s.pbx.machine.Park(pbx.Park{
		Channel: a.Get("Channel"), TimeoutChannel: a.Get("TimeoutChannel"), Timeout: time.Duration(number(a.Get("Timeout"))) * time.Millisecond,
	})
	return s.outcome(a, err, "Park successful", refusal{pbx.ErrNoChannel, "Channel does not exist: " + a.Get("Channel")},
		refusal{pbx.ErrNotTalking, "Park action failed"}, refusal{pbx.ErrNotAnswered, "Park action failed"}, refusal{pbx.ErrLotFull, "Park action failed"})
}

func getVariable(s *session, a manager.Action) <-chan struct{} {
	if s.lacks(a, "Variable", "No variable specified") {
		return nil
	}
	if s.dangerous(a.Get("Variable")) {
		s.fail(a, "GetVar Access Forbidden: Variable")
		return nil
	}
	value, err := s.pbx.machine.Getvar(a.Get("Channel"), a.Get("Variable"))
	if err != nil {
		s.fail(a, "No such channel")
		return nil
	}
	s.succeed(a, "Variable", a.Get("Variable"), "Value", value)
	return nil
}

func setVariable(s *session, a manager.Action) <-chan struct{} {
	if s.lacks(a, "Variable", "No variable specified") {
		return nil
	}
	err := s.pbx.machine.Setvar(a.Get("Channel"), a.Get("Variable"), a.Get("Value"))
	return s.outcome(a, err, "Variable Set", refusal{pbx.ErrNoChannel, "No such channel"}, refusal{pbx.ErrNoFunction, "Variable not set"}, refusal{pbx.ErrTooMany, "Variable not set"},
		refusal{pbx.ErrNoState, "Variable not set"})
}

func asyncCommand(s *session, a manager.Action) <-chan struct{} {
	name, command := a.Get("Channel"), a.Get("Command")
	if name == "" || command == "" {
		s.fail(a, "Both, Channel and Command are *required*")
		return nil
	}
	err := s.pbx.machine.AsyncCommand(name, command, a.Get("CommandID"))
	failed := "Failed to add AGI command to channel " + name + " queue"
	return s.outcome(a, err, "Added AGI command to queue", refusal{pbx.ErrNoChannel, "Channel " + name + " does not exist."},
		refusal{pbx.ErrNotAsync, failed}, refusal{pbx.ErrTooMany, failed})
}
