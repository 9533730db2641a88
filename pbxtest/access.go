package pbxtest

import (
	"slices"
	"strconv"
	"strings"

	"github.com/asterisk-go/asterisk-go/internal/manager"
)

// dangerous reports whether a text may run programs: only who may write system events may use it.
func (s *session) dangerous(text string) bool {
	return s.user.write&manager.System == 0 && (strings.Contains(text, "SHELL") || strings.Contains(text, "EVAL"))
}

// dangerousApplications run programs, or write files.
var dangerousApplications = []string{"system", "exec", "agi", "mixmonitor", "externalivr", "originate"}

// originateDenied is what is said to who may not run such an application with Originate; empty for who may.
func (s *session) originateDenied(a manager.Action) string {
	application := strings.ToLower(a.Get("Application"))
	if application == "" || s.user.write&manager.System != 0 {
		return ""
	}
	runs := slices.ContainsFunc(dangerousApplications, func(word string) bool { return strings.Contains(application, word) })
	switch older := s.pbx.config.Version.Major < 18; {
	case runs && older:
		return "Originate Access Forbidden: Application"
	case s.dangerous(a.Get("Data")) && older:
		return "Originate Access Forbidden: Data"
	case runs || s.dangerous(a.Get("Data")) || strings.Contains(a.Get("Data"), "DB") && !older:
		return "Originate Access Forbidden: app or data blacklisted"
	}
	return ""
}

// originateFault is what is wrong with the fields of an Originate; empty for nothing.
func (s *session) originateFault(a manager.Action) string {
	_, address, _ := strings.Cut(a.Get("Channel"), "/")
	switch {
	case a.Get("Channel") == "":
		return "Channel not specified"
	case !isNumber(a.Get("Priority")):
		return "Invalid priority"
	case !isNumber(a.Get("Timeout")):
		return "Invalid timeout"
	case address == "":
		return "Invalid channel"
	case len(a.Get("ChannelId")) > maxChannelID || len(a.Get("OtherChannelId")) > maxChannelID:
		return "Uniqueid length exceeds maximum of 149\n"
	}
	if denied := s.originateDenied(a); denied != "" {
		return denied
	}
	if a.Get("Application") == "" && number(a.Get("Priority")) == 0 {
		return "Originate with 'Exten' requires 'Context' and 'Priority'"
	}
	return ""
}

// isNumber reports whether a text is a number, or empty.
func isNumber(text string) bool {
	_, err := strconv.Atoi(text)
	return text == "" || err == nil
}
