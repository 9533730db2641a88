// Package ended has the error of a function whose context has ended. All packages
// use it, so that the rule is one: errors.Is finds both why the context ended
// (context.Cause) and what it is (context.Canceled or DeadlineExceeded).
package ended

import (
	"context"
	"errors"
	"fmt"
)

// Error is why ctx has ended; nil while it has not.
func Error(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if err == nil || cause == nil || errors.Is(cause, err) {
		return cause
	}
	return fmt.Errorf("%w: %w", err, cause)
}

// Because is the error of something that was to end with ctx: both err and why ctx
// has ended, or err alone while it has not.
func Because(ctx context.Context, err error) error {
	why := Error(ctx)
	if err == nil || why == nil || errors.Is(err, ctx.Err()) && errors.Is(err, context.Cause(ctx)) {
		return err
	}
	return fmt.Errorf("%w: %w", err, why)
}
