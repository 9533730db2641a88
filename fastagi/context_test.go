package fastagi_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
	"github.com/asterisk-go/asterisk-go/fastagi"
	"github.com/asterisk-go/asterisk-go/internal/ended/endedtest"
)

// errors.Is finds both why a context has ended and what it is. "PathValue" does not
// wait, and "NotFound" runs commands of package agi.
func TestContextEnds(t *testing.T) {
	endedtest.Want(t, "Server.Shutdown", func(t *testing.T) func(context.Context) error {
		server := &fastagi.Server{Handler: agi.HandlerFunc(parked)}
		call := agitest.New(t, serve(t, server).dial(t), &agitest.Config{Patience: -1})
		t.Cleanup(func() { _ = server.Close(); _ = call.Wait() })
		synctest.Wait()
		return server.Shutdown
	})
}
