package ajam

import "context"

// prepare learns the version and waits for the end of a boot.
func (s *httpSession) prepare(ctx context.Context) error {
	version, told, err := errs.Version(ctx, s.act)
	if err != nil {
		return err
	}
	if told {
		s.version.Store(&version)
	}
	if s.config.AcceptBooting {
		return nil
	}
	return errs.WaitBooted(ctx, s.act, s.booted.Load)
}
