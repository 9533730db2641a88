package ajam_test

import (
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

func TestLiveDelay(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		ctx := deadline(t, 60*time.Second)
		c := connect(t, s, "all", func(c *ajam.Config) { c.PollTimeout = 5 * time.Second })
		a := dialAMI(t, s, nil)
		sub := c.Subscribe(event.Of[event.UserEvent](), nil)
		sub2 := a.Subscribe(event.Of[event.UserEvent](), nil)
		for i := range 12 {
			time.Sleep(time.Duration(37*i) * time.Millisecond)
			start := time.Now()
			if _, err := a.Do(ctx, action.UserEvent{UserEvent: "Foo"}); err != nil {
				t.Fatal(err)
			}
			did := time.Since(start)
			sub2.Next(ctx)
			byAMI := time.Since(start)
			if _, err := sub.Next(ctx); err != nil {
				t.Fatal(err)
			}
			t.Log(did, byAMI, time.Since(start), c.Stats().Polls)
		}
	})
}
