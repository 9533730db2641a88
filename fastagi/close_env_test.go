package fastagi_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/fastagi"
)

// Asterisk takes a connection that closes for success: a call whose environment
// is being read is told by Close that it has failed. Who is no Asterisk is told
// nothing.
func TestCloseDuringTheEnvironment(t *testing.T) {
	const whole = "agi_network: yes\nagi_request: agi://x\n\n"
	for _, test := range []struct {
		name, sent string
		trust      bool
		isCall     bool
	}{
		{"nothing", "", false, false},
		{"no call", "GET / HT", false, false},
		{"half a line", "agi_netw", false, true},
		{"half, trusted", "agi_network: yes\n", true, true},
		{"no answer to the mark", whole, false, true},
		{"half an answer to the mark", whole + "200 result=1 (mark-", false, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, settled := range []bool{true, false} { // or Close comes as early as it can
				synctest.Test(t, func(t *testing.T) {
					var log bytes.Buffer
					server := &fastagi.Server{TrustEnv: test.trust, Logger: slog.New(slog.NewTextHandler(&log, nil)),
						Handler: agi.HandlerFunc(func(context.Context, *agi.Session) error {
							t.Error("a handler has begun")
							return nil
						})}
					conn := serve(t, server).dial(t)
					got := make(chan string, 1)
					// Ends with the connection.
					go func() {
						text, _ := io.ReadAll(conn)
						got <- string(text)
					}()
					if settled {
						_, _ = io.WriteString(conn, test.sent)
						synctest.Wait()
					}
					began := time.Now()
					if err := server.Close(); err != nil {
						t.Errorf("Close() = %v", err)
					}
					text := <-got
					if told := strings.HasSuffix(text, "failure\n"); told != (test.isCall && settled) {
						t.Errorf("read %q, want a failure: %t", text, test.isCall && settled)
					}
					if err := server.Shutdown(t.Context()); err != nil || time.Since(began) > 2*time.Second {
						t.Errorf("Shutdown() = %v after %v", err, time.Since(began))
					}
					if logged := strings.Contains(log.String(), fastagi.ErrServerClosed.Error()); logged != (test.isCall && settled) {
						t.Errorf("logged %s", log.String())
					}
				})
			}
		})
	}
}
