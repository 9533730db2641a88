package ajam_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// full reports whether the tests on real servers run at the size of the
// acceptance, which takes minutes.
func full() bool { return os.Getenv("ASTERISK_FULL") == "1" }

// configFor is a login of one of the lab's users.
func configFor(s *lab.Server, user string, mutate func(*ajam.Config)) *ajam.Config {
	u := s.User(user)
	config := &ajam.Config{Username: u.Name, Secret: u.Secret}
	if mutate != nil {
		mutate(config)
	}
	return config
}

// connect makes a Client that ends with the test. A nil mutate leaves the
// configuration as it is.
func connect(t testing.TB, s *lab.Server, user string, mutate func(*ajam.Config)) *ajam.Client {
	t.Helper()
	client, err := ajam.Connect(deadline(t, 30*time.Second), "http://"+s.HTTP(), configFor(s, user, mutate))
	if err != nil {
		t.Fatalf("Connect(%s) = %v", user, err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func useDigest(c *ajam.Config) { c.Digest = true }

// deadline is a context that ends with the test, or after d.
func deadline(t testing.TB, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}
