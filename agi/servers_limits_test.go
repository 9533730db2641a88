package agi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
)

// turnstile is a handler that stays until it is let out.
type turnstile struct {
	in  chan string   // who has come in, by Uniqueid
	out chan struct{} // lets one out
}

func newTurnstile() turnstile {
	return turnstile{make(chan string, 100), make(chan struct{})}
}

func (x turnstile) ServeAGI(ctx context.Context, s *agi.Session) error {
	x.in <- s.Env.UniqueID
	select {
	case <-x.out:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// eachServer runs a test with both servers.
func eachServer(t *testing.T, run func(t *testing.T, name string, open func(*testing.T, settings) site)) {
	for _, way := range sites[1:] {
		t.Run(way.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { run(t, way.name, way.open) })
		})
	}
}

func TestNoLimit(t *testing.T) {
	for _, number := range []int{0, -1} {
		eachServer(t, func(t *testing.T, _ string, open func(*testing.T, settings) site) {
			x := newTurnstile()
			s := open(t, settings{handler: x, maxSessions: number, maxWait: time.Second})
			for range 5 {
				s.call(t)
			}
			synctest.Wait()
			if len(x.in) != 5 {
				t.Errorf("%d handlers run, want 5", len(x.in))
			}
			for range 5 {
				x.out <- struct{}{}
			}
		})
	}
}

// A call beyond MaxSessions fails when MaxWait is over, and is served if a
// handler returns before.
func TestMaxWaitMeansTheSame(t *testing.T) {
	const stay = time.Hour
	for _, wait := range []time.Duration{0, time.Minute, stay + time.Minute, -1} {
		t.Run(wait.String(), func(t *testing.T) {
			eachServer(t, func(t *testing.T, name string, open func(*testing.T, settings) site) {
				var log bytes.Buffer
				x := newTurnstile()
				s := open(t, settings{handler: x, maxSessions: 1, maxWait: wait, log: &log})
				first := s.call(t)
				<-x.in
				second, began := s.call(t), time.Now()
				if wait >= 0 && wait < stay {
					if got := second.status(); got != full[name] {
						t.Errorf("the dialplan sees %s, want %s", got, full[name])
					}
					if took := time.Since(began); took != wait {
						t.Errorf("it took %v, want %v", took, wait)
					}
					synctest.Wait()
					checkLog(t, &log, name, "WARN", "call refused", "the server is full")
				} else {
					<-time.After(stay)
				}
				x.out <- struct{}{}
				if got := first.status(); got != "SUCCESS" {
					t.Errorf("the dialplan sees %s of the first call", got)
				}
				if wait < 0 || wait > stay {
					<-x.in
					x.out <- struct{}{}
					if got := second.status(); got != "SUCCESS" || log.Len() > 0 {
						t.Errorf("the dialplan sees %s, logged %s", got, log.String())
					}
				}
				if len(x.in) > 0 {
					t.Error("another handler has begun")
				}
			})
		})
	}
}

// However a handler ends, its place is free for those who wait, in their order.
func TestPlacesAreGivenBack(t *testing.T) {
	for name, end := range map[string]func(){
		"return": func() {},
		"panic":  func() { panic("bug") },
		"exit":   runtime.Goexit,
	} {
		t.Run(name, func(t *testing.T) {
			eachServer(t, func(t *testing.T, _ string, open func(*testing.T, settings) site) {
				x := newTurnstile()
				s := open(t, settings{maxSessions: 1, maxWait: -1, handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
					defer end()
					return x.ServeAGI(ctx, s)
				})})
				var calls []caller
				for range 4 {
					calls = append(calls, s.call(t))
					synctest.Wait()
				}
				if len(x.in) != 1 {
					t.Errorf("%d handlers run, want 1", len(x.in))
				}
				for i := range calls {
					<-x.in
					synctest.Wait()
					if len(x.in) > 0 {
						t.Error("more than one handler runs")
					}
					x.out <- struct{}{}
					calls[i].status() // the one that has waited longest
				}
			})
		})
	}
}

