package ajam_test

import (
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/event"
)

// Something else that has the cookie asks for events, too. Asterisk then answers
// the client's WaitEvent with nothing at all, and events may have gone to the
// other: that is a Gap, and a new session.
func TestAbandonedPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := serve(t, nil)
		var cookie atomic.Pointer[string]
		c := connectBy(t, &http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
			if asks(req, "WaitEvent") {
				sent := req.Header.Get("Cookie")
				cookie.Store(&sent)
			}
			return srv.HTTPClient().Transport.RoundTrip(req)
		})}, nil)
		sub := c.Subscribe(ofNothing, nil)
		time.AfterFunc(time.Minute, sub.Close)
		<-time.After(1500 * time.Millisecond) // a poll is waiting
		waitEvent(t, srv.HTTPClient(), *cookie.Load())
		gap, ok := next(t, sub).(event.Gap)
		if !ok || gap.Reason != event.GapDisconnected {
			t.Fatalf("Next = %+v, want a Gap", gap)
		}
		wantError(t, "the Gap's Err", gap.Err, nil, "something else asks for events")
		if errors.Is(gap.Err, ami.ErrNoAnswer) || errors.Is(gap.Err, ami.ErrOutcomeUnknown) {
			t.Errorf("the Gap is because of %v, which tells the outcome of an action", gap.Err)
		}
		if got := names(t, sub, 1); got != "Connected" {
			t.Errorf("behind the Gap is %s", got)
		}
		if err := c.Ready(t.Context()); err != nil {
			t.Errorf("Ready = %v", err)
		}
		if n := c.Stats().Logins; n != 2 {
			t.Errorf("%d logins, want 2", n)
		}
	})
}

// waitEvent asks for events of the session of a cookie, for a second at most.
func waitEvent(t *testing.T, client *http.Client, cookie string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://pbx/rawman", strings.NewReader("Action=WaitEvent&Timeout=1"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Cookie", cookie)
	response, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
}
