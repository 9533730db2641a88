package gateway

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

// What a user may do in a second does not begin anew with each request: also who has no connection can't have the Policy asked at will.
func TestUserIsLimitedWithoutConnection(t *testing.T) {
	var asked atomic.Int64
	timed(t, 0, func(c *Config) {
		c.Policy = func(_ context.Context, user User) (Rights, error) {
			asked.Add(1)
			return Rights{}, nil
		}
	}, func(t *testing.T, e *edge, _ *memory) {
		post := func(user string, i int) int {
			r := httptest.NewRequest(http.MethodPost, "http://"+e.host+"/action", strings.NewReader(`{"type":"action","id":"action-`+strconv.Itoa(i)+`00","action":"dial"}`))
			r.Header = e.header(user, "Content-Type", "application/json")
			w := httptest.NewRecorder()
			e.g.ServeHTTP(w, r)
			return w.Code
		}
		most := messagesAtOnce + e.g.config.MaxConnections
		for i := range 3 * messagesAtOnce { // no time goes by
			want := http.StatusOK
			if i >= most {
				want = http.StatusTooManyRequests
			}
			if got := post("100", i); got != want {
				t.Fatalf("the request %d is answered with %d, want %d", i, got, want)
			}
		}
		if n := asked.Load(); n != int64(most) {
			t.Errorf("the Policy was asked %d times", n)
		}
		if got := post("101", 0); got != http.StatusOK {
			t.Errorf("another user is answered with %d", got)
		}
	})
}
