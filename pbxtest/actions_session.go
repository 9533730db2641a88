package pbxtest

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/internal/manager"
)

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
		s.challenge = strconv.Itoa(s.pbx.random.IntN(1_000_000_000))
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
	if a.Get("Filter") == "" && s.pbx.config.Version.Major > 20 {
		s.fail(a, "Filter was formatted incorrectly.  Check the syntax of the filter given.")
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
	for _, name := range slices.Sorted(maps.Keys(handlers)) {
		if s.mayRun(name) {
			fields = append(fields, properName(name), "(Priv: "+privileges(name)+")")
		}
	}
	s.reply(a, fields...)
	return nil
}

func coreSettings(s *session, a manager.Action) <-chan struct{} {
	version := s.pbx.config.Version
	fields := []string{
		"AMIversion", banner(version), "AsteriskVersion", version.String(), "SystemName", "", "CoreMaxCalls", "0", "CoreMaxLoadAvg", "0.000000",
		"CoreRunUser", "", "CoreRunGroup", "", "CoreMaxFilehandles", "0", "CoreRealTimeEnabled", "No", "CoreCDRenabled", "Yes", "CoreHTTPenabled", "Yes",
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
		fields = append(fields, "CoreProcessedCalls", strconv.Itoa(s.pbx.machine.Begun()))
	}
	s.succeed(a, fields...)
	return nil
}

// modules are those whose applications and actions there are.
var modules = []string{"app_confbridge", "app_dial", "app_queue", "app_stack", "app_userevent", "chan_pjsip", "res_agi", "res_parking", "res_pjsip"}

func moduleCheck(s *session, a manager.Action) <-chan struct{} {
	if !slices.Contains(modules, strings.TrimSuffix(a.Get("Module"), ".so")) {
		s.fail(a, "Module not loaded")
		return nil
	}
	s.succeed(a, "Version", "")
	return nil
}

// userEvent sends everybody what the action has, word for word.
func userEvent(s *session, a manager.Action) <-chan struct{} {
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
