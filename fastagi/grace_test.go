package fastagi_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
	"github.com/asterisk-go/asterisk-go/fastagi"
)

// The peer tells of the hangup, and then nothing: no reply, no end.
func TestHangupGrace(t *testing.T) {
	for grace, want := range map[time.Duration]time.Duration{
		0:           agi.DefaultHangupGrace,
		time.Second: time.Second,
	} {
		t.Run(grace.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				failed := make(chan error, 2)
				m := serve(t, &fastagi.Server{HangupGrace: grace, Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
					_, err := s.Do(ctx, "STREAM FILE", "hello", "")
					failed <- err
					_, err = s.Do(ctx, "SET VARIABLE", "BILLED", "yes")
					failed <- err
					return err
				})})
				conn := m.dial(t)
				_, _ = io.WriteString(conn, "agi_network: yes\nagi_request: agi://x\nagi_version: 22.10.1\n\n")
				if line, err := agitest.NewPeer(conn).Receive(); err != nil || !strings.HasPrefix(line, "STREAM FILE") {
					t.Fatalf("read %q, %v", line, err)
				}
				<-time.After(time.Hour) // the wait begins with the hangup
				began := time.Now()
				_, _ = io.WriteString(conn, "HANGUP\n")
				if rest, err := io.ReadAll(conn); len(rest) > 0 || err != nil {
					t.Errorf("read %q, %v, want the end", rest, err)
				}
				if took := time.Since(began); took != want {
					t.Errorf("the connection was closed after %v, want %v", took, want)
				}
				err := <-failed
				if !errors.Is(err, agi.ErrHangup) || !errors.Is(err, agi.ErrClosed) || !strings.Contains(err.Error(), "no reply within the grace") {
					t.Errorf("STREAM FILE = %v, want %v and %v, for want of a reply", err, agi.ErrHangup, agi.ErrClosed)
				}
				if err := <-failed; !errors.Is(err, agi.ErrHangup) || !errors.Is(err, agi.ErrClosed) {
					t.Errorf("SET VARIABLE = %v, want %v and %v", err, agi.ErrHangup, agi.ErrClosed)
				}
			})
		})
	}
}
