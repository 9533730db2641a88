package ended_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/ended"
)

var errReason = errors.New("my reason")

func TestError(t *testing.T) {
	if err := ended.Error(t.Context()); err != nil {
		t.Errorf("of a context that lives: %v", err)
	}
	past := time.Now().Add(-time.Second)
	for _, test := range []struct {
		end  func(context.Context) (context.Context, context.CancelFunc)
		is   []error
		text string
	}{
		{context.WithCancel, []error{context.Canceled}, "context canceled"},
		{func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithDeadline(ctx, past)
		},
			[]error{context.DeadlineExceeded}, "context deadline exceeded"},
		{func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithDeadlineCause(ctx, past, errReason)
		}, []error{context.DeadlineExceeded, errReason}, "context deadline exceeded: my reason"},
		{causing(errReason), []error{context.Canceled, errReason}, "context canceled: my reason"},
		{causing(context.DeadlineExceeded), []error{context.Canceled, context.DeadlineExceeded}, "context canceled: context deadline exceeded"},
		{causing(errWrapped), []error{context.Canceled, errWrapped}, "my own: context canceled"},
	} {
		ctx, cancel := test.end(t.Context())
		cancel()
		for _, err := range []error{ended.Error(ctx), ended.Because(ctx, errors.New("read"))} {
			for _, is := range test.is {
				if !errors.Is(err, is) {
					t.Errorf("%v is not %v", err, is)
				}
			}
		}
		if got := ended.Error(ctx).Error(); got != test.text {
			t.Errorf("Error = %q, want %q", got, test.text)
		}
		if got := ended.Because(ctx, ended.Error(ctx)).Error(); got != test.text {
			t.Errorf("Because says it twice: %q", got)
		}
		if err := ended.Because(ctx, nil); err != nil {
			t.Errorf("Because of no error = %v", err)
		}
	}
	if err := ended.Because(t.Context(), errReason); err != errReason {
		t.Errorf("Because of a context that lives = %v", err)
	}
}

var errWrapped = fmt.Errorf("my own: %w", context.Canceled)

func causing(cause error) func(context.Context) (context.Context, context.CancelFunc) {
	return func(ctx context.Context) (context.Context, context.CancelFunc) {
		ctx, cancel := context.WithCancelCause(ctx)
		cancel(cause)
		return ctx, func() {}
	}
}
