package session

import "context"

// Places are those of the actions in flight.
type Places chan struct{}

// Take waits for a place, until ctx or the session ends, which cause says why
// of. Its error is why there is none.
func (p Places) Take(ctx context.Context, ended <-chan struct{}, cause func() error) error {
	select {
	case p <- struct{}{}:
		return nil
	case <-ended:
		return cause()
	case <-ctx.Done():
		return Ended(ctx)
	}
}

// Free gives a place back.
func (p Places) Free() { <-p }
