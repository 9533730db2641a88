package asyncagi_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/asyncagi"
	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
)

// A call that begins in Listening is served: there is no time between the two
// in which a call is missed.
func TestListening(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx := newPBX(t)
		session := pbx.connect(t)
		channels := make(chan *channel, 1)
		pbx.serve(t, &asyncagi.Server{
			Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error { return s.NoOp(ctx, "served") }),
			Listening: func(of ami.Session) {
				if of != session {
					t.Errorf("Listening(%v), want the session of Serve", of)
				}
				channels <- pbx.start("1.1")
			},
		}, session)
		c := <-channels
		if line, err := c.Receive(); line != `NOOP "served"` || err != nil {
			t.Errorf("Receive() = %q, %v", line, err)
		}
		c.Reply("200 result=0")
		if _, err := c.Receive(); !errors.Is(err, errEnded) || c.status != "SUCCESS" {
			t.Errorf("%v, status %s", err, c.status)
		}
	})
}

// away is a session that is not connected until it is back.
type away struct {
	*ami.Conn
	back chan struct{}
}

func (a *away) Ready(ctx context.Context) error {
	select {
	case <-a.back:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// While the session is away, nobody can be heard.
func TestListeningWaitsForTheSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx := newPBX(t)
		session := &away{pbx.connect(t), make(chan struct{})}
		var listening atomic.Int64
		server := &asyncagi.Server{Handler: agi.HandlerFunc(nil), Listening: func(ami.Session) { listening.Add(1) }}
		pbx.serve(t, server, session)
		synctest.Wait()
		if n := listening.Load(); n != 0 {
			t.Errorf("Listening was called %d times while the session was away", n)
		}
		close(session.back)
		synctest.Wait()
		if n := listening.Load(); n != 1 {
			t.Errorf("Listening was called %d times, want 1", n)
		}
	})
}

// A server that is shut down while the session is away does not listen any more.
func TestListeningAfterShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx := newPBX(t)
		session := &away{pbx.connect(t), make(chan struct{})}
		server := &asyncagi.Server{Handler: agi.HandlerFunc(nil), Listening: func(ami.Session) { t.Error("it listens") }}
		pbx.serve(t, server, session)
		if err := server.Shutdown(t.Context()); err != nil {
			t.Errorf("Shutdown() = %v", err)
		}
		close(session.back)
	})
}

// A call that is made as soon as the server listens is served, on a real
// Asterisk, over AMI and over HTTP. It needs no pause before it.
func TestLiveListening(t *testing.T) {
	onSite(t, func(t *testing.T, x *site) {
		login := loginOf(x.server, "all")
		for name, connect := range map[string]func(context.Context) (ami.Persistent, error){
			"AMI": func(ctx context.Context) (ami.Persistent, error) { return ami.Connect(ctx, x.server.AMI(), login) },
			"AJAM": func(ctx context.Context) (ami.Persistent, error) {
				return ajam.Connect(ctx, "http://"+x.server.HTTP(), &ajam.Config{Config: *login})
			},
		} {
			t.Run(name, func(t *testing.T) {
				client, err := connect(deadline(t, patience))
				if err != nil {
					t.Fatal(err)
				}
				x.servesAtOnce(t, client)
				if err := client.Close(); err != nil {
					t.Error(err)
				}
			})
		}
	})
}

// servesAtOnce makes a call in Listening, three times, each with a new Serve.
func (x *site) servesAtOnce(t *testing.T, session ami.Session) {
	for range 3 {
		number := newCall().number
		served := make(chan struct{})
		server := &asyncagi.Server{
			Accept: func(env agi.Env) bool { return len(env.Arguments) > 0 && env.Arguments[0] == number },
			Handler: agi.HandlerFunc(func(context.Context, *agi.Session) error {
				close(served)
				return nil
			}),
			Listening: func(session ami.Session) {
				_, err := session.Do(deadline(t, patience), action.Originate{Channel: "Local/" + number + "@asyncagi", Application: "Wait", Data: "30", Async: true})
				if err != nil {
					t.Error(err)
				}
			},
		}
		done := make(chan error, 1)
		// Ends at Shutdown.
		go func() { done <- server.Serve(context.Background(), session) }()
		select {
		case <-served:
		case <-deadline(t, patience).Done():
			t.Fatal("a call that was made as soon as the server listened was not served")
		}
		if err := server.Shutdown(deadline(t, patience)); err != nil {
			t.Error(err)
		}
		if err := <-done; !errors.Is(err, asyncagi.ErrServerClosed) {
			t.Errorf("Serve() = %v", err)
		}
	}
}

// Where nobody can be heard from the beginning on, Serve does not listen.
func TestListeningNotWhereServeFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx := newPBX(t)
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		closed := pbx.connect(t)
		if err := closed.Close(); err != nil {
			t.Fatal(err)
		}
		for range 100 { // which goroutine is first is chance
			server := &asyncagi.Server{Handler: agi.HandlerFunc(nil), Listening: func(ami.Session) { t.Error("it listens") }}
			if err := server.Serve(ended, pbx.connect(t)); !errors.Is(err, context.Canceled) {
				t.Errorf("Serve with a context that has ended = %v", err)
			}
			if err := server.Serve(t.Context(), closed); err == nil {
				t.Error("Serve with a closed session = nil")
			}
		}
	})
}
