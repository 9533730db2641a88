package asyncagi_test

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/asyncagi"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// site is a real Asterisk with a dialplan for these tests: context asyncagi,
// where each number enters AGI(agi:async,number) and then reports what became
// of it.
type site struct {
	t      *testing.T
	server *lab.Server
	conn   *ami.Conn // of the test itself
	done   *event.Subscription
}

// number makes the extension, and so the channels, of each call unique.
var number atomic.Int64

func onSite(t *testing.T, test func(t *testing.T, x *site)) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		test(t, newSite(t, s))
	})
}

func newSite(t *testing.T, s *lab.Server) *site {
	t.Helper()
	conn, err := ami.Dial(deadline(t, patience), s.AMI(), loginOf(s, "all"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	x := &site{t: t, server: s, conn: conn}
	x.extend("_X.", "Answer", "", "AGI", "agi:async,${EXTEN},two words,${ARGUMENT}",
		"UserEvent", "AsyncAGIDone,Number: ${EXTEN},Status: ${ASYNCAGI_STATUS},Agistatus: ${AGISTATUS}", "Wait", "600")
	x.extend("away", "Wait", "600")
	x.extend("h", "UserEvent", "AsyncAGIOver,Status: ${AGISTATUS}", "AGI", "agi:async,h", "Wait", "1")
	x.done = conn.Subscribe(event.Of[event.UserEvent](), nil)
	t.Cleanup(x.done.Close)
	return x
}

// in is the site for a subtest.
func (x *site) in(t *testing.T) *site {
	sub := *x
	sub.t = t
	return &sub
}

func loginOf(s *lab.Server, name string) *ami.Config {
	u := s.User(name)
	return &ami.Config{Username: u.Name, Secret: u.Secret, RetryMin: 20 * time.Millisecond, RetryMax: 200 * time.Millisecond}
}

// extend sets an extension to these applications, each with its data.
func (x *site) extend(exten string, applications ...string) {
	x.t.Helper()
	for i := 0; i < len(applications); i += 2 {
		x.do(action.New("DialplanExtensionAdd", "Context", "asyncagi", "Extension", exten, "Priority", strconv.Itoa(i/2+1),
			"Application", applications[i], "ApplicationData", applications[i+1], "Replace", "yes"))
	}
}

func (x *site) do(a action.Action) *ami.Response {
	x.t.Helper()
	response, err := x.conn.Do(deadline(x.t, patience), a)
	if err != nil {
		x.t.Fatal(err)
	}
	return response
}

// serve serves the calls of this test, which are those that Accept takes, until
// the test ends.
func (x *site) serve(s *asyncagi.Server, config *ami.Config) {
	x.t.Helper()
	client, err := ami.Connect(deadline(x.t, patience), x.server.AMI(), config)
	if err != nil {
		x.t.Fatal(err)
	}
	listening, served := make(chan struct{}), make(chan error, 1)
	s.Listening = func(ami.Session) { close(listening) }
	// Ends at Shutdown.
	go func() { served <- s.Serve(context.Background(), client) }()
	<-listening
	x.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil {
			x.t.Errorf("Shutdown() = %v", err)
			_ = s.Close()
		}
		<-served
		_ = client.Close()
	})
}

// handle serves with a handler that takes the calls of these numbers alone.
func (x *site) handle(numbers []string, handler agi.HandlerFunc) {
	x.t.Helper()
	mine := make(map[string]bool)
	for _, n := range numbers {
		mine[n] = true
	}
	x.serve(&asyncagi.Server{
		Logger:  slog.New(slog.NewTextHandler(x.t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug})),
		Handler: handler,
		Accept:  func(env agi.Env) bool { return len(env.Arguments) > 0 && mine[env.Arguments[0]] },
	}, loginOf(x.server, "all"))
}

// call is one call of a site.
type liveCall struct {
	number, id string // the Uniqueid of the channel in AsyncAGI
}

func newCall() liveCall {
	n := strconv.FormatInt(1000+number.Add(1), 10)
	return liveCall{n, "async-" + n + "-" + strconv.FormatInt(time.Now().UnixNano(), 36)}
}

// caller is the Uniqueid of the other half of the Local channel.
func (c liveCall) caller() string { return "caller-" + c.id }

// place places the call; variables are those of its channel.
func (x *site) place(c liveCall, variables ...asterisk.Variable) {
	x.t.Helper()
	x.do(action.Originate{Channel: "Local/" + c.number + "@asyncagi", Application: "Wait", Data: "600", Async: true,
		ChannelID: c.caller(), OtherChannelID: c.id, Variables: variables})
	x.t.Cleanup(func() {
		_, _ = x.conn.Do(deadline(x.t, patience), action.Hangup{Channel: c.id}) // it may be gone
	})
}

// ends waits until the dialplan goes on after AsyncAGI.
func (x *site) ends(c liveCall) (status, agistatus string) {
	x.t.Helper()
	ctx := deadline(x.t, patience)
	for {
		ev, err := x.done.Next(ctx)
		if err != nil {
			channels, _ := ami.Command(deadline(x.t, patience), x.conn, "core show channels concise")
			x.t.Fatalf("wait for call %s to go on: %v; channels are\n%s", c.number, err, strings.Join(channels, "\n"))
		}
		if fields := ev.Fields(); fields.Get("UserEvent") == "AsyncAGIDone" && fields.Get("Number") == c.number {
			return fields.Get("Status"), fields.Get("Agistatus")
		}
	}
}

// expectEnd checks that the call goes on with a status.
func (x *site) expectEnd(c liveCall, want string) {
	x.t.Helper()
	status, agistatus := x.ends(c)
	if got := status + " " + agistatus; got != want {
		x.t.Errorf("ASYNCAGI_STATUS and AGISTATUS of call %s: %s, want %s", c.number, got, want)
	}
}

// wait returns what the handler reports.
func wait[T any](x *site, what string, c <-chan T) T {
	x.t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(patience):
		x.t.Fatalf("waited %v for %s", patience, what)
		panic("unreachable")
	}
}

// must fails the handler's test on an error.
func must(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("%s = %v", what, err)
	}
}

// commands runs a few, and checks what comes back.
func commands(ctx context.Context, s *agi.Session, table ...[]string) error {
	for _, row := range table {
		r, err := s.Do(ctx, row[1], row[2:]...)
		if err != nil || r.Result != row[0] {
			return fmt.Errorf("%s: result %q, error %v, want %q", row[1:], r.Result, err, row[0])
		}
	}
	return nil
}
