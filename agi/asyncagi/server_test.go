package asyncagi_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/asyncagi"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

// ended is what a handler reports of its end.
type ended struct {
	cause error // of its context
	err   error // of a command after it
}

// lasting is a handler that lives until its context ends.
func lasting(report chan<- ended) agi.HandlerFunc {
	return func(ctx context.Context, s *agi.Session) error {
		<-ctx.Done()
		_, err := s.Do(context.WithoutCancel(ctx), "SET VARIABLE", "BILLED", "yes")
		report <- ended{context.Cause(ctx), err}
		return err
	}
}

// The dialplan is told what became of the call.
func TestStatus(t *testing.T) {
	for _, test := range []struct {
		want    string
		logged  string
		handler agi.HandlerFunc
	}{
		{"SUCCESS", "", func(context.Context, *agi.Session) error { return nil }},
		{"FAILURE", "no money", func(context.Context, *agi.Session) error { return errors.New("no money") }},
		{"FAILURE", "ended its goroutine", func(context.Context, *agi.Session) error { runtime.Goexit(); return nil }},
		{"FAILURE", "server_test.go", func(context.Context, *agi.Session) error { panic("bug") }},
	} {
		synctest.Test(t, func(t *testing.T) {
			var log bytes.Buffer
			pbx := newPBX(t)
			pbx.serve(t, &asyncagi.Server{Handler: test.handler, Logger: slog.New(slog.NewTextHandler(&log, nil))}, pbx.connect(t))
			c := pbx.start("1.1")
			if line, err := c.Receive(); !errors.Is(err, errEnded) || c.status != test.want {
				t.Errorf("Receive() = %q, %v, status %s, want %s", line, err, c.status, test.want)
			}
			synctest.Wait()
			if !strings.Contains(log.String(), test.logged) || test.logged == "" && log.Len() > 0 {
				t.Errorf("logged %q, want %q in it", log.String(), test.logged)
			}
		})
	}
}

// Arguments come as they are, even such that look like lines of the environment.
func TestEnvironment(t *testing.T) {
	arguments := []string{"", "100%25 größe", `"quoted"`, "a: b", strings.Repeat("long ", 100)}
	synctest.Test(t, func(t *testing.T) {
		pbx := newPBX(t)
		env := make(chan agi.Env, 1)
		pbx.serve(t, &asyncagi.Server{Handler: agi.HandlerFunc(func(_ context.Context, s *agi.Session) error {
			env <- s.Env
			return nil
		})}, pbx.connect(t))
		c := pbx.start("1.1", arguments...)
		got := <-env
		if got.UniqueID != "1.1" || got.Channel != c.name || got.Request != "async" || strings.Join(got.Arguments, "|") != strings.Join(arguments, "|") {
			t.Errorf("environment %+v", got)
		}
		// The first 1,024 bytes come with the event, the others with a reply.
		c = pbx.start("1.2", strings.Repeat("x", 1500), "last")
		if _, err := c.Receive(); !errors.Is(err, errEnded) {
			t.Error(err)
		}
		if got := <-env; len(got.Arguments) != 2 || len(got.Arguments[0]) != 1500 || got.Arguments[1] != "last" {
			t.Errorf("arguments of a long environment: %q", got.Arguments)
		}
		// What Asterisk cuts itself can't be had.
		c = pbx.start("1.3", strings.Repeat("ö", 400))
		if line, err := c.Receive(); !errors.Is(err, errEnded) || c.status != "FAILURE" {
			t.Errorf("cut environment: %q, %v, status %s", line, err, c.status)
		}
		if len(env) > 0 {
			t.Errorf("a handler ran with a cut environment: %+v", <-env)
		}
	})
}

