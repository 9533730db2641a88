package ami_test

import (
	"context"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// configFor is a login of one of the lab's users.
func configFor(s *lab.Server, user string, mutate func(*ami.Config)) *ami.Config {
	u := s.User(user)
	config := &ami.Config{Username: u.Name, Secret: u.Secret}
	if mutate != nil {
		mutate(config)
	}
	return config
}

// connect makes a Conn that ends with the test. A nil mutate leaves the
// configuration as it is.
func connect(t testing.TB, s *lab.Server, user string, mutate func(*ami.Config)) *ami.Conn {
	t.Helper()
	conn, err := ami.Dial(deadline(t, 30*time.Second), s.AMI(), configFor(s, user, mutate))
	if err != nil {
		t.Fatalf("Dial(%s) = %v", user, err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

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
