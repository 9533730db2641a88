package ajam_test

import (
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

func TestLiveFirst(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		for _, mode := range []struct {
			name   string
			mutate func(*ajam.Config)
		}{{"cookie", nil}, {"digest", useDigest}} {
			t.Run(mode.name, func(t *testing.T) {
				ctx := deadline(t, 20*time.Second)
				c := connect(t, s, "all", mode.mutate)
				t.Log(c.Version(), c)
				sub := c.Subscribe(event.Filter{}, &ami.SubscribeConfig{Snapshot: []action.Action{action.CoreShowChannels{}}})
				start := time.Now()
				for {
					ev, err := sub.Next(ctx)
					if err != nil {
						t.Fatal(err)
					}
					t.Log(ev.EventName(), ev.Epoch(), ev.Sequence())
					if _, ok := ev.(event.Synced); ok {
						break
					}
				}
				t.Log("synced after", time.Since(start))
				start = time.Now()
				if _, err := c.Do(ctx, action.UserEvent{UserEvent: "Foo"}); err != nil {
					t.Fatal(err)
				}
				did := time.Since(start)
				for {
					ev, err := sub.Next(ctx)
					if err != nil {
						t.Fatal(err)
					}
					if e, ok := ev.(event.UserEvent); ok {
						t.Log(e.UserEvent, did, time.Since(start))
						break
					}
				}
				call, err := ami.Originate(ctx, c, action.Originate{Channel: "Local/busy@outcome", Application: "Wait", Data: "1"})
				if err != nil {
					t.Fatal(err)
				}
				outcome, err := call.Wait(ctx)
				t.Log(outcome, err)
				report, err := ami.Check(ctx, c)
				t.Log(report, err, c.Stats())
			})
		}
	})
}
