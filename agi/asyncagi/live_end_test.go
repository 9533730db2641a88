package asyncagi_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/asyncagi"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// witness is a handler that says when it has begun, runs a command if it has
// one, and reports how the session ended.
type witness struct {
	command []string
	begun   chan struct{}
	over    chan ended
}

func newWitness(command ...string) *witness {
	return &witness{command, make(chan struct{}, 1), make(chan ended, 1)}
}

func (w *witness) serve(ctx context.Context, s *agi.Session) error {
	_, err := s.Do(ctx, "NOOP")
	w.begun <- struct{}{}
	if err == nil && len(w.command) > 0 {
		_, err = s.Do(ctx, w.command[0], w.command[1:]...)
	}
	<-ctx.Done()
	if err == nil {
		_, err = s.Do(ctx, "SET VARIABLE", "BILLED", "yes")
	}
	w.over <- ended{context.Cause(ctx), err}
	return err
}

// A hangup ends the session, before, in and between commands.
func TestLiveHangup(t *testing.T) {
	onSite(t, func(t *testing.T, x *site) {
		for name, command := range map[string][]string{
			"between commands": nil,
			"in a prompt":      {"STREAM FILE", "demo-congrats", ""},
			"in a wait":        {"WAIT FOR DIGIT", "-1"},
			"by the command":   {"HANGUP"},
			"by EXEC":          {"EXEC", "Hangup"},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				c, w := newCall(), newWitness(command...)
				x := x.in(t)
				x.handle([]string{c.number}, w.serve)
				x.place(c)
				wait(x, "the handler", w.begun)
				if !strings.HasPrefix(name, "by ") {
					x.do(action.Hangup{Channel: c.caller()})
				}
				got := wait(x, "the end", w.over)
				if !errors.Is(got.cause, agi.ErrHangup) || !errors.Is(got.err, agi.ErrHangup) {
					t.Errorf("the handler saw %v, %v, want a hangup", got.cause, got.err)
				}
			})
		}
	})
}

// A start in the h extension runs no handler, and asks nothing of the dying
// channel.
func TestLiveHExtension(t *testing.T) {
	onSite(t, func(t *testing.T, x *site) {
		c, served := newCall(), make(chan string, 10)
		x.serve(&asyncagi.Server{
			Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
				served <- s.Env.Extension
				<-ctx.Done()
				return nil
			}),
			Accept: func(env agi.Env) bool { return env.UniqueID == c.id },
		}, loginOf(x.server, "all"))
		ends := x.conn.Subscribe(event.And(event.Of[event.AsyncAGIEnd](), event.Where("Uniqueid", c.id)), nil)
		defer ends.Close()
		x.place(c)
		if exten := wait(x, "the handler", served); exten != c.number {
			t.Errorf("served in extension %s, want %s", exten, c.number)
		}
		x.do(action.Hangup{Channel: c.id})
		for range 2 { // that of the call, and that of the h extension
			if _, err := ends.Next(deadline(t, patience)); err != nil {
				t.Fatal(err)
			}
		}
		if len(served) > 0 {
			t.Errorf("a handler runs in extension %s", <-served)
		}
	})
}

// What takes the channel out of AsyncAGI without a hangup is told.
func TestLiveTakenAway(t *testing.T) {
	onSite(t, func(t *testing.T, x *site) {
		for _, test := range []struct {
			name    string
			command []string
			take    func(x *site, c liveCall)
			says    string
		}{
			{"Redirect", nil, func(x *site, c liveCall) {
				x.do(action.Redirect{Channel: c.id, Context: "asyncagi", Exten: "away", Priority: 1})
			}, "Redirect"},
			{"Redirect in a command", []string{"WAIT FOR DIGIT", "-1"}, func(x *site, c liveCall) {
				x.do(action.Redirect{Channel: c.id, Context: "asyncagi", Exten: "away", Priority: 1})
			}, ""},
			{"break", nil, func(x *site, c liveCall) {
				x.do(action.AGI{Channel: c.id, Command: "ASYNCAGI BREAK"})
			}, "somebody else's ASYNCAGI BREAK"},
			{"failed command", []string{"STREAM FILE", "no-such-file", ""}, func(*site, liveCall) {}, "STREAM FILE has failed"},
		} {
			t.Run(test.name, func(t *testing.T) {
				t.Parallel()
				c, w := newCall(), newWitness(test.command...)
				x := x.in(t)
				x.handle([]string{c.number}, w.serve)
				x.place(c)
				wait(x, "the handler", w.begun)
				test.take(x, c)
				got := wait(x, "the end", w.over)
				if errors.Is(got.cause, agi.ErrHangup) || !errors.Is(got.err, agi.ErrClosed) || !strings.Contains(got.err.Error(), test.says) {
					t.Errorf("the handler saw %v, %v, want no hangup, and %q", got.cause, got.err, test.says)
				}
			})
		}
	})
}

