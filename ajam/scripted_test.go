package ajam_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
)

// secret is what no text but the login may hold.
const secret = "sesame-4711"

// serve starts a manager in memory; the test fails when an expectation of its
// script does.
func serve(t testing.TB, script amitest.Script) *amitest.Server {
	t.Helper()
	return amitest.Start(t, script)
}

// connectTo makes a Client of srv that ends with the test.
func connectTo(t testing.TB, srv *amitest.Server, mutate func(*ajam.Config)) *ajam.Client {
	t.Helper()
	return connectBy(t, srv.HTTPClient(), mutate)
}

func connectBy(t testing.TB, client *http.Client, mutate func(*ajam.Config)) *ajam.Client {
	t.Helper()
	config := &ajam.Config{Config: ami.Config{Username: "u", Secret: secret}, HTTPClient: client}
	if mutate != nil {
		mutate(config)
	}
	c, err := ajam.Connect(t.Context(), "http://pbx/asterisk", config)
	if err != nil {
		t.Fatalf("Connect = %v", err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// mustDo runs an action that has to succeed.
func mustDo(t testing.TB, s ami.Session, name string, keyValues ...string) *ami.Response {
	t.Helper()
	response, err := s.Do(t.Context(), action.New(name, keyValues...))
	if err != nil {
		t.Fatalf("Do(%s) = %v", name, err)
	}
	return response
}

// wantError fails unless err is target and says all of texts, and no secret.
func wantError(t testing.TB, what string, err, target error, texts ...string) {
	t.Helper()
	if err == nil || target != nil && !errors.Is(err, target) {
		t.Errorf("%s = %v, want an error that is %v", what, err, target)
		return
	}
	for _, text := range texts {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("%s = %q, want it to say %q", what, err, text)
		}
	}
	if strings.Contains(err.Error(), secret) {
		t.Errorf("%s holds the secret: %v", what, err)
	}
}

// next takes one event that has to be there soon.
func next(t testing.TB, sub *event.Subscription) event.Event {
	t.Helper()
	ev, err := sub.Next(t.Context())
	if err != nil {
		t.Fatalf("Next = %v", err)
	}
	return ev
}

// names is the names of the next n events.
func names(t testing.TB, sub *event.Subscription, n int) string {
	t.Helper()
	var all []string
	for range n {
		all = append(all, next(t, sub).EventName())
	}
	return strings.Join(all, " ")
}

// roundTrip is a transport made of a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// form is what a request asks, put back where it was.
func form(req *http.Request) string {
	body, err := req.GetBody()
	if err != nil {
		return ""
	}
	var text strings.Builder
	buf := make([]byte, 4096)
	for {
		n, err := body.Read(buf)
		text.Write(buf[:n])
		if err != nil {
			return text.String()
		}
	}
}

// asks reports whether a request is for an action.
func asks(req *http.Request, name string) bool {
	return strings.HasPrefix(form(req), "Action="+name+"&")
}

// actionID is the one that a request was made with.
func actionID(req *http.Request) string {
	_, id, _ := strings.Cut(form(req), "ActionID=")
	id, _, _ = strings.Cut(id, "&")
	return id
}

// ofNothing matches what the hub puts in alone.
var ofNothing = event.Named()
