package ami_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

const (
	interval = 30 * time.Second // the defaults of Config
	timeout  = 10 * time.Second
	busy     = 2 * time.Minute
)

// died waits for the end of the connection, and returns when it was.
func died(t *testing.T, c *ami.Conn, since time.Time) time.Duration {
	t.Helper()
	<-c.Done()
	wantError(t, "Err", c.Err(), ami.ErrSilent, "did not answer a Ping within 10s")
	return time.Since(since)
}

// A silent peer is noticed within ping interval + timeout; one that answers is
// not, however long nothing happens.
func TestSilentPeer(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		p.Handle("Stop", func(p *amitest.Peer, a amitest.Action) {
			p.Success(a)
			p.Stall()
		})
	}, func(t *testing.T, c *ami.Conn) {
		sent := c.Stats().Actions
		<-time.After(24 * time.Hour)
		if got := c.Stats().Actions - sent; c.Err() != nil || got < 2800 || got > 2900 {
			t.Fatalf("after a day: Err() = %v, %d Pings, want about 2880", c.Err(), got)
		}
		mustDo(t, c, "Stop")
		pending := doing(t.Context(), c, action.Ping{})
		if took := died(t, c, time.Now()); took > interval+timeout {
			t.Errorf("it took %v to notice, want at most %v", took, interval+timeout)
		}
		wantError(t, "Do", (<-pending).err, ami.ErrOutcomeUnknown)
	})
}

// Traffic is a sign of life: nobody asks a peer that talks.
func TestTrafficResetsThePing(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		p.Handle("Talk", func(p *amitest.Peer, a amitest.Action) {
			p.Success(a)
			for range 100 {
				<-time.After(interval - time.Second)
				p.Emit("Event", "Tick", "Privilege", "user,all")
			}
		})
	}, func(t *testing.T, c *ami.Conn) {
		mustDo(t, c, "Talk")
		sent := c.Stats().Actions
		<-time.After(100 * (interval - time.Second))
		if got := c.Stats().Actions - sent; got != 0 || c.Err() != nil {
			t.Errorf("%d Pings to a peer that talks, Err() = %v", got, c.Err())
		}
	})
}

// While an action runs Asterisk sends no events and reads no input: a busy
// peer is excused up to BusyLimit, a synchronous Originate for its Timeout.
func TestBusyPeer(t *testing.T) {
	for subject, test := range map[string]struct {
		a     action.Action
		lasts time.Duration // what it takes Asterisk
		dies  time.Duration // when that is given up; 0 for never
	}{
		"a quick action":                {action.New("QueueAdd"), 39 * time.Second, 0},
		"a quick action too long":       {action.New("QueueAdd"), time.Hour, interval + timeout},
		"a slow action":                 {action.New("Reload"), busy - time.Second, 0},
		"a slow action too long":        {action.New("Reload"), time.Hour, busy},
		"an unknown action":             {action.New("MyOwn"), busy - time.Second, 0},
		"a Command":                     {action.Command{Command: "x"}, busy - time.Second, 0},
		"an Originate":                  {action.Originate{Channel: "c", Application: "Wait"}, busy - time.Second, 0},
		"a long Originate":              {action.Originate{Channel: "c", Application: "Wait", Timeout: 10 * time.Minute}, 10*time.Minute + 9*time.Second, 0},
		"a pointer to a long Originate": {&action.Originate{Channel: "c", Application: "Wait", Timeout: 10 * time.Minute}, 10*time.Minute + 9*time.Second, 0},
		"a long Originate too long":     {action.Originate{Channel: "c", Application: "Wait", Timeout: 10 * time.Minute}, time.Hour, 10*time.Minute + timeout},
		"an async Originate is no wait": {action.Originate{Channel: "c", Application: "Wait", Timeout: 10 * time.Minute, Async: true}, time.Hour, interval + timeout},
	} {
		t.Run(subject, func(t *testing.T) {
			talk(t, func(p *amitest.Peer) {
				a := p.Expect(test.a.ActionName())
				select {
				case <-time.After(test.lasts):
				case <-p.Context().Done():
				}
				p.Success(a)
			}, func(t *testing.T, c *ami.Conn) {
				start := time.Now()
				_, err := c.Do(t.Context(), test.a)
				took := time.Since(start)
				if test.dies == 0 {
					if err != nil || took != test.lasts {
						t.Errorf("Do = %v after %v, want success after %v", err, took, test.lasts)
					}
					return
				}
				wantError(t, "Do", err, ami.ErrSilent)
				wantError(t, "Do", err, ami.ErrOutcomeUnknown)
				if took < test.dies || took > test.dies+timeout {
					t.Errorf("given up after %v, want %v to %v", took, test.dies, test.dies+timeout)
				}
			})
		})
	}
}