// Nothing is known of the session after what Asterisk has cut.
func TestCutReply(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx := newPBX(t)
		pbx.serve(t, &asyncagi.Server{Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			_, err := s.Do(ctx, "GET VARIABLE", "CYRILLIC")
			if !errors.Is(err, asyncagi.ErrCut) || !errors.Is(err, agi.ErrClosed) {
				t.Errorf("GET VARIABLE = %v, want %v", err, asyncagi.ErrCut)
			}
			if _, err := s.Do(context.WithoutCancel(ctx), "NOOP"); !errors.Is(err, asyncagi.ErrCut) {
				t.Errorf("NOOP = %v, want %v", err, asyncagi.ErrCut)
			}
			return err
		})}, pbx.connect(t))
		c := pbx.start("1.1")
		if line, err := c.Receive(); err != nil || line != `GET VARIABLE "CYRILLIC"` {
			t.Errorf("Receive() = %q, %v", line, err)
		}
		c.Reply("200 result=1 (" + strings.Repeat("ж", 400) + ")")
		if line, err := c.Receive(); !errors.Is(err, errEnded) || c.status != "FAILURE" {
			t.Errorf("Receive() = %q, %v, status %s, want the end", line, err, c.status)
		}
	})
}

// unsent is a session that has just lost its connection, for those who ask for
// more of a reply.
type unsent struct{ ami.Session }

func (u unsent) Do(ctx context.Context, a action.Action) (*ami.Response, error) {
	if command, ok := a.(action.AGI); ok && command.Command == "NOOP" {
		return nil, ami.ErrNotSent
	}
	return u.Session.Do(ctx, a)
}

// What was sent, and was answered, is not ErrNotSent if the rest of the answer
// can't be had.
func TestRestNotFetched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx := newPBX(t)
		pbx.serve(t, &asyncagi.Server{Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			_, err := s.Do(ctx, "GET VARIABLE", "LONG")
			if !errors.Is(err, agi.ErrClosed) || errors.Is(err, agi.ErrNotSent) {
				t.Errorf("GET VARIABLE = %v, want %v", err, agi.ErrClosed)
			}
			return err
		})}, unsent{pbx.connect(t)})
		c := pbx.start("1.1")
		if _, err := c.Receive(); err != nil {
			t.Error(err)
		}
		c.Reply("200 result=1 (" + strings.Repeat("x", 1200) + ")")
		if _, err := c.Receive(); !errors.Is(err, errEnded) || c.status != "FAILURE" {
			t.Errorf("%v, status %s", err, c.status)
		}
	})
}

func TestLongCommandIsNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx := newPBX(t)
		pbx.serve(t, &asyncagi.Server{Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			for _, argument := range []string{strings.Repeat("x", 1013-len(`SET VARIABLE "V" ""`)+1), "carriage\rreturn"} {
				if _, err := s.Do(ctx, "SET VARIABLE", "V", argument); !errors.Is(err, agi.ErrInvalid) || errors.Is(err, agi.ErrNotSent) || errors.Is(err, agi.ErrClosed) {
					t.Errorf("SET VARIABLE = %v, want %v", err, agi.ErrInvalid)
				}
			}
			_, err := s.Do(ctx, "SET VARIABLE", "V", strings.Repeat("x", 1013-len(`SET VARIABLE "V" ""`)))
			return err
		})}, pbx.connect(t))
		c := pbx.start("1.1")
		if line, err := c.Receive(); err != nil || len(line) != 1013 {
			t.Errorf("Receive() = %d bytes, %v, want 1013", len(line), err)
		}
		c.Reply("200 result=1")
		if _, err := c.Receive(); !errors.Is(err, errEnded) || c.status != "SUCCESS" {
			t.Errorf("%v, status %s", err, c.status)
		}
	})
}

func TestMaxSessions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx, report := newPBX(t), make(chan ended, 10)
		pbx.serve(t, &asyncagi.Server{Handler: lasting(report), MaxSessions: 1}, pbx.connect(t))
		first := pbx.start("1.1")
		synctest.Wait()
		second := pbx.start("1.2")
		if _, err := second.Receive(); !errors.Is(err, errEnded) || second.status != "BUSY" {
			t.Errorf("second call: %v, status %s, want BUSY", err, second.status)
		}
		first.Hangup()
		<-report
		synctest.Wait()
		third := pbx.start("1.3")
		synctest.Wait()
		if len(third.commands) > 0 {
			t.Error("the call after a free place was turned away")
		}
		third.Hangup()
		<-report
	})
}

