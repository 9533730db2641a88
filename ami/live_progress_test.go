package ami_test

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// Over a lost connection nothing is made up: a channel that lives goes on, and one that has ended meanwhile has ended.
func TestLiveProgressOverAGap(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		other := connect(t, s, "all", silent)
		for _, hangUp := range []bool{false, true} {
			ctx := deadline(t, time.Minute)
			var mu sync.Mutex
			var wire net.Conn
			away := make(chan struct{}, 1) // holds a token while the server can't be reached
			client, err := ami.Connect(ctx, s.AMI(), configFor(s, "all", func(c *ami.Config) {
				c.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
					away <- struct{}{}
					<-away
					conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
					mu.Lock()
					defer mu.Unlock()
					wire = conn
					return conn, err
				}
			}))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = client.Close() })
			call, err := ami.Originate(ctx, client, action.Originate{Channel: "Local/answer@outcome", Context: "app", Exten: "dial-noanswer"})
			if err != nil {
				t.Fatal(err)
			}
			var steps []ami.Progress
			for p, err := range call.Progress(ctx) {
				if err != nil {
					t.Fatalf("%v after %v", err, steps)
				}
				steps = append(steps, p)
				ringing := p.Leg == ami.LegSecond && p.State == ami.ProgressRinging
				if ringing && hangUp { // while nobody hears of it
					away <- struct{}{}
				}
				if ringing {
					mu.Lock()
					_ = wire.Close()
					mu.Unlock()
				}
				if ringing && hangUp || p.State == ami.ProgressGap && !hangUp {
					if _, err := other.Do(ctx, action.Hangup{Channel: call.ChannelID()}); err != nil {
						t.Error(err)
					}
				}
				if ringing && hangUp {
					gone(t, ctx, other, call.ChannelID())
					<-away
				}
			}
			checkGap(t, steps, hangUp)
		}
	})
}

// gone waits until there is no channel with that Linkedid.
func gone(t *testing.T, ctx context.Context, other *ami.Conn, id string) {
	t.Helper()
	poll := time.NewTicker(10 * time.Millisecond)
	defer poll.Stop()
	for {
		channels, err := ami.List(ctx, other, action.Status{})
		if err != nil {
			t.Fatal(err)
		}
		left := 0
		for _, c := range channels {
			if c.LinkedID == id {
				left++
			}
		}
		if left == 0 {
			return
		}
		<-poll.C
	}
}

// checkGap looks at the end of each leg: what ended while events were lost is unknown.
func checkGap(t *testing.T, steps []ami.Progress, lost bool) {
	t.Helper()
	ended, gaps := make(map[ami.Leg]ami.Result), 0
	for _, p := range steps {
		switch p.State {
		case ami.ProgressGap:
			gaps++
		case ami.ProgressEnded:
			ended[p.Leg] = p.Result
		}
	}
	second := ended[ami.LegSecond] // unknown, too, where Asterisk was asked after the hangup
	known := !lost && second == ami.ResultCancelled
	if gaps == 0 || ended[ami.LegFirst] != ami.ResultAnswered || second != ami.ResultUnknown && !known {
		t.Errorf("hung up in the gap: %v; %d gaps, ends %v in %v", lost, gaps, ended, steps)
	}
}
