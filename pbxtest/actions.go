package pbxtest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/internal/manager"
	"github.com/asterisk-go/asterisk-go/internal/pbx"
)

// handler answers an action under the PBX's mutex. If that takes time, it returns what is closed once it has answered.
type handler func(s *session, a manager.Action) (wait <-chan struct{})

// handlers are the actions that there are, by their names in small letters.
var handlers map[string]handler

func init() {
	handlers = map[string]handler{
		"challenge": challenge, "login": login, "logoff": logoff, "ping": ping, "events": events, "filter": filter,
		"listcommands": listCommands, "coresettings": coreSettings, "corestatus": coreStatus,
		"coreshowchannels": coreShowChannels, "devicestatelist": deviceStateList, "bridgelist": bridgeList, "hangup": hangup, "userevent": userEvent, "status": status, "agi": asyncCommand, "getvar": getVariable, "setvar": setVariable,
	}
}

// banner is the number of the protocol that a version announces.
func banner(v asterisk.Version) string {
	if v.Major == 16 {
		return "5.0.4"
	}
	return "11.0.0"
}

func challenge(s *session, a manager.Action) <-chan struct{} {
	if !manager.IsMD5(a) {
		s.fail(a, "Must specify AuthType")
		return nil
	}
	if s.challenge == "" {
		s.challenge = strconv.Itoa(rand.IntN(1_000_000_000))
	}
	s.succeed(a, "Challenge", s.challenge)
	return nil
}

// refusalDelay is how long Asterisk lets who is refused wait.
const refusalDelay = time.Second

func login(s *session, a manager.Action) <-chan struct{} {
	if s.user != nil {
		s.succeed(a, "Message", "Already authenticated")
		return nil
	}
	u := s.pbx.users[strings.ToLower(a.Get("Username"))]
	if u != nil && manager.Admits(a, s.challenge, u.Name, u.Secret) {
		s.logIn(a, u)
		return nil
	}
	return s.later(refusalDelay, func() {
		s.fail(a, "Authentication failed")
		s.finish()
	})
}

func logoff(s *session, a manager.Action) <-chan struct{} {
	s.reply(a, "Response", "Goodbye", "Message", "Thanks for all the fish.")
	s.finish()
	return nil
}

func ping(s *session, a manager.Action) <-chan struct{} {
	now := time.Now()
	s.succeed(a, "Ping", "Pong", "Timestamp", fmt.Sprintf("%d.%06d", now.Unix(), now.Nanosecond()/1000))
	return nil
}

func events(s *session, a manager.Action) <-chan struct{} {
	mask, ok := manager.ParseMask(a.Get("EventMask"))
	if !ok {
		s.fail(a, "Invalid event mask")
		return nil
	}
	s.mask = mask & s.user.read
	if mask == 0 {
		s.succeed(a, "Events", "Off")
		return nil
	}
	s.succeed(a, "Events", "On")
	return nil
}

func filter(s *session, a manager.Action) <-chan struct{} {
	if !strings.EqualFold(a.Get("Operation"), "Add") {
		s.fail(a, "Unknown operation")
		return nil
	}
	if err := s.filters.Add(a.Get("Filter")); err != nil {
		s.fail(a, "Filter did not compile.  Check the syntax of the filter given.")
		return nil
	}
	s.succeed(a, "Message", "Success")
	return nil
}

func listCommands(s *session, a manager.Action) <-chan struct{} {
	fields := []string{"Response", "Success"}
	names := make([]string, 0, len(handlers))
	for name := range handlers {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fields = append(fields, name, "(Priv: <none>)")
	}
	s.reply(a, fields...)
	return nil
}

func coreSettings(s *session, a manager.Action) <-chan struct{} {
	version := s.pbx.config.Version
	fields := []string{
		"AMIversion", banner(version), "AsteriskVersion", version.String(), "SystemName", "", "CoreMaxCalls", "0", "CoreMaxLoadAvg", "0.000000",
		"CoreRunUser", "", "CoreRunGroup", "", "CoreMaxFilehandles", "0", "CoreRealTimeEnabled", "No", "CoreCDRenabled", "Yes", "CoreHTTPenabled", "No",
	}
	if version.AtLeast(22, 0) {
		fields = append(fields, "SoundsSearchCustomDir", "No")
	}
	s.succeed(a, fields...)
	return nil
}

func coreStatus(s *session, a manager.Action) <-chan struct{} {
	began := s.pbx.began
	date, at := began.Format(time.DateOnly), began.Format(time.TimeOnly)
	fields := []string{"CoreStartupDate", date, "CoreStartupTime", at, "CoreReloadDate", date, "CoreReloadTime", at,
		"CoreCurrentCalls", strconv.Itoa(s.pbx.machine.Calls())}
	if s.pbx.config.Version.AtLeast(22, 0) {
		fields = append(fields, "CoreProcessedCalls", strconv.Itoa(s.pbx.machine.CallsSoFar()))
	}
	s.succeed(a, fields...)
	return nil
}