// Calls of other programs are left alone, and so are h extensions that leave
// AsyncAGI by themselves.
func TestNotOurs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx, report := newPBX(t), make(chan ended, 10)
		pbx.serve(t, &asyncagi.Server{
			Handler: lasting(report),
			Accept:  func(env agi.Env) bool { return len(env.Arguments) > 0 && env.Arguments[0] == "mine" },
		}, pbx.connect(t))
		other := pbx.start("1.1", "other")
		dead := &channel{pbx: pbx, id: "1.2", name: "x", exten: "h", commands: make(chan amitest.Action, 10), ended: make(chan struct{})}
		pbx.channels["1.2"] = dead
		dead.enter("mine")
		dead.Hangup()
		mine := pbx.start("1.3", "mine")
		<-time.After(time.Second)
		synctest.Wait()
		if len(other.commands)+len(dead.commands) > 0 {
			t.Error("commands were sent to channels of others")
		}
		mine.Hangup()
		<-report
		if len(report) > 0 {
			t.Error("another handler ran")
		}
	})
}

// A channel that somebody had jump into its h extension is not left waiting.
func TestJumpedIntoH(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx := newPBX(t)
		pbx.serve(t, &asyncagi.Server{Handler: agi.HandlerFunc(func(context.Context, *agi.Session) error {
			t.Error("a handler runs")
			return nil
		})}, pbx.connect(t))
		c := &channel{pbx: pbx, id: "1.1", name: "x", exten: "h", commands: make(chan amitest.Action, 10), ended: make(chan struct{})}
		pbx.channels["1.1"] = c
		c.enter()
		if _, err := c.Receive(); !errors.Is(err, errEnded) {
			t.Error(err)
		}
	})
}

// The same channel name may exist on two servers.
func TestSeveralServers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		report := make(chan ended, 2)
		server := &asyncagi.Server{Handler: lasting(report)}
		one, two := newPBX(t), newPBX(t)
		for _, pbx := range []*pbx{one, two} {
			pbx.serve(t, server, pbx.connect(t))
		}
		first, second := one.start("1.1"), two.start("1.1")
		synctest.Wait()
		first.Hangup()
		if got := <-report; !errors.Is(got.cause, agi.ErrHangup) {
			t.Errorf("cause %v", got.cause)
		}
		synctest.Wait()
		if len(report) > 0 {
			t.Error("the call of the other server has ended")
		}
		second.Hangup()
		<-report
	})
}

func TestNotPermitted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx := amitest.NewServer(func(p *amitest.Peer) {
			p.Handle("ListCommands", func(p *amitest.Peer, a amitest.Action) { p.Success(a, "Ping", "Keepalive command  (Priv: <none>)") })
			p.Login()
			p.Serve()
		})
		conn, err := ami.Dial(t.Context(), pbx.Addr(), &ami.Config{Dial: pbx.Dial, Username: "u", Secret: "s"})
		if err != nil {
			t.Fatal(err)
		}
		if err := new(asyncagi.Server).Serve(t.Context(), conn); err == nil || !strings.Contains(err.Error(), "Handler") {
			t.Errorf("Serve() without a handler = %v", err)
		}
		listening := func(ami.Session) { t.Error("it listens") }
		err = (&asyncagi.Server{Handler: agi.HandlerFunc(nil), Listening: listening}).Serve(t.Context(), conn)
		if err == nil || !strings.Contains(err.Error(), "agi in read= and write=") {
			t.Errorf("Serve() = %v", err)
		}
		_ = conn.Close()
		_ = pbx.Close()
	})
}
