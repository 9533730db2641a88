package fastagi_test

import (
	"context"
	"errors"
	"net"
	"testing"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
	"github.com/asterisk-go/asterisk-go/fastagi"
	"github.com/asterisk-go/asterisk-go/internal/leak"
)

// When Shutdown returns nothing of the server runs any more: no listener, no connection that sends nothing, no call that
// has been served, is being served or waits for its place, not even after a Close, which waits for none of them.
func TestShutdownLeavesNothing(t *testing.T) {
	for round := range 50 {
		serving := make(chan struct{}, 2)
		server := &fastagi.Server{MaxSessions: 1, Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			serving <- struct{}{}
			<-ctx.Done()
			return context.Cause(ctx)
		})}
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		served := make(chan error, 1)
		go func() { served <- server.Serve(listener) }() // ends with Close
		silent, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		agitest.Dial(t, listener.Addr().String(), &agitest.Config{Automatic: true})
		<-serving
		if round%2 == 0 {
			agitest.Dial(t, listener.Addr().String(), &agitest.Config{Automatic: true}) // has no place
		}
		_ = server.Close()
		if err := server.Shutdown(t.Context()); err != nil {
			t.Errorf("Shutdown = %v", err)
		}
		leak.None(t, "agi/agitest")
		silent.Close()
		if err := <-served; !errors.Is(err, fastagi.ErrServerClosed) {
			t.Errorf("Serve = %v", err)
		}
		if t.Failed() {
			return
		}
	}
}
