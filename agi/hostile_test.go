package agi_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/asterisk-go/asterisk-go/agi"
)

// speaker has something to say to the first command.
type speaker struct {
	io.Reader
	asked func()
	ready <-chan struct{}
}

func (s *speaker) Write(p []byte) (int, error) {
	s.asked()
	return len(p), nil
}

func (s *speaker) Read(p []byte) (int, error) {
	<-s.ready
	return s.Reader.Read(p)
}

// A reply of a million lines costs its length, and not the square of that.
func TestEndlessReply(t *testing.T) {
	lines := strings.Repeat("\n", 1<<20+1)
	for command, reply := range map[string]string{
		"NOOP": "520-" + lines, "GET VARIABLE": "200 result=1 (" + lines, "EXEC": "200 result=1\n" + lines,
	} {
		asked := make(chan struct{})
		stream := &speaker{strings.NewReader(reply), sync.OnceFunc(func() { close(asked) }), asked}
		_ = agi.Serve(t.Context(), agi.NewStream(stream, stream), agi.Env{}, agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			if _, err := s.Do(ctx, command); !errors.Is(err, agi.ErrTooLong) || !errors.Is(err, agi.ErrClosed) {
				t.Errorf("%s = %v, want %v", command, err, agi.ErrTooLong)
			}
			return nil
		}), nil)
	}
}

// answering is a Conn that answers each command in its own way.
type answering struct {
	to     agi.Receiver
	answer func(to agi.Receiver, c agi.Command)
	count  int
}

func (a *answering) Start(to agi.Receiver) { a.to = to }

func (a *answering) Send(_ context.Context, c agi.Command) error {
	a.count++
	a.answer(a.to, c)
	return nil
}

func TestEndlessVariable(t *testing.T) {
	for size, commands := range map[int]int{600: 1<<20/600 + 1, 601: 1} {
		conn := &answering{answer: func(to agi.Receiver, c agi.Command) {
			to.Reply("200 result=1 (" + strings.Repeat("x", size) + c.Tail + ")")
		}}
		_ = agi.Serve(t.Context(), conn, agi.Env{}, agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			value, ok, err := s.Variable(ctx, "A")
			if !errors.Is(err, agi.ErrTooLong) || value != "" || ok {
				t.Errorf("pieces of %d: %d bytes, %t, %v, want %v", size, len(value), ok, err, agi.ErrTooLong)
			}
			return nil
		}), nil)
		if conn.count != commands {
			t.Errorf("pieces of %d: %d commands, want %d", size, conn.count, commands)
		}
	}
}

// A transport that knows no reason for the end still ends a session once.
func TestEndWithoutACause(t *testing.T) {
	conn := &answering{answer: func(to agi.Receiver, _ agi.Command) { to.End(nil) }}
	_ = agi.Serve(t.Context(), conn, agi.Env{}, agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
		if err := s.NoOp(ctx); !errors.Is(err, agi.ErrClosed) || !errors.Is(err, io.EOF) {
			t.Errorf("NOOP = %v", err)
		}
		return nil
	}), nil)
}
