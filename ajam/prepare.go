package ajam

import (
	"context"
	"errors"
	"fmt"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
)

// prepare learns the version and waits for the end of a boot.
func (s *session) prepare(ctx context.Context) error {
	settings, err := s.act(ctx, action.CoreSettings{}, nil)
	switch {
	case err == nil:
		v := ami.ParseVersion(settings.Get("AsteriskVersion"))
		s.version.Store(&v)
	case !refused(err):
		return err
	}
	if s.config.AcceptBooting {
		return nil
	}
	return s.waitBooted(ctx)
}

// waitBooted waits for the end of a boot as ami.Dial does.
func (s *session) waitBooted(ctx context.Context) error {
	for _, question := range ami.BootQuestions() {
		if s.booted.Load() {
			return nil
		}
		_, err := s.act(ctx, question, nil)
		switch {
		case err != nil && !refused(err):
			return fmt.Errorf("wait for Asterisk to boot: %w", causeOf(err))
		case !errors.Is(err, ami.ErrPermissionDenied):
			return nil
		}
	}
	return nil
}

func refused(err error) bool {
	var refusal *ami.Error
	return errors.As(err, &refusal)
}
