package agitest_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
)

// That these are Asterisk's own is tested in package fastagi, on real servers.
func TestStatus(t *testing.T) {
	wait := func(ctx context.Context, s *agi.Session) error {
		_, err := s.WaitForDigit(ctx, -1)
		return err
	}
	stream := func(ctx context.Context, s *agi.Session) error {
		_, _ = s.StreamFile(ctx, "hello", "")
		return nil
	}
	for name, c := range map[string]struct {
		serve  agi.HandlerFunc
		config agitest.Config
		play   func(*agitest.Call)
		want   string
	}{
		"success":       {do("NOOP"), agitest.Config{}, func(c *agitest.Call) { c.Expect("NOOP").Success() }, "SUCCESS"},
		"error":         {func(context.Context, *agi.Session) error { return errors.New("no") }, agitest.Config{}, func(*agitest.Call) {}, "FAILURE"},
		"hangup":        {wait, agitest.Config{}, func(c *agitest.Call) { w := c.Expect("WAIT FOR DIGIT"); c.Hangup(); w.Fail() }, "HANGUP"},
		"silent hangup": {wait, agitest.Config{Automatic: true}, func(c *agitest.Call) { w := c.Expect("WAIT FOR DIGIT"); c.HangupSilently(); w.Fail() }, "HANGUP"},
		"cut":           {wait, agitest.Config{}, func(c *agitest.Call) { c.Expect("WAIT FOR DIGIT"); c.Close() }, "HANGUP"},
		"dead":          {do("NOOP"), agitest.Config{Dead: true, Automatic: true}, func(*agitest.Call) {}, "SUCCESS"},
		"a missing file": {stream, agitest.Config{}, func(c *agitest.Call) {
			c.Expect("STREAM FILE").Result("-1 endpos=0")
			c.Expect("CHANNEL STATUS").Success()
		}, "FAILURE"},
		"a hangup in one": {stream, agitest.Config{}, func(c *agitest.Call) { f := c.Expect("STREAM FILE"); c.Hangup(); f.Fail() }, "HANGUP"},
	} {
		call := agitest.Start(t, c.serve, &c.config)
		c.play(call)
		_ = call.Wait()
		if got := call.Status(); got != c.want {
			t.Errorf("%s: Status() = %q, want %q", name, got, c.want)
		}
	}
}

// slow is a connection that takes the reply to a HANGUP only when the session
// has ended: a program may end it as soon as it has read that reply.
type slow struct {
	net.Conn
	closed chan struct{}
	once   sync.Once
}

func (s *slow) Write(text []byte) (int, error) {
	n, err := s.Conn.Write(text)
	if string(text) == "200 result=1\n" {
		<-s.closed
	}
	return n, err
}

func (s *slow) Close() error {
	s.once.Do(func() { close(s.closed) })
	return s.Conn.Close()
}

// A HANGUP hangs the channel up before it is answered, as handle_hangup does.
func TestStatusOfAHangupThatEndsTheSession(t *testing.T) {
	for name, c := range map[string]struct {
		config agitest.Config
		play   func(*agitest.Call)
		line   string
		want   string
	}{
		"automatic": {agitest.Config{Automatic: true}, func(*agitest.Call) {}, "HANGUP", "HANGUP"},
		"by itself": {agitest.Config{}, func(c *agitest.Call) { c.Expect("HANGUP").Success() }, "HANGUP", "HANGUP"},
		"and told":  {agitest.Config{}, func(c *agitest.Call) { c.Expect("HANGUP").Success(); c.Hangup() }, "HANGUP", "HANGUP"},
		"another's": {agitest.Config{}, func(c *agitest.Call) { c.Expect("HANGUP").Success() }, `HANGUP "nobody"`, "SUCCESS"},
		"refused":   {agitest.Config{}, func(c *agitest.Call) { c.Expect("HANGUP").Fail() }, "HANGUP", "SUCCESS"},
	} {
		t.Run(name, func(t *testing.T) {
			ours, theirs := net.Pipe()
			ended := make(chan struct{})
			// Ends with the first reply.
			go func() {
				defer close(ended)
				defer theirs.Close()
				peer := bufio.NewReader(theirs)
				for line := ""; line != "\n"; line, _ = peer.ReadString('\n') {
				}
				_, _ = io.WriteString(theirs, c.line+"\n")
				_, _ = peer.ReadString('\n')
			}()
			call := agitest.New(t, &slow{Conn: ours, closed: make(chan struct{})}, &c.config)
			c.play(call)
			_ = call.Wait()
			if got := call.Status(); got != c.want {
				t.Errorf("Status() = %q, want %q", got, c.want)
			}
			<-ended
		})
	}
}
