package session

import (
	"errors"
	"fmt"
	"slices"

	"github.com/asterisk-go/asterisk-go/internal/show"
)

// These are the sentinels of package ami, which has their documentation.
var (
	ErrNotSent        = errors.New("not sent")
	ErrInvalid        = errors.New("can't be sent")
	ErrOutcomeUnknown = errors.New("outcome unknown")
	ErrNoAnswer       = errors.New("no answer")
	ErrClosed         = errors.New("ami: session closed")
	ErrSilent         = errors.New("ami: peer is silent")
	ErrTooManyItems   = errors.New("list longer than Config.MaxListItems or MaxListBytes; use ami.Each, and a loop that keeps up")

	ErrPermissionDenied = errors.New("permission denied")
	ErrUnknownAction    = errors.New("unknown action")
	ErrNoSuchChannel    = errors.New("no such channel")
	ErrNoSuchExtension  = errors.New("no such extension")
	ErrNoSuchQueue      = errors.New("no such queue")
	ErrNoSuchMember     = errors.New("no such member of the queue")
	ErrNoSuchKey        = errors.New("no such key in the database")
	ErrAlreadyExists    = errors.New("already exists")
	ErrLoginRefused     = errors.New("login refused")
	ErrLoginInUse       = errors.New("login in use")
	ErrShuttingDown     = errors.New("asterisk is shutting down")
)

// Errors makes the errors of the package that a session is of.
type Errors struct {
	// Package begins their texts.
	Package string
	// Refusal makes the error of an action that Asterisk refused.
	Refusal func(action string, response *Response) error
	// Refused returns the answer in such an error; nil for another.
	Refused func(err error) *Response
	// AsksRefused reports whether a target of errors.As is such an error.
	AsksRefused func(target any) bool
}

// NoLogin is why there is no login, as the cause of another action's error: no
// refusal of that, and nothing else that is said of it.
func (e *Errors) NoLogin(err error) error { return noLogin{err, e.AsksRefused} }

// NotSent is the error of an action that Asterisk did not get, and could get later.
func (e *Errors) NotSent(action string, cause error) error {
	return e.outcome(action, ErrNotSent, cause)
}

// Invalid is the error of an action that can never be sent as it is.
func (e *Errors) Invalid(action string, cause error) error {
	return e.outcome(action, ErrInvalid, cause)
}

// Unknown is the error of an action that Asterisk may have run.
func (e *Errors) Unknown(action string, cause error) error {
	return e.outcome(action, ErrOutcomeUnknown, cause)
}

func (e *Errors) outcome(action string, outcome, cause error) error {
	return &outcomeError{e.Package, action, outcome, cause}
}

// outcomeError is an action without an answer.
type outcomeError struct {
	packageName string
	action      string
	outcome     error // ErrNotSent, ErrInvalid, ErrOutcomeUnknown, ErrNoAnswer or ErrTooManyItems
	cause       error // why; may be nil
}

func (e *outcomeError) Error() string {
	text := e.packageName + ": " + show.Text(e.action) + ": " + e.outcome.Error()
	if e.cause != nil {
		text += ": " + show.Cause(e.packageName, e.cause.Error())
	}
	return text
}

func (e *outcomeError) Unwrap() []error {
	if e.cause == nil {
		return []error{e.outcome}
	}
	return []error{e.outcome, e.cause}
}

// Cause is why an action failed, without what that means for the action: it
// would be taken for the outcome of another. ErrInvalid stays: of a login it says
// that trying again is of no use.
func Cause(err error) error {
	e, ok := err.(*outcomeError)
	switch {
	case !ok, e.outcome == ErrInvalid:
		return err
	case e.cause == nil:
		return fmt.Errorf("%s: %v", e.action, e.outcome)
	}
	return fmt.Errorf("%s: %w", e.action, e.cause)
}

// ofActions are the sentinels that say something of an action.
var ofActions = []error{
	ErrNotSent, ErrInvalid, ErrOutcomeUnknown, ErrNoAnswer, ErrTooManyItems,
	ErrPermissionDenied, ErrUnknownAction, ErrNoSuchChannel, ErrNoSuchExtension, ErrNoSuchQueue, ErrNoSuchMember, ErrNoSuchKey, ErrAlreadyExists,
}

type noLogin struct {
	error
	asksRefused func(target any) bool
}

func (e noLogin) Is(target error) bool {
	return !slices.Contains(ofActions, target) && errors.Is(e.error, target)
}

func (e noLogin) As(target any) bool { return !e.asksRefused(target) && errors.As(e.error, target) }
