package ami_test

import (
	"context"
	"net"
	"slices"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

// attempts is a network that fails, and notes when it was asked.
type attempts struct {
	times     []time.Time
	addresses []string
	good      func(attempt int, address string) bool
	srv       *amitest.Server
}

func (a *attempts) dial(ctx context.Context, network, address string) (net.Conn, error) {
	a.times = append(a.times, time.Now())
	a.addresses = append(a.addresses, address)
	if a.good != nil && a.good(len(a.times), address) {
		return a.srv.Dial(ctx, network, address)
	}
	return nil, syscall.ECONNREFUSED
}

func (a *attempts) pauses() []time.Duration {
	var pauses []time.Duration
	for i := range a.times[1:] {
		pauses = append(pauses, a.times[i+1].Sub(a.times[i]))
	}
	return pauses
}

// The pause doubles up to its cap, and is partly random.
func TestBackOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := &attempts{}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Minute)
		defer cancel()
		_, err := ami.Connect(ctx, "pbx", &ami.Config{Username: "u", Dial: network.dial, KeepTrying: true})
		wantError(t, "Connect", err, syscall.ECONNREFUSED)
		most := 250 * time.Millisecond
		var seen []time.Duration
		for i, pause := range network.pauses() {
			if pause < most/2 || pause > most {
				t.Errorf("pause %d is %v, want %v to %v", i, pause, most/2, most)
			}
			if most = min(2*most, 30*time.Second); most == 30*time.Second {
				seen = append(seen, pause)
			}
		}
		slices.Sort(seen)
		if len(seen) < 30 || len(slices.Compact(seen)) < 10 {
			t.Errorf("%d long pauses, want more than 30 that differ: %v", len(seen), seen)
		}
	})
}

// Pauses below zero are the default ones.
func TestBackOffBelowZero(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := &attempts{}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		_, err := ami.Connect(ctx, "pbx", &ami.Config{Username: "u", Dial: network.dial, KeepTrying: true, RetryMin: -1, RetryMax: -time.Hour})
		wantError(t, "Connect", err, syscall.ECONNREFUSED)
		pauses := network.pauses()
		if least, most := slices.Min(pauses), slices.Max(pauses); least < 125*time.Millisecond || most < 15*time.Second || most > 30*time.Second {
			t.Errorf("pauses of %v to %v, want the defaults", least, most)
		}
	})
}

// Reset back-off only after a stable period.
func TestBackOffIsResetByAStableConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lives := []time.Duration{0, time.Second, time.Second, time.Second, time.Second, time.Hour, time.Second}
		srv := serve(t, func(p *amitest.Peer) {
			p.Login()
			if p.Number() < len(lives) {
				time.AfterFunc(lives[p.Number()], p.Cut)
			}
			p.Serve()
		})
		network := &attempts{srv: srv, good: func(int, string) bool { return true }}
		client := connectTo(t, srv, func(c *ami.Config) {
			c.Dial, c.RetryMin, c.RetryMax, c.StableAfter = network.dial, time.Second, time.Hour, time.Minute
		})
		<-time.After(3 * time.Hour)
		if err := client.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
		wants := []time.Duration{1, 2, 4, 8, 1, 2} // seconds at most, behind each life
		for i, pause := range network.pauses() {
			pause -= lives[i+1]
			if most := wants[i] * time.Second; pause < most/2 || pause > most {
				t.Errorf("pause %d is %v, want %v to %v", i, pause, most/2, most)
			}
		}
	})
}

// Standby: addresses take turns until one works, and that one is tried first
// after a loss.
func TestStandby(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dead := map[string]bool{"a:5038": true}
		srv := serve(t, cutting)
		network := &attempts{srv: srv, good: func(_ int, address string) bool { return !dead[address] }}
		client, err := ami.Connect(t.Context(), "a", configOf(srv, func(c *ami.Config) {
			c.Dial, c.Standby = network.dial, []string{"b:5038", "c:77"}
		}))
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		_, _ = client.Do(t.Context(), action.New("Cut"))
		if err := client.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
		dead["b:5038"] = true
		_, _ = client.Do(t.Context(), action.New("Cut"))
		if err := client.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
		want := []string{"a:5038", "b:5038", "b:5038", "b:5038", "c:77"}
		if !slices.Equal(network.addresses, want) {
			t.Errorf("dialled %v, want %v", network.addresses, want)
		}
	})
}

// Without KeepTrying each address has one chance.
func TestEveryStandbyHasItsChance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := &attempts{}
		_, err := ami.Connect(t.Context(), "a", &ami.Config{Username: "u", Dial: network.dial, Standby: []string{"b", "c"}})
		wantError(t, "Connect", err, syscall.ECONNREFUSED)
		if want := []string{"a:5038", "b:5038", "c:5038"}; !slices.Equal(network.addresses, want) {
			t.Errorf("dialled %v, want %v", network.addresses, want)
		}
	})
}
