package asyncagi_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/asyncagi"
	"github.com/asterisk-go/asterisk-go/internal/ended/endedtest"
)

// errors.Is finds both why a context has ended and what it is.
func TestContextEnds(t *testing.T) {
	endedtest.Want(t, "Server.Serve", func(t *testing.T) func(context.Context) error {
		pbx := newPBX(t)
		conn := pbx.connect(t)
		return func(ctx context.Context) error {
			server := &asyncagi.Server{Handler: agi.HandlerFunc(func(context.Context, *agi.Session) error { return nil })}
			return server.Serve(ctx, conn)
		}
	})
	endedtest.Want(t, "Server.Shutdown", func(t *testing.T) func(context.Context) error {
		pbx := newPBX(t)
		release := make(chan struct{})
		server := &asyncagi.Server{Handler: agi.HandlerFunc(func(context.Context, *agi.Session) error { <-release; return nil })}
		pbx.serve(t, server, pbx.connect(t))
		pbx.start("1.1")
		synctest.Wait()
		t.Cleanup(func() { close(release) })
		return server.Shutdown
	})
}
