// Package conformance tries on a real Asterisk what every [ami.Session] has to
// do alike, whatever it goes over. The suite is written once; each way in is a
// [Connector].
package conformance

import (
	"context"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/leak"
)

// Connector is a way to make a session.
type Connector struct {
	Name string
	// Open logs a user in. The suite closes the session.
	Open func(ctx context.Context, s *lab.Server, u lab.User, l Limits) (ami.Session, error)
	// Fragile says that an unknown user is not to be tried: it ends Asterisks
	// before 20.20.1, 21.12.3 and 22.10.1 by this way.
	Fragile bool
	// Exact has the suite fail when a goroutine of the SDK is left right after a
	// Close that leaves no session open. Nothing else may use the SDK meanwhile.
	Exact bool
}

// Limits are settings that the suite needs of a session; zero means the default.
type Limits struct{ MaxListItems int }

// Wrapped has a type of a user's own around each session, as one that counts
// actions; it is Exact.
func (c Connector) Wrapped() Connector {
	open := c.Open
	c.Name, c.Exact = "Wrapped"+c.Name, true
	c.Open = func(ctx context.Context, s *lab.Server, u lab.User, l Limits) (ami.Session, error) {
		session, err := open(ctx, s, u, l)
		if err != nil {
			return nil, err
		}
		return struct{ ami.Session }{session}, nil
	}
	return c
}

// Config is what a server needs beside the default for the suite.
func Config() *lab.Config {
	return &lab.Config{Append: map[string]string{"extensions.conf": "\n[hints]\nexten => 100,hint,PJSIP/100\n" + strangerDialplan + roomsDialplan + askDialplan}}
}

// Test runs the suite on a server of [Config].
func Test(t *testing.T, s *lab.Server, c Connector) {
	p := &place{server: s, by: c}
	t.Run("Login", p.login)
	t.Run("Refusals", p.refusals)
	t.Run("Absent", p.absent)
	t.Run("Ask", p.ask)
	t.Run("Lists", p.lists)
	t.Run("Command", p.command)
	t.Run("Originate", p.originate)
	t.Run("Hangup", p.hangup)
	t.Run("FindOrigination", p.find)
	t.Run("Concurrent", p.concurrent)
	t.Run("UserEvents", p.userEvents)
	t.Run("Burst", p.burst)
	t.Run("Snapshot", p.snapshot)
	t.Run("Results", p.results)
	t.Run("Rooms", p.rooms)
	t.Run("Refresh", p.refresh)
	t.Run("Limit", p.limit)
	t.Run("Injection", p.injection)
	t.Run("Strangers", p.strangers)
	t.Run("Cancel", p.cancel)
	t.Run("Check", p.check)
	t.Run("Close", p.close)
}

// place is where a suite runs.
type place struct {
	server *lab.Server
	by     Connector
	opened int // sessions that are not yet closed
}

// size is the small number, or in a full run the large one.
func size(small, large int) int {
	if lab.Full() {
		return large
	}
	return small
}

// open makes a session that ends with the test.
func (p *place) open(t *testing.T, user string) ami.Session {
	t.Helper()
	return p.openWith(t, user, Limits{})
}

func (p *place) openWith(t *testing.T, user string, l Limits) ami.Session {
	t.Helper()
	s, err := p.by.Open(deadline(t, 30*time.Second), p.server, p.server.User(user), l)
	if err != nil {
		t.Fatalf("Open(%s) = %v", user, err)
	}
	p.endWith(t, s)
	return s
}

// conn is a connection over AMI, to see and move the server by another way.
func (p *place) conn(t *testing.T, mask string) *ami.Conn {
	t.Helper()
	u := p.server.User("all")
	conn, err := ami.Dial(deadline(t, 30*time.Second), p.server.AMI(), &ami.Config{Username: u.Name, Secret: u.Secret, EventMask: mask})
	if err != nil {
		t.Fatalf("Dial = %v", err)
	}
	p.endWith(t, conn)
	return conn
}

// endWith closes s at the end of the test, and looks for what is left when it was
// the last session.
func (p *place) endWith(t *testing.T, s ami.Session) {
	p.opened++
	t.Cleanup(func() {
		_ = s.Close()
		if p.opened--; p.opened == 0 && p.by.Exact {
			leak.None(t, "internal/conformance")
		}
	})
}

// deadline is a context that ends with the test, or after d; a minute at least, for it only ends what hangs, and a machine may
// be busy.
func deadline(t testing.TB, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), max(d, time.Minute))
	t.Cleanup(cancel)
	return ctx
}

// atOnce is the most that may take what waits for nothing: half of the shortest wait that would be a fault, and more than a
// busy machine needs.
const atOnce = 15 * time.Second

// do runs an action that must succeed.
func do(t testing.TB, s ami.Session, a action.Action) *ami.Response {
	t.Helper()
	response, err := s.Do(deadline(t, 20*time.Second), a)
	if err != nil {
		t.Fatalf("Do(%s) = %v", a.ActionName(), err)
	}
	return response
}