func coreShowChannels(s *session, a manager.Action) <-chan struct{} {
	s.append(manager.AppendList(nil, a, "Channels will follow", "CoreShowChannelsComplete", s.pbx.machine.ShowChannels()...))
	return nil
}

// status lists channels, with variables of theirs.
func status(s *session, a manager.Action) <-chan struct{} {
	name := a.Get("Channel")
	var variables []string
	for variable := range strings.SplitSeq(a.Get("Variables"), ",") {
		if variable = strings.TrimSpace(variable); variable != "" {
			variables = append(variables, variable)
		}
	}
	items := s.pbx.machine.Status(name, variables)
	if name != "" && len(items) == 0 {
		s.fail(a, "No such channel")
		return nil
	}
	s.append(manager.AppendTail(nil, a, "Channel status will follow", "StatusComplete", []string{"Items", strconv.Itoa(len(items))}, items...))
	return nil
}

func deviceStateList(s *session, a manager.Action) <-chan struct{} {
	s.append(manager.AppendList(nil, a, "Device State Changes will follow", "DeviceStateListComplete", s.pbx.machine.DeviceStates()...))
	return nil
}

func bridgeList(s *session, a manager.Action) <-chan struct{} {
	s.append(manager.AppendList(nil, a, "Bridge listing will follow", "BridgeListComplete", s.pbx.machine.Bridges(a.Get("BridgeType"))...))
	return nil
}

func hangup(s *session, a manager.Action) <-chan struct{} {
	name := a.Get("Channel")
	if name == "" {
		s.fail(a, "No channel specified")
		return nil
	}
	cause, _ := strconv.Atoi(a.Get("Cause")) // what is no number is none
	if !s.pbx.machine.Hangup(name, asterisk.Cause(cause)) {
		s.fail(a, "No such channel")
		return nil
	}
	s.succeed(a, "Message", "Channel Hungup")
	return nil
}

// userEvent sends everybody what the action has, word for word.
func userEvent(s *session, a manager.Action) <-chan struct{} {
	if a.Get("UserEvent") == "" {
		s.fail(a, "Missing UserEvent header")
		return nil
	}
	fields := []string{"UserEvent", a.Get("UserEvent")}
	for key, value := range a.Fields().All() {
		if !strings.EqualFold(key, "UserEvent") && !strings.EqualFold(key, "Action") {
			fields = append(fields, key, value)
		}
	}
	s.succeed(a, "Message", "Event Sent")
	s.pbx.machine.UserEvent(fields)
	return nil
}

// asyncCommand is the action AGI.
func asyncCommand(s *session, a manager.Action) <-chan struct{} {
	name, command := a.Get("Channel"), a.Get("Command")
	if name == "" || command == "" {
		s.fail(a, "Both, Channel and Command are *required*")
		return nil
	}
	switch err := s.pbx.machine.AsyncCommand(name, command, a.Get("CommandID")); {
	case errors.Is(err, pbx.ErrNoChannel):
		s.fail(a, "Channel "+name+" does not exist.")
	case err != nil:
		s.fail(a, "Failed to add AGI command to channel "+name+" queue")
	default:
		s.succeed(a, "Message", "Added AGI command to queue")
	}
	return nil
}

func getVariable(s *session, a manager.Action) <-chan struct{} {
	name, variable := a.Get("Channel"), a.Get("Variable")
	if variable == "" {
		s.fail(a, "No variable specified")
		return nil
	}
	value, ok := s.pbx.machine.Variable(name, variable)
	if !ok {
		s.fail(a, "No such channel")
		return nil
	}
	s.succeed(a, "Variable", variable, "Value", value)
	return nil
}

func setVariable(s *session, a manager.Action) <-chan struct{} {
	name, variable := a.Get("Channel"), a.Get("Variable")
	switch {
	case variable == "":
		s.fail(a, "No variable specified")
	case !s.pbx.machine.SetVariable(name, variable, a.Get("Value")):
		s.fail(a, "No such channel")
	default:
		s.succeed(a, "Message", "Variable Set")
	}
	return nil
}

// later has an action answered after a time; events wait until then, too.
func (s *session) later(d time.Duration, answer func()) <-chan struct{} {
	done := make(chan struct{})
	s.waiting = true
	s.pbx.machine.After(d, func() {
		answer()
		s.waiting = false
		s.append(s.held)
		s.held = nil
		close(done)
	})
	return done
}
