package ami_test

import (
	"math"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
)

// setNumbers gives every number and duration of a struct the value n, or the
// largest that it can have.
func setNumbers(t *testing.T, v reflect.Value, n int64) {
	t.Helper()
	for i := range v.NumField() {
		field := v.Field(i)
		switch {
		case !field.CanSet():
		case field.Kind() == reflect.Struct:
			setNumbers(t, field, n)
		case field.Kind() == reflect.Int && field.OverflowInt(n):
			field.SetInt(math.MaxInt)
		case field.CanInt():
			field.SetInt(n)
		}
	}
}

// extreme is a Config whose numbers are all n.
func extreme(t *testing.T, n int64) func(*ami.Config) {
	return func(c *ami.Config) {
		setNumbers(t, reflect.ValueOf(c).Elem(), n)
		c.ActionSessions = int(max(-1, min(n, 2)))
		c.PingInterval = max(0, c.PingInterval) // below zero it is never, and PingTimeout of no use
	}
}

// Numbers and durations below zero are the defaults, and huge ones do no harm:
// a day later the connection lives, events come and lists are whole.
func TestExtremeSettings(t *testing.T) {
	for name, n := range map[string]int64{"-1": -1, "least": math.MinInt64, "largest": math.MaxInt64, "half the largest": math.MaxInt64 / 2, "zero": 0} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := serve(t, func(p *amitest.Peer) {
					p.Handle("List", func(p *amitest.Peer, a amitest.Action) {
						p.List(a, "ListComplete", []string{"Event", "Item"}, []string{"Event", "Item"})
					})
					p.Login()
					p.Serve()
				})
				client := connectTo(t, srv, extreme(t, n))
				sub := client.Subscribe(event.Named("News"), nil)
				conn := dialTo(t, srv, extreme(t, n))
				for _, s := range []ami.Session{client, conn} {
					if r := mustDo(t, s, "List"); len(r.Events) != 2 {
						t.Errorf("the list has %d items, want 2", len(r.Events))
					}
				}
				<-time.After(24 * time.Hour)
				if conn.Err() != nil || client.Err() != nil || client.Stats().Connections > 3 {
					t.Errorf("a day later: %v, %v, %d connections", conn.Err(), client.Err(), client.Stats().Connections)
				}
				mustPing(t, conn)
				mustPing(t, client)
				srv.Emit("Event", "News", "Privilege", "call,all")
				if got := names(t, sub, 1); got != "News" {
					t.Errorf("the event is %s, want News", got)
				}
			})
		})
	}
}

// With a PingTimeout, a BusyLimit and an Originate's Timeout without end, silence
// has none either.
func TestHugePatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := serve(t, func(p *amitest.Peer) {
			p.Login()
			p.Success(p.Expect("Cue"))
			p.Stall()
			<-p.Context().Done()
		})
		conn := dialTo(t, srv, func(c *ami.Config) { c.PingTimeout, c.BusyLimit = math.MaxInt64, math.MaxInt64 })
		mustDo(t, conn, "Cue")
		pending := doing(t.Context(), conn, action.Originate{Channel: "c", Application: "Wait", Timeout: math.MaxInt64})
		<-time.After(1000 * time.Hour)
		if err := conn.Err(); err != nil {
			t.Errorf("1000 hours later: %v", err)
		}
		_ = conn.Close()
		wantError(t, "Do", (<-pending).err, ami.ErrOutcomeUnknown)
	})
}

// More action sessions than anybody can want are a mistake that is told.
func TestTooManyActionSessions(t *testing.T) {
	srv := serve(t, nil)
	_, err := ami.Connect(t.Context(), srv.Addr(), configOf(srv, func(c *ami.Config) { c.ActionSessions = math.MaxInt }))
	wantError(t, "Connect", err, nil, "ami: Config.ActionSessions", "is over 1000")
}
