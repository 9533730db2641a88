package ajam_test

import (
	"crypto/tls"
	"errors"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// Asterisk drops events by the filters of a session over HTTP, too, whichever the credential.
func TestLiveFilters(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		for name, credential := range credentials {
			t.Run(name, func(t *testing.T) {
				filters := map[string][]ami.EventFilter{"expression": {{Expression: "!UserEvent: Drop"}}}
				criteria := []ami.EventFilter{{Criteria: "action(exclude),name(UserEvent),header(UserEvent),method(exact)", Expression: "Drop"}}
				if s.Version() == lab.V16 {
					turnedAway(t, plain(s), configFor(s, "all", func(c *ajam.Config) { credential(c); c.Filters = criteria }), nil, "Config.Filters", "22.1")
				} else {
					filters["criteria"] = criteria
				}
				turnedAway(t, plain(s), configFor(s, "all", func(c *ajam.Config) { credential(c); c.Filters = []ami.EventFilter{{Expression: "("}} }), nil,
					"Config.Filters", "did not compile")
				turnedAway(t, plain(s), configFor(s, "readonly", func(c *ajam.Config) { credential(c); c.Filters = filters["expression"] }), nil,
					"Config.Filters", "write=system")
				for kind, filter := range filters {
					drops(t, kind, s, func(c *ajam.Config) { credential(c); c.Filters = filter })
				}
			})
		}
	})
}

// drops checks that of two kinds of events one does not come.
func drops(t *testing.T, kind string, s *lab.Server, mutate func(*ajam.Config)) {
	t.Helper()
	c, err := ajam.Connect(deadline(t, time.Minute), plain(s), configFor(s, "all", mutate))
	if err != nil {
		t.Errorf("%s: Connect = %v", kind, err)
		return
	}
	defer c.Close()
	sub := c.Subscribe(event.Of[event.UserEvent](), nil)
	defer sub.Close()
	for _, name := range []string{"Drop", "Keep", "Drop", "Drop", "Last"} {
		if _, err := c.Do(deadline(t, time.Minute), action.UserEvent{UserEvent: name}); err != nil {
			t.Fatalf("%s: Do = %v", kind, err)
		}
	}
	for _, want := range []string{"Keep", "Last"} {
		ev, err := sub.Next(deadline(t, time.Minute))
		if e, ok := ev.(event.UserEvent); !ok || e.UserEvent != want {
			t.Errorf("%s: Next = %+v, %v; want %s", kind, ev, err, want)
		}
	}
}

// A client that can't reach the first URL takes the next, and says which.
func TestLiveStandby(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		c, err := ajam.Connect(deadline(t, time.Minute), "http://127.0.0.1:1", configFor(s, "all", func(c *ajam.Config) {
			c.Standby = []string{"http://127.0.0.1:2/asterisk", plain(s)}
		}))
		if err != nil {
			t.Fatalf("Connect = %v", err)
		}
		defer c.Close()
		if _, err := c.Do(deadline(t, time.Minute), action.Ping{}); err != nil {
			t.Errorf("Do = %v", err)
		}
		_, err = ajam.Connect(deadline(t, time.Minute), "http://127.0.0.1:1", configFor(s, "all", func(c *ajam.Config) { c.Standby = []string{s.HTTP()} }))
		wantError(t, "Connect with a Standby that is no URL", err, nil, "ajam: the URL")
	})
}

// The TLS of the Config is enough for a CA of one's own.
func TestLiveTLSOfTheConfig(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		for name, credential := range credentials {
			c, err := ajam.Connect(deadline(t, time.Minute), "https://"+s.HTTPS(), configFor(s, "all", func(c *ajam.Config) {
				credential(c)
				c.TLS = &tls.Config{RootCAs: s.CA()}
			}))
			if err != nil {
				t.Errorf("%s: Connect = %v", name, err)
				continue
			}
			if _, err := c.Do(deadline(t, time.Minute), action.Ping{}); err != nil {
				t.Errorf("%s: Do = %v", name, err)
			}
			_ = c.Close()
		}
	})
}

// A list that is longer than MaxListBytes has the same error over HTTP as over AMI.
func TestLiveLongAnswer(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		c, err := ajam.Connect(deadline(t, time.Minute), plain(s), configFor(s, "all", func(c *ajam.Config) { c.MaxListBytes = 16 << 10 }))
		if err != nil {
			t.Fatalf("Connect = %v", err)
		}
		defer c.Close()
		if _, err := c.Do(deadline(t, time.Minute), action.New("ShowDialPlan")); !errors.Is(err, ami.ErrTooManyItems) || errors.Is(err, ami.ErrOutcomeUnknown) {
			t.Errorf("Do = %v, want %v", err, ami.ErrTooManyItems)
		}
		n := 0
		for _, err := range c.Stream(deadline(t, time.Minute), action.New("ShowDialPlan")) {
			if err != nil {
				t.Logf("Stream = %v after %d items", err, n) // the loop may be slower than the server
				break
			}
			n++
		}
		if n == 0 {
			t.Error("Stream gave no item")
		}
	})
}
