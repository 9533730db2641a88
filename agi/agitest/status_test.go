package agitest_test

import (
	"context"
	"errors"
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
