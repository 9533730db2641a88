package fastagi_test

import (
	"context"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/fastagi"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// dialplan calls URL, and tells what has become of it when the channel ends.
const dialplan = `
[fastagi]
exten => call,1,Answer()
 same => n,AGI(${URL})
 same => n,Hangup()

exten => h,1,ExecIf($["${DEADURL}" != ""]?AGI(${DEADURL}))
 same => n,UserEvent(Ended,Case: ${CASE},Status: ${AGISTATUS},FastAGI: ${FASTAGI_STATUS},Told: ${TOLD})

exten => sub,1,Return()
`

// pbx is a real Asterisk that calls servers of a test.
type pbx struct {
	*lab.Server
	t       *testing.T
	manager *ami.Conn
	ended   *event.Subscription
	calls   atomic.Int64
}

// onAsterisk runs test on a server of each version.
func onAsterisk(t *testing.T, test func(*testing.T, *pbx)) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			s := lab.Start(t, v, &lab.Config{Append: map[string]string{"extensions.conf": dialplan}})
			user := s.User("all")
			manager, err := ami.Dial(t.Context(), s.AMI(), &ami.Config{Username: user.Name, Secret: user.Secret, EventMask: "user,agi"})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = manager.Close() })
			ended := manager.Subscribe(event.Of[event.UserEvent](), nil)
			t.Cleanup(ended.Close)
			test(t, &pbx{Server: s, t: t, manager: manager, ended: ended})
		})
	}
}

// ending is what has become of a call.
type ending struct{ number, status, fastagi, told string }

// originate begins a call that runs AGI(url), and returns its number.
func (p *pbx) originate(t *testing.T, url string, variables ...asterisk.Variable) string {
	t.Helper()
	number := strconv.FormatInt(p.calls.Add(1), 10)
	_, err := p.manager.Do(t.Context(), action.Originate{
		Channel: "Local/call@fastagi", Application: "Wait", Data: "120", Async: true,
		Variables: append(variables, asterisk.Variable{Name: "__URL", Value: url}, asterisk.Variable{Name: "__CASE", Value: number}),
	})
	if err != nil {
		t.Fatal(err)
	}
	return number
}

// next waits for the end of any call.
func (p *pbx) next(t *testing.T) ending {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	ev, err := p.ended.Next(ctx)
	if err != nil {
		t.Fatalf("waiting for the end of a call: %v", err)
	}
	e, ok := ev.(event.UserEvent)
	if !ok {
		t.Fatalf("waiting for the end of a call: %v", ev)
	}
	sent := e.Sent()
	return ending{sent.Get("Case"), sent.Get("Status"), sent.Get("FastAGI"), sent.Get("Told")}
}

// call makes a call and waits for its end.
func (p *pbx) call(t *testing.T, url string, variables ...asterisk.Variable) ending {
	t.Helper()
	number := p.originate(t, url, variables...)
	got := p.next(t)
	if got.number != number {
		t.Fatalf("call %s ended, want call %s", got.number, number)
	}
	return got
}

// hangup hangs up the channel of a session.
func (p *pbx) hangup(s *agi.Session) {
	if _, err := p.manager.Do(context.Background(), action.Hangup{Channel: s.Env.Channel}); err != nil {
		p.t.Errorf("Hangup(%s) = %v", s.Env.Channel, err)
	}
}

// hangupDuring hangs up once Asterisk runs a command.
func (p *pbx) hangupDuring(s *agi.Session, command string) {
	begun := p.manager.Subscribe(event.And(event.Of[event.AGIExecStart](), event.Where("Channel", s.Env.Channel)), nil)
	// Ends with the action, or with the manager.
	go func() {
		defer begun.Close()
		for ev := range begun.All(context.Background()) {
			if start, ok := ev.(event.AGIExecStart); ok && strings.HasPrefix(start.Command, command) {
				p.hangup(s)
				return
			}
		}
	}()
}

// open serves handler for a real Asterisk until the test ends, and returns the
// URL.
func open(t *testing.T, server *fastagi.Server) string {
	t.Helper()
	listener := tcp(t)
	served := make(chan error, 1)
	// Ends with the server.
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		_ = server.Close()
		if err := server.Shutdown(context.Background()); err != nil {
			t.Errorf("Shutdown() = %v", err)
		}
		if err := <-served; err != fastagi.ErrServerClosed {
			t.Errorf("Serve() = %v", err)
		}
	})
	return "agi://" + listener.Addr().String()
}

// closedPort is an address where nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}
