package ami_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

// Correlation: each of many goroutines gets its own answer.
func TestActionsShareAConnection(t *testing.T) {
	srv := serve(t, func(p *amitest.Peer) {
		p.Handle("Getvar", func(p *amitest.Peer, a amitest.Action) { p.Success(a, "Value", a.Get("Variable")) })
		p.Login()
		p.Serve()
	})
	conn := dialTo(t, srv, func(c *ami.Config) { c.MaxInFlight = 7 })
	const workers, rounds = 32, 50
	var working sync.WaitGroup
	for w := range workers {
		working.Go(func() {
			for r := range rounds {
				want := fmt.Sprintf("%d-%d", w, r)
				response, err := conn.Do(t.Context(), action.Getvar{Variable: want})
				if err != nil || response.Get("Value") != want {
					t.Errorf("Do(Getvar %s) = %v, %v", want, response, err)
					return
				}
			}
		})
	}
	working.Wait()
	if got := conn.Stats().Orphans + conn.Stats().Late; got != 0 {
		t.Errorf("%d answers were nobody's", got)
	}
}

// Sending: ActionID must be unique per process and connection.
func TestActionIDsAreUnique(t *testing.T) {
	seen := make(map[string]bool)
	for range 3 {
		srv := serve(t, nil)
		conn := dialTo(t, srv, nil)
		for range 100 {
			id := mustDo(t, conn, "Ping").Get("ActionID")
			if seen[id] {
				t.Fatalf("ActionID %s came twice", id)
			}
			if len(id) > 32 || strings.ContainsAny(id, " \t") {
				t.Fatalf("ActionID %q: want at most 32 characters without blanks", id)
			}
			seen[id] = true
		}
	}
}

// Sending: cancel before the first byte = surely not executed.
func TestCancelBeforeSending(t *testing.T) {
	talk(t, func(*amitest.Peer) {}, func(t *testing.T, c *ami.Conn) {
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(errors.New("changed my mind"))
		sent := c.Stats().Actions
		_, err := c.Do(ctx, action.Ping{})
		wantError(t, "Do", err, ami.ErrNotSent, "changed my mind")
		wantError(t, "Do", err, context.Canceled)
		mustPing(t, c)
		if got := c.Stats().Actions - sent; got != 1 {
			t.Errorf("%d actions were sent, want 1", got)
		}
	})
}

// An action that waits behind a stalled write can still be taken back.
func TestCancelInTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		resume := make(chan struct{})
		srv := amitest.Start(t, func(p *amitest.Peer) {
			p.Login()
			p.Expect("Ping")
			p.Stall()
			<-resume
			p.Resume()
			p.Serve()
		})
		srv.Buffer = 1024
		conn := dialTo(t, srv, nil)
		go func() { _, _ = conn.Do(t.Context(), action.Ping{}) }() // ends with the connection
		synctest.Wait()
		var answers []<-chan answer
		for range 4 { // more than fits
			answers = append(answers, doing(t.Context(), conn, action.New("Ping", "Pad", strings.Repeat("x", 900))))
			synctest.Wait()
		}
		ctx, cancel := context.WithCancel(t.Context())
		last := doing(ctx, conn, action.New("UserEvent", "UserEvent", "never"))
		synctest.Wait()
		cancel()
		wantError(t, "Do", (<-last).err, ami.ErrNotSent)
		close(resume)
		for _, a := range answers {
			if got := <-a; got.err != nil {
				t.Errorf("Do = %v", got.err)
			}
		}
	})
}

// Sending: cancel after sending = unknown. Timed-out action: late reply
// discarded, maps cleaned. The connection lives.
func TestCancelAfterSending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		conn := dialTo(t, serve(t, behindLogin(func(p *amitest.Peer) {
			a := p.Expect("Redirect")
			<-release
			p.Success(a, "Message", "late")
		})), func(c *ami.Config) { c.MaxInFlight = 1 })
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := conn.Do(ctx, action.New("Redirect"))
		wantError(t, "Do", err, ami.ErrOutcomeUnknown)
		wantError(t, "Do", err, context.DeadlineExceeded)
		close(release)
		mustPing(t, conn) // in the only place there is
		if s := conn.Stats(); conn.Err() != nil || s.Orphans != 0 {
			t.Errorf("Err = %v, %d orphans, want none", conn.Err(), s.Orphans)
		}
	})
}

// tooLate is a context that ends when Do begins to wait, and holds Do up until
// the answer is there.
type tooLate struct {
	context.Context
	asked int
}

func (c *tooLate) Done() <-chan struct{} {
	if c.asked++; c.asked == 1 { // for a turn to be in flight
		return nil
	}
	synctest.Wait()
	closed := make(chan struct{})
	close(closed)
	return closed
}

func (c *tooLate) Err() error {
	if c.asked < 2 {
		return nil
	}
	return context.Canceled
}

