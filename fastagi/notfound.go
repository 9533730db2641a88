package fastagi

import (
	"context"
	"errors"
	"fmt"

	"github.com/asterisk-go/asterisk-go/agi"
)

// ErrNotFound is what [NotFound] returns.
var ErrNotFound = errors.New("fastagi: no handler for the path")

const (
	statusVariable = "FASTAGI_STATUS"
	statusNotFound = "NOTFOUND"
)

// NotFound serves a call for a path that no handler has: the channel variable
// FASTAGI_STATUS becomes NOTFOUND, and the call fails. AGISTATUS is FAILURE, so
// that a dialplan which tests it alone notices too. Handlers call it for values
// of wildcards that do not exist.
func NotFound(ctx context.Context, s *agi.Session) error {
	_, err := s.Do(ctx, "SET VARIABLE", statusVariable, statusNotFound)
	if err != nil {
		return fmt.Errorf("%w: %q: %w", ErrNotFound, s.Env.NetworkScript, err)
	}
	return fmt.Errorf("%w: %q", ErrNotFound, s.Env.NetworkScript)
}