// The application Pickup puts the channel in the place of a ringing one.
func TestLivePickup(t *testing.T) {
	onSite(t, func(t *testing.T, x *site) {
		c, ringing := newCall(), newCall()
		dials := x.conn.Subscribe(event.And(event.Named("Newstate"), event.Where("Uniqueid", ringing.id)), nil)
		defer dials.Close()
		x.do(action.Originate{Channel: "Local/noanswer@outcome", Application: "Wait", Data: "30", Async: true,
			ChannelID: ringing.id, OtherChannelID: ringing.caller()})
		state, err := dials.Next(deadline(t, patience)) // it rings
		if err != nil {
			t.Fatal(err)
		}
		defer x.conn.Do(deadline(t, patience), action.Hangup{Channel: ringing.caller()})
		w := newWitness("EXEC", "PickupChan", state.Fields().Get("Channel"))
		x.handle([]string{c.number}, w.serve)
		x.place(c)
		got := wait(x, "the end", w.over)
		if errors.Is(got.cause, agi.ErrHangup) || !errors.Is(got.err, agi.ErrClosed) || !strings.Contains(got.err.Error(), "another channel") {
			t.Errorf("the handler saw %v, %v, want no hangup", got.cause, got.err)
		}
	})
}

// The action Bridge takes the channel away without an AsyncAGIEnd: the session
// ends with the call.
func TestLiveBridge(t *testing.T) {
	onSite(t, func(t *testing.T, x *site) {
		c, other, w := newCall(), newCall(), newWitness()
		x.handle([]string{c.number}, w.serve)
		bridged := x.conn.Subscribe(event.And(event.Of[event.BridgeEnter](), event.Where("Uniqueid", c.id)), nil)
		defer bridged.Close()
		answered := x.conn.Subscribe(event.And(event.Of[event.OriginateResponse](), event.Where("Uniqueid", other.caller())), nil)
		defer answered.Close()
		x.do(action.Originate{Channel: "Local/answer@outcome", Application: "Wait", Data: "30", Async: true,
			ChannelID: other.caller(), OtherChannelID: other.id})
		if _, err := answered.Next(deadline(t, patience)); err != nil {
			t.Fatal(err)
		}
		x.place(c)
		wait(x, "the handler", w.begun)
		x.do(action.New("Bridge", "Channel1", c.id, "Channel2", other.caller()))
		if _, err := bridged.Next(deadline(t, patience)); err != nil {
			t.Fatal(err)
		}
		x.do(action.Hangup{Channel: other.caller()})
		x.do(action.Hangup{Channel: c.id})
		if got := wait(x, "the end", w.over); !errors.Is(got.cause, agi.ErrHangup) {
			t.Errorf("the handler saw %v, %v, want a hangup", got.cause, got.err)
		}
	})
}

// A channel may enter AsyncAGI again and again.
func TestLiveEntersAgain(t *testing.T) {
	onSite(t, func(t *testing.T, x *site) {
		c := newCall()
		var sessions atomic.Int64
		x.handle([]string{c.number}, func(ctx context.Context, s *agi.Session) error {
			switch sessions.Add(1) {
			case 1: // goes on at the priority of AGI(agi:async) again
				return commands(ctx, s, []string{"0", "SET PRIORITY", "1"})
			case 2: // a failed command ends AsyncAGI: a break would hit the next session
				must(t, "SET PRIORITY", commands(ctx, s, []string{"0", "SET PRIORITY", "1"}))
				_, err := s.Do(ctx, "STREAM FILE", "no-such-file", "")
				return err
			}
			return commands(ctx, s, []string{"0", "NOOP"}, []string{"0", "WAIT FOR DIGIT", "300"}, []string{"0", "NOOP"})
		})
		x.place(c)
		x.expectEnd(c, "SUCCESS SUCCESS")
		if n := sessions.Load(); n != 3 {
			t.Errorf("%d sessions, want 3", n)
		}
	})
}

