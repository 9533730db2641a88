package live_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

func TestMonitor(t *testing.T) {
	t.Parallel()
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		p := start(t, build(t, "monitor"), login(s, "all"), "-only", "UserEvent")
		user := s.User("all")
		conn, err := ami.Dial(t.Context(), s.AMI(), &ami.Config{Username: user.Name, Secret: user.Secret})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		// The first of these events may come before the monitor has subscribed.
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		// Ends with ctx.
		go func() {
			defer close(done)
			for ctx.Err() == nil {
				_, _ = conn.Do(ctx, action.UserEvent{UserEvent: "Monitored", Fields: []action.Field{{Key: "Fact", Value: "42"}}})
			}
		}()
		p.prints("UserEvent", "Monitored", "42")
		cancel()
		<-done
	})
}

// prints reads lines of stdout until one holds all words.
func (p *program) prints(words ...string) {
	p.t.Helper()
	for p.stdout.Scan() {
		lacks := func(word string) bool { return !strings.Contains(p.stdout.Text(), word) }
		if !slices.ContainsFunc(words, lacks) {
			return
		}
	}
	p.t.Fatalf("the program has ended without a line with %q", words)
}
