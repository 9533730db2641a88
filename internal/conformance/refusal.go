package conformance

import (
	"errors"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami"
)

// NoRefusal fails if the error of an action that was not sent, for want of a
// login, is also the refusal of an action, or another outcome than [ami.ErrNotSent].
func NoRefusal(t testing.TB, what string, err error) {
	t.Helper()
	var refusal *ami.Error
	if errors.As(err, &refusal) {
		t.Errorf("%s = %v, which is also an *ami.Error", what, err)
	}
	for _, wrong := range []error{ami.ErrPermissionDenied, ami.ErrUnknownAction, ami.ErrNoSuchChannel, ami.ErrInvalid, ami.ErrOutcomeUnknown, ami.ErrNoAnswer, ami.ErrTooManyItems} {
		if errors.Is(err, wrong) {
			t.Errorf("%s = %v, which is also %v", what, err, wrong)
		}
	}
}
