package ajam_test

import (
	"context"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// configFor is a login of one of the lab's users.
func configFor(s *lab.Server, user string, mutate func(*ajam.Config)) *ajam.Config {
	u := s.User(user)
	config := &ajam.Config{Config: ami.Config{Username: u.Name, Secret: u.Secret}}
	if mutate != nil {
		mutate(config)
	}
	return config
}

// connectOn makes a Client that takes a way, and ends with the test. In the
// configuration that mutate gets, the HTTP client is its own.
func connectOn(t *testing.T, way way, s *lab.Server, user string, mutate func(*ajam.Config)) *ajam.Client {
	t.Helper()
	client, err := ajam.Connect(deadline(t, 30*time.Second), way.url, configOn(t, way, s, user, mutate))
	if err != nil {
		t.Fatalf("Connect(%s, %s) = %v", way.url, user, err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func configOn(t *testing.T, way way, s *lab.Server, user string, mutate func(*ajam.Config)) *ajam.Config {
	return configFor(s, user, func(c *ajam.Config) {
		if c.HTTPClient = way.to(t); mutate != nil {
			mutate(c)
		}
	})
}

func useDigest(c *ajam.Config) { c.Digest = true }

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

// pass lets time go by.
func pass(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	<-timer.C
}