// Close ends the wait, and no handler begins after it.
func TestCloseEndsTheWait(t *testing.T) {
	eachServer(t, func(t *testing.T, name string, open func(*testing.T, settings) site) {
		var log bytes.Buffer
		x := newTurnstile()
		s := open(t, settings{handler: x, maxSessions: 1, maxWait: -1, log: &log})
		first := s.call(t)
		<-x.in
		var waiting []caller
		for range 100 { // more to end than the first needs to free its place
			waiting = append(waiting, s.call(t))
		}
		synctest.Wait()
		began := time.Now()
		if err := s.close(); err != nil {
			t.Errorf("Close() = %v", err)
		}
		for _, c := range append(waiting, first) {
			want := closed[name]
			if c == first {
				want = "FAILURE" // the cause is no hangup
			}
			if got := c.status(); got != want {
				t.Errorf("the dialplan sees %s, want %s", got, want)
			}
		}
		if err := s.shutdown(t.Context()); err != nil {
			t.Errorf("Shutdown() = %v", err)
		}
		if took := time.Since(began); took > 0 {
			t.Errorf("it took %v", took)
		}
		if len(x.in) > 0 {
			t.Error("a handler has begun after Close")
		}
		if got, want := messages(t, log.String()), append(slices.Repeat([]string{"call refused"}, len(waiting)), "handler failed"); !slices.Equal(got, want) {
			t.Errorf("logged %q, want %q", got, want)
		}
	})
}

// messages returns those of a log in order, without the server's name; each says
// that the server is closed.
func messages(t *testing.T, log string) (all []string) {
	for line := range strings.Lines(log) {
		var entry struct{ Msg, Error string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil || !strings.HasSuffix(entry.Error, "server closed") {
			t.Errorf("logged %s", line)
		}
		_, message, _ := strings.Cut(entry.Msg, ": ")
		all = append(all, message)
	}
	slices.Sort(all)
	return all
}

// Shutdown waits for the calls that wait, too, which are served.
func TestShutdownServesThoseWhoWait(t *testing.T) {
	eachServer(t, func(t *testing.T, _ string, open func(*testing.T, settings) site) {
		x := newTurnstile()
		s := open(t, settings{handler: x, maxSessions: 1, maxWait: -1})
		calls := []caller{s.call(t), s.call(t)}
		synctest.Wait()
		stopped := make(chan error, 1)
		// Ends with the calls.
		go func() { stopped <- s.shutdown(t.Context()) }()
		for range calls {
			<-x.in
			synctest.Wait()
			if len(stopped) > 0 {
				t.Error("Shutdown has returned before a call that came earlier")
			}
			x.out <- struct{}{}
		}
		for _, c := range calls {
			if got := c.status(); got != "SUCCESS" {
				t.Errorf("the dialplan sees %s, want SUCCESS", got)
			}
		}
		if err := <-stopped; err != nil {
			t.Errorf("Shutdown() = %v", err)
		}
	})
}

// A caller who hangs up while it waits leaves no place taken.
func TestHangupInTheWait(t *testing.T) {
	eachServer(t, func(t *testing.T, name string, open func(*testing.T, settings) site) {
		var log bytes.Buffer
		x := newTurnstile()
		s := open(t, settings{handler: x, maxSessions: 1, maxWait: -1, log: &log})
		first := s.call(t)
		<-x.in
		gone := s.call(t)
		synctest.Wait()
		if stream, ok := gone.(streamCaller); ok {
			stream.HangupSilently() // nobody reads the notice
			stream.Close()
		} else {
			gone.hangUp()
		}
		synctest.Wait()
		last := s.call(t)
		synctest.Wait()
		x.out <- struct{}{}
		first.status()
		if name == "fastagi" {
			<-x.in // the one who has gone, whose context ends at once
		}
		<-x.in
		x.out <- struct{}{}
		got := last.status()
		synctest.Wait()
		if got != "SUCCESS" || log.Len() > 0 && name == "asyncagi" {
			t.Errorf("the dialplan sees %s, logged %s", got, log.String())
		}
	})
}