// When ctx ends and the action does, at once, the answer counts, and whole.
func TestCancelRacesTheAnswer(t *testing.T) {
	talk(t, channelLists(3), func(t *testing.T, c *ami.Conn) {
		for range 50 {
			channels, err := ami.List(&tooLate{Context: t.Context()}, c, action.CoreShowChannels{})
			if err != nil || len(channels) != 3 {
				t.Fatalf("List = %d channels, %v, want 3", len(channels), err)
			}
		}
	})
}

// Cut at each point of an answer: the action's outcome is unknown, and the
// cause of the connection's end is kept.
func TestCutWithinTheAnswer(t *testing.T) {
	for n := range 60 {
		synctest.Test(t, func(t *testing.T) {
			conn := scripted(t, func(p *amitest.Peer) {
				a := p.Expect("Ping")
				p.CutAfter(n)
				p.Success(a, "Ping", "Pong", "Pad", strings.Repeat("x", 60))
			})
			_, err := conn.Do(t.Context(), action.Ping{})
			wantError(t, fmt.Sprintf("cut after %d bytes: Do", n), err, ami.ErrOutcomeUnknown)
			<-conn.Done()
			if conn.Err() == nil {
				t.Error("Err = nil on a dead connection")
			}
			_, err = conn.Do(t.Context(), action.Ping{})
			wantError(t, "Do on a dead connection", err, ami.ErrNotSent)
		})
	}
}

// Cut before the write: what waited, and what was only half taken by the
// connection, was not sent.
func TestCutBeforeTheWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cut := make(chan struct{})
		srv := amitest.Start(t, func(p *amitest.Peer) {
			p.Login()
			p.Expect("Ping")
			p.Stall()
			<-cut
			p.Reset()
		})
		srv.Buffer = 1024
		conn := dialTo(t, srv, nil)
		whole := doing(t.Context(), conn, action.Ping{})
		synctest.Wait()
		var rest []<-chan answer
		for range 4 {
			rest = append(rest, doing(t.Context(), conn, action.New("UserEvent", "Pad", strings.Repeat("x", 900))))
			synctest.Wait()
		}
		close(cut)
		wantError(t, "Do(Ping)", (<-whole).err, ami.ErrOutcomeUnknown)
		first := true
		for i, a := range rest {
			err := (<-a).err
			notSent := errors.Is(err, ami.ErrNotSent)
			if !notSent && (!errors.Is(err, ami.ErrOutcomeUnknown) || !first) {
				t.Errorf("Do %d = %v, want ErrNotSent once one was not sent", i, err)
			}
			first = first && !notSent
		}
		if first {
			t.Error("everything was sent, want some of it in the queue")
		}
	})
}

func TestMaxInFlightWaitsForItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		srv := serve(t, behindLogin(func(p *amitest.Peer) {
			a := p.Expect("Hold")
			<-release
			p.Success(a)
		}))
		conn := dialTo(t, srv, func(c *ami.Config) { c.MaxInFlight = 1 })
		first := doing(t.Context(), conn, action.New("Hold"))
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := conn.Do(ctx, action.Ping{})
		wantError(t, "Do without a turn", err, ami.ErrNotSent)
		second := doing(t.Context(), conn, action.Ping{})
		synctest.Wait()
		close(release)
		if a, b := <-first, <-second; a.err != nil || b.err != nil {
			t.Errorf("Do = %v and %v", a.err, b.err)
		}
	})
}

func TestCloseFailsPendingActions(t *testing.T) {
	talk(t, func(p *amitest.Peer) { p.Expect("Hold") }, func(t *testing.T, c *ami.Conn) {
		pending := doing(t.Context(), c, action.New("Hold"))
		synctest.Wait()
		var closing sync.WaitGroup
		for range 4 {
			closing.Go(func() { _ = c.Close() })
		}
		closing.Wait()
		err := (<-pending).err
		wantError(t, "Do", err, ami.ErrOutcomeUnknown)
		wantError(t, "Do", err, ami.ErrClosed)
		if !errors.Is(c.Err(), ami.ErrClosed) {
			t.Errorf("Err = %v, want ErrClosed", c.Err())
		}
		if _, err := c.Subscribe(all, nil).Next(t.Context()); err == nil {
			t.Error("Next on a closed session succeeded")
		}
	})
}

// Listener calls Close, Do and Subscribe from its own loop.
func TestConsumerMayDoAnything(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		p.Expect("Ready")
		p.Emit("Event", "Tick", "Privilege", "user,all")
	}, func(t *testing.T, c *ami.Conn) {
		sub := c.Subscribe(all, nil)
		go func() { _, _ = c.Do(t.Context(), action.New("Ready")) }() // ends with the connection
		for ev := range sub.All(t.Context()) {
			mustPing(t, c)
			c.Subscribe(all, nil).Close()
			if ev.EventName() == "Tick" {
				_ = c.Close()
			}
		}
		if err := sub.Err(); err != nil {
			t.Errorf("Err = %v after Close, want nil", err)
		}
	})
}
