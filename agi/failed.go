package agi

import (
	"context"
	"errors"
	"fmt"
)

// Failed reports whether the error of a handler is a failure to the dialplan.
// Any is, unless the hangup explains all of it: [ErrHangup], what wraps it, an
// error of a command that is ErrHangup, and several of these joined. An error
// that is joined with ErrHangup is still a failure:
//
//	return errors.Join(bill, err) // fails if bill is not nil
//
// A context.Canceled alone does not say what has ended its context. What
// [Serve] returns is a failure for it, unless the hangup has ended the handler's
// context and no command has told the handler so before: then the hangup has
// interrupted other work of the handler.
func Failed(err error) bool { return err != nil && !explained(err, nil) }

// explained reports whether the hangup explains err: each of its leaves is
// ErrHangup or also.
func explained(err, also error) bool {
	switch err.(type) {
	case *Error, *sessionError, *endError, *interruptedError: // what else they wrap is a consequence
		return errors.Is(err, ErrHangup)
	}
	if err == ErrHangup || also != nil && err == also {
		return true
	}
	switch wrapper := err.(type) {
	case interface{ Unwrap() error }:
		inner := wrapper.Unwrap()
		return inner != nil && explained(inner, also)
	case interface{ Unwrap() []error }:
		inners := wrapper.Unwrap()
		for _, inner := range inners {
			if inner != nil && !explained(inner, also) {
				return false
			}
		}
		return len(inners) > 0
	}
	own, ok := err.(interface{ Is(error) bool })
	return ok && own.Is(ErrHangup)
}

// interruptedError is other work of a handler that the hangup has interrupted.
type interruptedError struct{ cause error }

func (e *interruptedError) Error() string {
	return fmt.Sprintf("%v: %v", ErrHangup, e.cause)
}
func (e *interruptedError) Unwrap() []error { return []error{ErrHangup, e.cause} }

// outcome is the error that Serve makes of the handler's: what the hangup has
// to do with it.
func (s *Session) outcome(ctx context.Context, err error) error {
	if !Failed(err) || !errors.Is(err, context.Canceled) || !endedByHangup(ctx) {
		return err
	}
	if s.told.Load() {
		return fmt.Errorf("%w (the hangup has ended the context: what has to be done after it takes context.WithoutCancel)", err)
	}
	if explained(err, context.Canceled) {
		return &interruptedError{err}
	}
	return err
}
