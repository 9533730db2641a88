package agi_test

import (
	"context"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// pbx is a real server that calls our handlers over FastAGI.
type pbx struct {
	*lab.Server
	ami *ami.Conn
}

func newPBX(t *testing.T, s *lab.Server) pbx {
	t.Helper()
	user := s.User("all")
	conn, err := ami.Dial(deadline(t), s.AMI(), &ami.Config{Username: user.Name, Secret: user.Secret})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return pbx{s, conn}
}

// deadline is a context that ends with the test, or after a minute.
func deadline(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// call runs handler for a channel of its own, and returns its error. The far
// end of the channel has answered and says nothing.
func (p pbx) call(t *testing.T, handler agi.HandlerFunc) error {
	t.Helper()
	return p.callFrom(t, "Local/answer@outcome", handler)
}

func (p pbx) callFrom(t *testing.T, channel string, handler agi.HandlerFunc) error {
	t.Helper()
	return serveConn(t, p.accept(t, channel), handler)
}

// serve runs handler for the call that listener gets next.
func (p pbx) serve(t *testing.T, listener net.Listener, handler agi.HandlerFunc) error {
	t.Helper()
	return serveConn(t, acceptCall(t, listener), handler)
}

func serveConn(t *testing.T, conn net.Conn, handler agi.HandlerFunc) error {
	t.Helper()
	stream := agi.NewStream(conn, conn)
	defer stream.Wait()
	defer conn.Close()
	env, err := stream.ReadEnv()
	if err != nil {
		t.Fatal(err)
	}
	return agi.Serve(deadline(t), stream, env, handler, nil)
}

// accept has a new channel call us.
func (p pbx) accept(t *testing.T, channel string) net.Conn {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	ctx := deadline(t)
	_, err = p.ami.Do(ctx, action.Originate{Channel: channel, Context: "agi", Exten: "fast", Async: true,
		Variables: []asterisk.Variable{{Name: "FASTAGI", Value: "agi://" + listener.Addr().String() + "/test"}}})
	if err != nil {
		t.Fatal(err)
	}
	return acceptCall(t, listener)
}

func acceptCall(t *testing.T, listener net.Listener) net.Conn {
	t.Helper()
	until, _ := deadline(t).Deadline()
	_ = listener.(*net.TCPListener).SetDeadline(until)
	conn, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.SetDeadline(until)
	return conn
}

// press sends digits to the channel of s as soon as its next command runs. The
// function that it returns waits until they are sent.
func (p pbx) press(t *testing.T, s *agi.Session, digits string) (wait func()) {
	t.Helper()
	return p.once(t, s, func(ctx context.Context) error {
		for _, digit := range digits {
			if _, err := p.ami.Do(ctx, action.PlayDTMF{Channel: farHalf(s), Digit: string(digit)}); err != nil {
				return err
			}
		}
		return nil
	})
}

// hangUp hangs the channel of s up as soon as its next command runs.
func (p pbx) hangUp(t *testing.T, s *agi.Session) (wait func()) {
	t.Helper()
	return p.once(t, s, func(ctx context.Context) error {
		_, err := p.ami.Do(ctx, action.Hangup{Channel: s.Env.Channel})
		return err
	})
}

// farHalf is the other half of a Local channel: what it sends, ours receives.
func farHalf(s *agi.Session) string { return strings.TrimSuffix(s.Env.Channel, "1") + "2" }

func (p pbx) once(t *testing.T, s *agi.Session, do func(context.Context) error) (wait func()) {
	t.Helper()
	ctx := deadline(t)
	begun := p.ami.Subscribe(event.And(event.Named("AGIExecStart"), event.Where("Channel", s.Env.Channel)), nil)
	var done sync.WaitGroup
	// Ends when the command has begun and do is done; the caller waits for it.
	done.Go(func() {
		defer begun.Close()
		for range begun.All(ctx) {
			if err := do(ctx); err != nil {
				t.Error(err)
			}
			return
		}
		t.Error("no command has begun")
	})
	return done.Wait
}
