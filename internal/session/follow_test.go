package session_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/session"
)

// following runs a keeper that follows leader.
func following(t *testing.T, k, leader *session.Reconnector[*life]) (ended chan struct{}) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended = make(chan struct{})
	// Ends with ctx, or with the leader; the test waits for it.
	go func() {
		defer close(ended)
		k.Follow(ctx, leader, func(l *life, cause error) { l.end(cause) }, "test: Config.Sessions")
	}()
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	return ended
}

// A follower is wherever the leader is, and ends with its cause.
func TestFollow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lead, follow := &dialer{fails: []error{errAway}}, &dialer{}
		leader := session.NewReconnector(policy(), []string{"a", "b"}, lead.dial)
		k := session.NewReconnector(policy(), []string{"a", "b"}, follow.dial)
		following(t, k, leader)
		running(t, leader)
		l, err := k.Wait(t.Context(), nil)
		if err != nil || l.address != "b" {
			t.Fatalf("Wait = %v, %v, want a life of b", l, err)
		}
		lead.last().end(errLost)
		synctest.Wait()
		if !errors.Is(l.Err(), errLost) || l.closed != 1 {
			t.Errorf("the follower's life ended with %v and was closed %d times, want %v, once", l.Err(), l.closed, errLost)
		}
		if next, err := k.Wait(t.Context(), nil); err != nil || next == l {
			t.Errorf("Wait = %v, %v, want the next life", next, err)
		}
		follow.last().end(errAway) // alone
		synctest.Wait()
		if _, ok := leader.Live(); !ok {
			t.Error("the leader has ended with its follower")
		}
		if _, err := k.Wait(t.Context(), nil); err != nil {
			t.Errorf("Wait = %v", err)
		}
	})
}

// The first refusal is the end, with a word that says whose setting it is; a
// later one is tried again, as is any other failure.
func TestFollowRefused(t *testing.T) {
	for name, test := range map[string]struct {
		fails []error
		ends  bool
	}{
		"refused at first": {[]error{errRefused}, true},
		"in use at first":  {[]error{errInUse}, true},
		"away at first":    {[]error{errAway, nil}, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				leader := session.NewReconnector(policy(), []string{"a"}, (&dialer{}).dial)
				k := session.NewReconnector(policy(), []string{"a"}, (&dialer{fails: test.fails}).dial)
				ended := following(t, k, leader)
				running(t, leader)
				_, err := k.Wait(t.Context(), nil)
				if !test.ends {
					if err != nil {
						t.Errorf("Wait = %v", err)
					}
					return
				}
				<-ended
				if !errors.Is(err, test.fails[0]) || !strings.HasPrefix(err.Error(), "test: Config.Sessions: ") || !errors.Is(k.Final(), test.fails[0]) {
					t.Errorf("Wait = %v, Final = %v, want %v", err, k.Final(), test.fails[0])
				}
			})
		})
	}
}

// A follower of who has given up gives up for the same reason.
func TestFollowToTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		leader := session.NewReconnector(policy(), []string{"a"}, (&dialer{fails: []error{errRefused}}).dial)
		k := session.NewReconnector(policy(), []string{"a"}, (&dialer{}).dial)
		ended := following(t, k, leader)
		running(t, leader)
		<-ended
		if !errors.Is(k.Final(), errRefused) {
			t.Errorf("Final = %v, want %v", k.Final(), errRefused)
		}
	})
}

// Wait waits for all tasks, and one that comes later runs at once.
func TestTasks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tasks session.Tasks
		goOn := make(chan struct{})
		tasks.Start(func() { <-goOn })
		waited := make(chan struct{})
		go func() {
			tasks.Wait()
			close(waited)
		}()
		synctest.Wait()
		select {
		case <-waited:
			t.Error("Wait returned before its task had ended")
		default:
		}
		ran := false
		tasks.Start(func() { ran = true })
		if !ran {
			t.Error("a task that comes too late did not run at once")
		}
		close(goOn)
		<-waited
		var group sync.WaitGroup
		for range 50 {
			group.Go(func() { tasks.Start(func() {}) })
			group.Go(tasks.Wait)
		}
		group.Wait()
	})
}

func TestEnded(t *testing.T) {
	boss := errors.New("the boss said stop")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(boss)
	if err := session.Ended(ctx); !errors.Is(err, context.Canceled) || !errors.Is(err, boss) {
		t.Errorf("Ended = %v, want both", err)
	}
	plain, end := context.WithTimeout(t.Context(), -time.Second)
	defer end()
	if err := session.Ended(plain); err != context.DeadlineExceeded {
		t.Errorf("Ended = %v, want %v alone", err, context.DeadlineExceeded)
	}
}
