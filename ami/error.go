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
	// ErrNotSent: Asterisk did not get the action, because the session is not
	// connected or ctx ended before it was the action's turn. It is safe to send
	// again, for a Client as soon as Ready returns nil. A Conn that has ended, and a
	// Client for which Ready returns an error, will never send it.
	ErrNotSent = session.ErrNotSent
	// ErrInvalid: the action can never be sent as it is, and nothing was. A field is
	// missing or holds what the protocol can't carry ([action.FieldError],
	// [transport.FieldError]), the message is too long ([transport.LimitError]), the
	// action is nil, or a Client keeps itself what it would change, as Login and
	// Events. Such an error is not ErrNotSent.
	ErrInvalid = session.ErrInvalid
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
	// [Each] or for the consumer of a snapshot.
	ErrTooManyItems = session.ErrTooManyItems
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
	message := e.Message()
	if message == "" {
		message = "refused without a message"
	}
	return "ami: " + show.Text(e.Action) + ": " + show.Text(message) + e.remedy()
}

// Message is what Asterisk said, and nothing else, whole and as it came: show it
// to a person, do not branch on it. Of a Command that failed it is the first line
// that the command printed. It is "" if Asterisk said nothing.
func (e *Error) Message() string {
	if e.Response == nil {
		return ""
	}
	if strings.EqualFold(e.Action, "Command") {
		for _, line := range e.Response.Output() {
			if line = strings.TrimSpace(line); line != "" {
				return line
			}
		}
	}
	return strings.TrimSpace(e.Response.Message())
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
