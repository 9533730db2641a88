package ajam_test

import (
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
)

// When a server is gone the client takes the next URL, with the filters set there, too, and comes back to the first.
func TestStandby(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		peers := make(chan *amitest.Peer, 10)
		var filters atomic.Int64
		script := func(p *amitest.Peer) {
			p.Handle("Filter", func(p *amitest.Peer, a amitest.Action) {
				filters.Add(1)
				p.Success(a)
			})
			p.Login()
			peers <- p
			p.Serve()
		}
		servers := map[string]*amitest.Server{"pbx": serve(t, script), "two": serve(t, script)}
		var down atomic.Pointer[string]
		down.Store(new(string))
		c := connectBy(t, &http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
			if req.URL.Host == *down.Load() {
				return nil, errors.New("nobody is there")
			}
			return servers[req.URL.Host].HTTPClient().Transport.RoundTrip(req)
		})}, func(c *ajam.Config) {
			c.Filters = []ami.EventFilter{{Expression: "!x"}}
			c.Standby = []string{"http://two/asterisk"}
		})
		sub := c.Subscribe(ofNothing, nil)
		for _, want := range []string{"http://two/asterisk", "http://pbx/asterisk"} {
			gone := map[string]string{"http://two/asterisk": "pbx", "http://pbx/asterisk": "two"}[want]
			down.Store(&gone)
			(<-peers).Cut()
			if got := names(t, sub, 1); got != "Gap" {
				t.Errorf("the stream has %s, want Gap", got)
			}
			if e, ok := next(t, sub).(event.Connected); !ok || e.Address != want {
				t.Errorf("Next = %+v, want Connected to %s", e, want)
			}
			if err := c.Ready(t.Context()); err != nil {
				t.Fatalf("Ready = %v", err)
			}
		}
		if n := filters.Load(); n != 3 {
			t.Errorf("%d filters were set, want one at each login", n)
		}
	})
}

// Without events a Ping keeps the session: as often as PingInterval says, and three times in the life of a session at least.
func TestPingInterval(t *testing.T) {
	for interval, want := range map[time.Duration]int64{0: 30, -1: 30, 5 * time.Second: 120, time.Hour: 30} {
		synctest.Test(t, func(t *testing.T) {
			srv := serve(t, nil)
			var pings atomic.Int64
			c := connectBy(t, &http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
				if asks(req, "Ping") {
					pings.Add(1)
				}
				return srv.HTTPClient().Transport.RoundTrip(req)
			})}, func(c *ajam.Config) { c.EventMask, c.PingInterval = "off", interval })
			<-time.After(10*time.Minute + time.Second)
			if n := pings.Load(); n != want {
				t.Errorf("PingInterval %v: %d pings in 10 minutes, want %d", interval, n, want)
			}
			if n := c.Stats().Logins; n != 1 {
				t.Errorf("PingInterval %v: %d logins, want 1", interval, n)
			}
		})
	}
}
