package ami

import (
	"errors"
	"fmt"
	"strings"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/session"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

// What became of an action that has no answer: see [Session]. Test for these
// with errors.Is.
var (
	// ErrNotSent: Asterisk did not get the action, so it is safe to send again.
	ErrNotSent = session.ErrNotSent
	// ErrOutcomeUnknown: the action was sent, and the connection was lost or
	// the wait was ended before its answer came. Asterisk may have run it.
	ErrOutcomeUnknown = session.ErrOutcomeUnknown
	// ErrNoAnswer: Asterisk went on to later actions without answering, or
	// ended its HTTP response, or its answer can't be read, as a list of
	// Asterisk 11 can't. It may have run the action.
	ErrNoAnswer = session.ErrNoAnswer
	// ErrClosed: the session was closed by this program.
	ErrClosed = session.ErrClosed
	// ErrSilent: the peer gave no sign of life; see Config.PingInterval.
	ErrSilent = session.ErrSilent
	// ErrTooManyItems: a list was longer than Config.MaxListItems or
	// MaxListBytes, or more than MaxListBytes of it waited for the loop over
	// [Each] or for the consumer of a snapshot. Package ajam has MaxBody instead:
	// exceeding it is a different error.
	ErrTooManyItems = session.ErrTooManyItems
)

// What a refusal by Asterisk is about. Test for these with errors.Is.
var (
	// ErrPermissionDenied: the user may not do that. The user's write= in
	// manager.conf lacks the class of the action, or class system, which some
	// applications of Originate and some functions of Getvar and Status need
	// besides; or it is a file or a command that Asterisk keeps from AMI.
	ErrPermissionDenied = session.ErrPermissionDenied
	// ErrUnknownAction: this Asterisk, with the modules it has loaded, knows
	// no such action.
	ErrUnknownAction = session.ErrUnknownAction
	// ErrNoSuchChannel: the channel is not there, or no longer.
	ErrNoSuchChannel = session.ErrNoSuchChannel
	// ErrLoginRefused: user, secret or address do not fit manager.conf;
	// Asterisk does not tell which.
	ErrLoginRefused = session.ErrLoginRefused
	// ErrLoginInUse: the user is logged in elsewhere and has
	// allowmultiplelogin=no in manager.conf.
	ErrLoginInUse = session.ErrLoginInUse
	// ErrShuttingDown: Asterisk is about to end, or did.
	ErrShuttingDown = session.ErrShuttingDown
)

// Error is a refusal: Asterisk answered, and did not do what it was asked. A
// [Session] of your own, as a fake in a test, refuses by returning an Error with
// Action and Response.
type Error struct {
	Action   string    // the name of the action
	Response *Response // the whole answer; nil counts as an empty one
}

// Error is Asterisk's message and, where one is known, the remedy. Of a Command
// that failed it is the first line that the command printed. A long text is cut
// and control bytes are escaped; Response has all of it.
func (e *Error) Error() string {
	return "ami: " + show.Text(e.Action) + ": " + show.Text(e.message()) + e.remedy()
}

func (e *Error) message() string {
	if e.Response == nil {
		return "refused without a message"
	}
	if strings.EqualFold(e.Action, "Command") {
		for _, line := range e.Response.Output() {
			if line = strings.TrimSpace(line); line != "" {
				return line
			}
		}
	}
	if message := strings.TrimSpace(e.Response.Message()); message != "" {
		return message
	}
	return "refused without a message"
}

// Is reports whether the refusal is about target, one of the sentinels.
func (e *Error) Is(target error) bool {
	kind := e.kind()
	return kind != nil && kind == target
}

// kind is one of the sentinels, or nil.
func (e *Error) kind() error {
	if e.Response == nil {
		return nil
	}
	return refusal(e.Action, e.Response.Message())
}

func (e *Error) remedy() string {
	switch e.kind() {
	case ErrPermissionDenied:
		return e.permission()
	case ErrLoginRefused:
		return " (check Config.Username and Secret, and secret=, permit= and deny= of the user in manager.conf; Asterisk does not tell which it is)"
	case ErrLoginInUse:
		return " (the user has allowmultiplelogin=no in manager.conf, and is logged in elsewhere or was until just now)"
	case ErrUnknownAction:
		return " (its module may not be loaded, or this Asterisk is too old or too new for it)"
	}
	return ""
}

// permission says what would give the right.
func (e *Error) permission() string {
	switch message := strings.ToLower(e.Response.Message()); {
	case strings.HasPrefix(message, accessForbidden("originate")):
		return " (the application, or its arguments, need write=system in manager.conf, too)"
	case strings.Contains(message, " access forbidden"):
		return " (this function needs write=system in manager.conf, too)"
	case strings.HasPrefix(message, escalated):
		return " (without live_dangerously=yes in asterisk.conf, AMI has the files of Asterisk's own folder of configuration only)"
	case message == blacklisted:
		return " (Asterisk runs this command for no user of AMI)"
	}
	spec, known := action.Lookup(e.Action)
	switch classes := spec.Class.Classes(); {
	case !known || len(classes) == 0:
		return " (see write= of the user in manager.conf)"
	case len(classes) == 1:
		return fmt.Sprintf(" (the user needs write=%s in manager.conf)", spec.Class)
	}
	return fmt.Sprintf(" (the user needs one of write=%s in manager.conf)", spec.Class)
}

// How Asterisk begins refusals for want of a right that is not the class of the
// action, in lower case (main/manager.c).
const (
	escalated   = "file requires escalated" // privileges; 16 spells them differently
	blacklisted = "command blacklisted"
)

// accessForbidden is for Originate, GetVar and Status.
func accessForbidden(name string) string { return strings.ToLower(name) + " access forbidden" }

// refusal sorts messages that stay the same over the versions. It is all that
// depends on Asterisk's wording.
func refusal(name, message string) error {
	message = strings.ToLower(message)
	switch {
	case strings.HasPrefix(message, "permission denied"), strings.HasPrefix(message, accessForbidden(name)),
		strings.HasPrefix(message, escalated), message == blacklisted:
		return ErrPermissionDenied
	case strings.HasPrefix(message, "invalid/unknown command"):
		return ErrUnknownAction
	case strings.Contains(message, "shutting down"):
		return ErrShuttingDown
	case strings.HasPrefix(message, "login already in use"):
		return ErrLoginInUse
	case name == "Login" || name == "Challenge":
		return ErrLoginRefused
	case noSuchChannel(message):
		return ErrNoSuchChannel
	}
	return nil
}

// noSuchChannel knows the wordings of manager.c, res_agi.c, features and the
// applications, in lower case.
func noSuchChannel(message string) bool {
	if strings.HasPrefix(message, "no such channel") || message == "could not get channel snapshot" {
		return true
	}
	return strings.HasPrefix(message, "channel") &&
		(strings.Contains(message, "does not exist") || strings.Contains(message, "not found"))
}

// errs makes the errors of this package.
var errs = &session.Errors{
	Package: "ami",
	Refusal: func(action string, response *session.Response) error { return &Error{action, (*Response)(response)} },
	Refused: func(err error) *session.Response {
		var refusal *Error
		if !errors.As(err, &refusal) {
			return nil
		}
		return (*session.Response)(refusal.Response)
	},
	AsksRefused: func(target any) bool { _, yes := target.(**Error); return yes },
}

func respond(response *session.Response, err error) (*Response, error) {
	return (*Response)(response), err
}
