package ami_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

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

// configOf is a login to srv. A nil mutate leaves it as it is.
func configOf(srv *amitest.Server, mutate func(*ami.Config)) *ami.Config {
	config := &ami.Config{Username: "u", Secret: secret, Dial: srv.Dial}
	if mutate != nil {
		mutate(config)
	}
	return config
}

// dialTo makes a Conn that ends with the test.
func dialTo(t testing.TB, srv *amitest.Server, mutate func(*ami.Config)) *ami.Conn {
	t.Helper()
	conn, err := ami.Dial(t.Context(), srv.Addr(), configOf(srv, mutate))
	if err != nil {
		t.Fatalf("Dial = %v", err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// connectTo makes a Client that ends with the test.
func connectTo(t testing.TB, srv *amitest.Server, mutate func(*ami.Config)) *ami.Client {
	t.Helper()
	client, err := ami.Connect(t.Context(), srv.Addr(), configOf(srv, mutate))
	if err != nil {
		t.Fatalf("Connect = %v", err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// scripted is a Conn to a manager that plays script behind the login, and then
// answers by its handlers.
func scripted(t testing.TB, script amitest.Script) *ami.Conn {
	t.Helper()
	return dialTo(t, serve(t, behindLogin(script)), nil)
}

func behindLogin(script amitest.Script) amitest.Script {
	return func(p *amitest.Peer) {
		p.Login()
		script(p)
		p.Serve()
	}
}

// cue has the script wait for the action Cue, by which the test says that it is
// ready for what comes.
func cue(p *amitest.Peer) { p.Success(p.Expect("Cue")) }

// talk runs test in a bubble of synctest, with a Conn to a scripted manager.
func talk(t *testing.T, script amitest.Script, test func(t *testing.T, c *ami.Conn)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, scripted(t, script)) })
}

// answer is what Do returned.
type answer struct {
	response *ami.Response
	err      error
}

// doing runs an action on a goroutine of its own, which ends with the action.
func doing(ctx context.Context, s ami.Session, a action.Action) <-chan answer {
	done := make(chan answer, 1)
	go func() {
		response, err := s.Do(ctx, a)
		done <- answer{response, err}
	}()
	return done
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

// mustPing fails unless the session answers, in its right order.
func mustPing(t testing.TB, s ami.Session) {
	t.Helper()
	if got := mustDo(t, s, "Ping").Get("Ping"); got != "Pong" {
		t.Errorf("Do(Ping) answered %q, want Pong", got)
	}
}

// wantError fails unless err is target and says all of texts.
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

// all matches every event.
var all event.Filter
