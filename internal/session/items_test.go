package session

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
)

// dropped is a list that has not ended, and counts what drops it.
type dropped int

func (d *dropped) Done() <-chan struct{}          { return nil }
func (d *dropped) Wait(ctx context.Context) error { return ctx.Err() }
func (d *dropped) Drop()                          { *d++ }

// TestStreamDropsItsList leaves the loop over a list in each way that there is.
func TestStreamDropsItsList(t *testing.T) {
	for name, leave := range map[string]func(cancel func()) bool{
		"break":         func(func()) bool { return false },
		"panic":         func(func()) bool { panic("stop") },
		"its ctx ended": func(cancel func()) bool { cancel(); return true },
	} {
		ctx, cancel := context.WithCancel(t.Context())
		var list dropped
		hub := HubOf(new(event.Hub), "test", slog.New(slog.DiscardHandler))
		func() {
			defer func() { _ = recover() }()
			Stream(ctx, hub, &Errors{Package: "test"}, "X", 1<<20, func(sink func(event.Raw) bool) (Listing, error) {
				sink(hub.Stamp(blockOf("Event: X"), time.Now(), 0))
				return &list, nil
			}, func(event.Event, error) bool { return leave(cancel) })
		}()
		if cancel(); list == 0 {
			t.Errorf("%s: nothing drops the list", name)
		}
	}
}
