package ami

import (
	"errors"
	"fmt"
	"strings"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

// What became of an action that has no answer: see [Session]. Test for these
// with errors.Is.
var (
	// ErrNotSent: Asterisk did not get the action, so it is safe to send again.
	ErrNotSent = errors.New("not sent")
	// ErrOutcomeUnknown: the action was sent, and the connection was lost or
	// the wait was ended before its answer came. Asterisk may have run it.
	ErrOutcomeUnknown = errors.New("outcome unknown")
	// ErrNoAnswer: Asterisk went on to later actions without answering, or
	// ended its HTTP response, or its answer can't be read, as a list of
	// Asterisk 11 can't. It may have run the action.
	ErrNoAnswer = errors.New("no answer")
	// ErrClosed: the session was closed by this program.
	ErrClosed = errors.New("ami: session closed")
	// ErrSilent: the peer gave no sign of life; see Config.PingInterval.
	ErrSilent = errors.New("ami: peer is silent")
	// ErrTooManyItems: a list was longer than Config.MaxListItems or
	// MaxListBytes, or the loop over ami.Each fell behind it by the latter.
	// Package ajam has MaxBody instead, which is no limit of this kind.
	ErrTooManyItems = errors.New("list longer than Config.MaxListItems or MaxListBytes; use ami.Each, and a loop that keeps up")
)

// What a refusal by Asterisk is about. Test for these with errors.Is.
var (
	// ErrPermissionDenied: the user may not do that. The user's write= in
	// manager.conf lacks the class of the action, or class system, which some
	// applications of Originate and some functions of Getvar and Status need
	// besides; or it is a file or a command that Asterisk keeps from AMI.
	ErrPermissionDenied = errors.New("permission denied")
	// ErrUnknownAction: this Asterisk, with the modules it has loaded, knows
	// no such action.
	ErrUnknownAction = errors.New("unknown action")
	// ErrNoSuchChannel: the channel is not there, or no longer.
	ErrNoSuchChannel = errors.New("no such channel")
	// ErrLoginRefused: user, secret or address do not fit manager.conf;
	// Asterisk does not tell which.
	ErrLoginRefused = errors.New("login refused")
	// ErrLoginInUse: the user is logged in elsewhere and has
	// allowmultiplelogin=no in manager.conf.
	ErrLoginInUse = errors.New("login in use")
	// ErrShuttingDown: Asterisk is about to end, or did.
	ErrShuttingDown = errors.New("asterisk is shutting down")
)

// Error is a refusal: Asterisk answered, and did not do what it was asked.
type Error struct {
	Action   string    // the name of the action
	Response *Response // the whole answer
	kind     error     // one of the sentinels, or nil
}

// Error is Asterisk's message and, where one is known, the remedy. Of a Command
// that failed it is the first line that the command printed. A long text is cut
// and control bytes are escaped; Response has all of it.
func (e *Error) Error() string {
	return "ami: " + show.Text(e.Action) + ": " + show.Text(e.message()) + e.remedy()
}

func (e *Error) message() string {
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
func (e *Error) Is(target error) bool { return e.kind != nil && e.kind == target }

func (e *Error) remedy() string {
	switch e.kind {
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

func newError(name string, response *Response) *Error {
	return &Error{Action: name, Response: response, kind: refusal(name, response.Message())}
}

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

// outcomeError is an action without an answer.
type outcomeError struct {
	action  string
	outcome error // ErrNotSent, ErrOutcomeUnknown or ErrNoAnswer
	cause   error // why; may be nil
}

func (e *outcomeError) Error() string {
	text := "ami: " + show.Text(e.action) + ": " + e.outcome.Error()
	if e.cause != nil {
		text += ": " + show.Cause("ami", e.cause.Error())
	}
	return text
}

func (e *outcomeError) Unwrap() []error {
	if e.cause == nil {
		return []error{e.outcome}
	}
	return []error{e.outcome, e.cause}
}

// causeOf is why an action failed, without what that means for the action.
func causeOf(err error) error {
	e, ok := err.(*outcomeError)
	switch {
	case !ok:
		return err
	case e.cause == nil:
		return fmt.Errorf("%s: %v", e.action, e.outcome)
	}
	return fmt.Errorf("%s: %w", e.action, e.cause)
}

// noLogin is why there is no login. It is the cause of other actions' errors,
// so it is no refusal, and nothing that is said of an action.
type noLogin struct{ error }

func (e noLogin) Is(target error) bool {
	switch target {
	case ErrNotSent, ErrOutcomeUnknown, ErrNoAnswer, ErrTooManyItems, ErrPermissionDenied, ErrUnknownAction, ErrNoSuchChannel:
		return false
	}
	return errors.Is(e.error, target)
}

func (e noLogin) As(target any) bool {
	if _, ok := target.(**Error); ok {
		return false
	}
	return errors.As(e.error, target)
}