// Of two slow actions at once, the second begins when the first has ended, and
// excuses silence from then on.
func TestSecondSlowActionExcuses(t *testing.T) {
	const lasts = busy/2 + 5*time.Second
	talk(t, func(p *amitest.Peer) {
		for range 2 {
			a := p.Expect("Originate")
			<-time.After(lasts)
			p.Success(a)
		}
	}, func(t *testing.T, c *ami.Conn) {
		start := time.Now()
		originate := action.Originate{Channel: "c", Application: "Wait", Timeout: busy / 2}
		first, second := doing(t.Context(), c, originate), doing(t.Context(), c, originate)
		for _, a := range []answer{<-first, <-second} {
			if a.err != nil {
				t.Errorf("Do = %v", a.err)
			}
		}
		if took := time.Since(start); took != 2*lasts {
			t.Errorf("both took %v, want %v", took, 2*lasts)
		}
	})
}

// An action that nobody waits for any more still excuses silence.
func TestCancelledActionStillExcuses(t *testing.T) {
	talk(t, func(p *amitest.Peer) {
		a := p.Expect("Reload")
		<-time.After(busy - time.Second)
		p.Success(a)
	}, func(t *testing.T, c *ami.Conn) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.Do(ctx, action.New("Reload"))
		wantError(t, "Do", err, ami.ErrOutcomeUnknown)
		<-time.After(busy)
		mustPing(t, c)
	})
}

// A peer that reads nothing stalls our writes: that is noticed too.
func TestStalledWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := amitest.Start(t, func(p *amitest.Peer) {
			p.Login()
			p.Handle("Stop", func(p *amitest.Peer, a amitest.Action) {
				p.Success(a)
				p.Stall()
			})
			p.Serve()
		})
		srv.Buffer = 1024
		conn := dialTo(t, srv, nil)
		mustDo(t, conn, "Stop")
		start := time.Now()
		var answers []<-chan answer
		for range 5 {
			answers = append(answers, doing(t.Context(), conn, action.New("QueueAdd", "Pad", strings.Repeat("x", 900))))
		}
		if took := died(t, conn, start); took > interval+timeout {
			t.Errorf("it took %v to notice, want at most %v", took, interval+timeout)
		}
		for _, a := range answers {
			wantError(t, "Do", (<-a).err, ami.ErrSilent)
		}
	})
}

// A negative PingInterval never asks.
func TestNoKeepAlive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := dialTo(t, serve(t, behindLogin(func(p *amitest.Peer) {
			p.Handle("Stop", func(p *amitest.Peer, a amitest.Action) {
				p.Success(a)
				p.Stall()
			})
		})), func(c *ami.Config) { c.PingInterval = -1 })
		mustDo(t, conn, "Stop")
		<-time.After(24 * time.Hour)
		if conn.Err() != nil {
			t.Errorf("Err() = %v", conn.Err())
		}
	})
}

// A Client takes a silent peer for a lost connection.
func TestClientLeavesASilentPeer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := serve(t, behindLogin(func(p *amitest.Peer) {
			if p.Number() == 1 {
				p.Success(p.Expect("Cue"))
				p.Stall()
			}
		}))
		client := connectTo(t, srv, nil)
		sub := client.Subscribe(all, nil)
		mustDo(t, client, "Cue")
		if got := names(t, sub, 2); got != "Gap Connected" {
			t.Errorf("events %s, want Gap and Connected", got)
		}
	})
}
