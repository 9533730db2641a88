// Package served runs FastAGI handlers for the tests of examples.
package served

import (
	"context"
	"net"
	"testing"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/examples/internal/serve"
)

// Start serves handler until the test ends, and returns the host and port.
func Start(t testing.TB, handler agi.Handler) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	// Ends with the test.
	go func() { served <- serve.Until(ctx, ln, handler) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return ln.Addr().String()
}