// A channel that a Redirect has begin AsyncAGI once more has a new session: what Asterisk says of it is as before, but
// that AGISTATUS is set.
func TestLiveRedirectedIntoAgain(t *testing.T) {
	onSite(t, func(t *testing.T, x *site) {
		c := newCall()
		begun, over := make(chan string, 2), make(chan error, 2)
		x.handle([]string{c.number}, func(ctx context.Context, s *agi.Session) error {
			begun <- s.Env.UniqueID
			<-ctx.Done()
			over <- context.Cause(ctx)
			return nil
		})
		x.place(c)
		for range 2 {
			wait(x, "the handler", begun)
			x.do(action.Redirect{Channel: c.id, Context: "asyncagi", Exten: c.number, Priority: 1})
			if err := wait(x, "the end", over); errors.Is(err, agi.ErrHangup) {
				t.Errorf("the handler saw %v, want no hangup", err)
			}
		}
		wait(x, "the handler", begun)
		x.do(action.Hangup{Channel: c.id})
		if err := wait(x, "the end", over); !errors.Is(err, agi.ErrHangup) {
			t.Errorf("the handler saw %v, want a hangup", err)
		}
	})
}

// A cancelled context ends the session, and the channel goes on behind the
// command that it was in.
func TestLiveCancel(t *testing.T) {
	onSite(t, func(t *testing.T, x *site) {
		c := newCall()
		x.handle([]string{c.number}, func(ctx context.Context, s *agi.Session) error {
			short, cancel := context.WithTimeout(ctx, time.Second)
			defer cancel()
			_, err := s.Do(short, "WAIT FOR DIGIT", "4000")
			if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, agi.ErrClosed) {
				t.Errorf("WAIT FOR DIGIT = %v", err)
			}
			return err
		})
		x.place(c)
		x.expectEnd(c, "FAILURE SUCCESS")
	})
}

// A connection that is lost ends the sessions; the channels are let go on when
// it is back, and later calls are served.
func TestLiveConnectionLost(t *testing.T) {
	onSite(t, func(t *testing.T, x *site) {
		lost, later, w := newCall(), newCall(), newWitness("WAIT FOR DIGIT", "1000")
		var wire atomic.Pointer[net.Conn]
		config := loginOf(x.server, "all")
		config.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
			wire.Store(&conn)
			return conn, err
		}
		x.serve(&asyncagi.Server{
			Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
				if s.Env.UniqueID == lost.id {
					return w.serve(ctx, s)
				}
				return commands(ctx, s, []string{"0", "NOOP"})
			}),
			Accept: func(env agi.Env) bool { return env.UniqueID == lost.id || env.UniqueID == later.id },
		}, config)
		x.place(lost)
		wait(x, "the handler", w.begun)
		_ = (*wire.Load()).Close()
		got := wait(x, "the end", w.over)
		inFlight := errors.Is(got.cause, ami.ErrOutcomeUnknown) // the loss came before the answer to the action AGI
		if errors.Is(got.cause, agi.ErrHangup) || !inFlight && !strings.Contains(got.cause.Error(), "connection to Asterisk lost") {
			t.Errorf("the handler saw %v, %v", got.cause, got.err)
		}
		if !errors.Is(got.err, agi.ErrClosed) && !errors.Is(got.err, agi.ErrNotSent) { // as it was sent before the loss or after it
			t.Errorf("the command's error is %v", got.err)
		}
		x.expectEnd(lost, "FAILURE SUCCESS")
		x.place(later)
		x.expectEnd(later, "SUCCESS SUCCESS")
	})
}

// With agi alone, calls are served, and each end counts as a hangup.
func TestLiveFewRights(t *testing.T) {
	if !lab.Full() {
		t.Skip("needs servers of its own: ASTERISK_FULL=1")
	}
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			s := lab.Start(t, v, &lab.Config{Users: []lab.User{{Name: "agi", Read: "agi", Write: "agi"}}})
			x := newSite(t, s)
			c, w := newCall(), newWitness()
			x.serve(&asyncagi.Server{Handler: agi.HandlerFunc(w.serve)}, loginOf(s, "agi"))
			x.place(c)
			wait(x, "the handler", w.begun)
			x.do(action.Redirect{Channel: c.id, Context: "asyncagi", Exten: "away", Priority: 1})
			if got := wait(x, "the end", w.over); !errors.Is(got.cause, agi.ErrHangup) {
				t.Errorf("the handler saw %v, %v", got.cause, got.err)
			}
		})
	}
}
