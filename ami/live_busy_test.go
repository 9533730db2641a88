package ami_test

import (
	"errors"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

const (
	pingInterval = 500 * time.Millisecond
	pingTimeout  = 2 * time.Second // a busy machine may take one
)

func pings(c *ami.Config) { c.PingInterval, c.PingTimeout = pingInterval, pingTimeout }

// A server that stands still is noticed, and found again when it goes on.
func TestLiveStopNoticed(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, nil)
			conn, client := connect(t, s, "all", pings), connectClient(t, s, "all", pings)
			sub := client.Subscribe(event.Named(), nil)
			defer sub.Close()
			ctx := deadline(t, 30*time.Second)
			if err := s.Pause(); err != nil {
				t.Fatal(err)
			}
			paused := time.Now()
			err := error(nil)
			for err == nil { // a thread of Asterisk may run for a moment longer
				_, err = conn.Do(ctx, action.Getvar{Variable: "X"})
			}
			if !errors.Is(err, ami.ErrOutcomeUnknown) || !errors.Is(err, ami.ErrSilent) {
				t.Errorf("Do on a stopped server = %v, want %v because of %v", err, ami.ErrOutcomeUnknown, ami.ErrSilent)
			}
			noticed := time.Since(paused)
			if err := conn.Err(); !errors.Is(err, ami.ErrSilent) {
				t.Errorf("Err = %v, want %v", err, ami.ErrSilent)
			}
			ev, err := sub.Next(ctx)
			if gap, ok := ev.(event.Gap); !ok || !errors.Is(gap.Err, ami.ErrSilent) {
				t.Errorf("Next on a stopped server = %v, %v; want a Gap because of %v", ev, err, ami.ErrSilent)
			}
			if most := pingInterval + pingTimeout + atOnce; noticed > most || time.Since(paused) > most {
				t.Errorf("noticed by the Conn after %v and by the Client after %v, want %v at most", noticed, time.Since(paused), most)
			}
			if err := s.Resume(); err != nil {
				t.Fatal(err)
			}
			if ev, err := sub.Next(ctx); err != nil || ev.EventName() != "Connected" {
				t.Errorf("Next after Resume = %v, %v; want Connected", ev, err)
			}
			if err := client.Ready(ctx); err != nil {
				t.Errorf("Ready after Resume = %v", err)
			}
			t.Logf("noticed after %v", noticed)
		})
	}
}

// While a long action runs Asterisk answers no Ping, and is not dead.
func TestLiveLongAction(t *testing.T) {
	long := 4 * time.Second
	if lab.Full() {
		long = 15 * time.Second
	}
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		t.Parallel()
		conn := connect(t, s, "all", pings)
		ctx := deadline(t, long+10*time.Second)
		start := time.Now()
		answered := make(chan time.Duration, 1)
		originate := make(chan error, 1)
		// Ends with the Timeout of the call; the test waits for it.
		go func() {
			_, err := conn.Do(ctx, action.Originate{Channel: "Local/noanswer@outcome", Application: "Wait", Data: "1", Timeout: long})
			originate <- err
		}()
		poll := time.NewTicker(10 * time.Millisecond)
		defer poll.Stop()
		for conn.Stats().Actions < 4 { // the Originate is on its way, behind Challenge, Login and CoreSettings
			<-poll.C
		}
		// Ends when the Originate has; the test waits for it.
		go func() {
			_, err := conn.Do(ctx, action.Ping{})
			if err != nil {
				t.Errorf("Do(Ping) behind a long action = %v", err)
			}
			answered <- time.Since(start)
		}()
		var refused *ami.Error
		if err := <-originate; !errors.As(err, &refused) {
			t.Errorf("Do(Originate) of %v that nobody answers = %v, want an *ami.Error", long, err)
		}
		if took := <-answered; took < long {
			t.Errorf("a Ping behind an action of %v was answered after %v", long, took)
		}
		if err := conn.Err(); err != nil {
			t.Errorf("Err = %v after an action of %v with pings every %v", err, long, pingInterval)
		}
	})
}

// A long action excuses silence for as long as it may take, and no longer.
func TestLiveStopInLongAction(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, nil)
			busy := 2 * time.Second
			conn := connect(t, s, "all", func(c *ami.Config) { pings(c); c.BusyLimit = busy })
			watch := connect(t, s, "all", nil).Subscribe(event.Of[event.Newchannel](), nil)
			ctx := deadline(t, 30*time.Second)
			originate := make(chan error, 1)
			start := time.Now()
			// Ends with the connection; the test waits for it.
			go func() {
				_, err := conn.Do(ctx, action.Originate{Channel: "Local/noanswer@outcome", Application: "Wait", Data: "1", Timeout: time.Second})
				originate <- err
			}()
			if _, err := watch.Next(ctx); err != nil {
				t.Fatalf("Next = %v, want a Newchannel", err)
			}
			if err := s.Pause(); err != nil {
				t.Fatal(err)
			}
			if err := <-originate; !errors.Is(err, ami.ErrOutcomeUnknown) || !errors.Is(err, ami.ErrSilent) {
				t.Errorf("Do(Originate) on a stopped server = %v, want %v because of %v", err, ami.ErrOutcomeUnknown, ami.ErrSilent)
			}
			if took, most := time.Since(start), busy+pingInterval+pingTimeout+atOnce; took < busy || took > most {
				t.Errorf("a server that stopped in an action of %v was given up after %v, want %v to %v", busy, took, busy, most)
			}
			if err := s.Resume(); err != nil {
				t.Fatal(err)
			}
		})
	}
}
