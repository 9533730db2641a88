package ajam_test

import (
	"math"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
)

// setNumbers gives every number and duration of a struct the value n, or the
// largest that it can have.
func setNumbers(v reflect.Value, n int64) {
	for i := range v.NumField() {
		field := v.Field(i)
		switch {
		case !field.CanSet():
		case field.Kind() == reflect.Struct:
			setNumbers(field, n)
		case field.Kind() == reflect.Int && field.OverflowInt(n):
			field.SetInt(math.MaxInt)
		case field.CanInt():
			field.SetInt(n)
		}
	}
}

// Numbers and durations below zero are the defaults, and huge ones do no harm:
// three minutes later the session lives, events come and lists are whole.
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
				client := connectTo(t, srv, func(c *ajam.Config) { setNumbers(reflect.ValueOf(c).Elem(), n) })
				sub := client.Subscribe(event.Named("News"), nil)
				if r := mustDo(t, client, "List"); len(r.Events) != 2 {
					t.Errorf("the list has %d items, want 2", len(r.Events))
				}
				<-time.After(3 * time.Minute)
				if got := client.Stats().Logins; client.Err() != nil || got != 1 {
					t.Errorf("three minutes later: %v, %d logins, want 1", client.Err(), got)
				}
				mustDo(t, client, "Ping")
				srv.Emit("Event", "News", "Privilege", "call,all")
				if got := names(t, sub, 1); got != "News" {
					t.Errorf("the event is %s, want News", got)
				}
			})
		})
	}
}
