package event_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

const unitsDialplan = `
[units]
exten => ring2,1,Ringing()
 same => n,Wait(2)
 same => n,Answer()
 same => n,Wait(3)
exten => never,1,Ringing()
 same => n,Wait(3600)
exten => wait,1,Answer()
 same => n,Wait(60)
exten => tone,1,Answer()
 same => n,Playtones(425/1500,0/20000)
 same => n,Wait(4)
exten => listen,1,Answer()
 same => n,Set(TALK_DETECT(set)=50,10)
 same => n,Wait(5)
exten => groups,1,Answer()
 same => n,Set(CHANNEL(callgroup)=3)
 same => n,Set(CHANNEL(pickupgroup)=63)
 same => n,Wait(60)
exten => _q-.,1,Answer()
 same => n,Set(QUEUE_PRIO=4)
 same => n,Queue(${EXTEN:2},,,,20)
exten => agent,1,Answer()
 same => n,AgentLogin(1001)
exten => request,1,Answer()
 same => n(again),AgentRequest(1001)
 same => n,Wait(1)
 same => n,Goto(again)
exten => park,1,Answer()
 same => n,Park(,t(30))
exten => parkshort,1,Answer()
 same => n,Park(,t(1))
exten => conf,1,Answer()
 same => n,ConfBridge(units)
exten => media,1,Answer()
 same => n,Playtones(425)
 same => n,Wait(20)
`

const unitsQueues = `
[unanswered]
timeout = 2
retry = 1
joinempty = yes
member => Local/never@units

[served]
timeout = 15
servicelevel = 30
weight = 5
maxlen = 9
joinempty = yes
member => Local/ring2@units,3,Dora,,yes,7

[given-up]
timeout = 15
joinempty = yes
member => Local/never@units
`

const unitsPJSIP = `
[plain]
type = endpoint
transport = lab
context = default
allow = ulaw

[qualified]
type = endpoint
transport = lab
context = default
allow = ulaw
auth = qualified
aors = qualified

[qualified]
type = auth
auth_type = userpass
username = qualified
password = secret-qualified
nonce_lifetime = 33

[qualified]
type = aor
max_contacts = 1
minimum_expiration = 61
maximum_expiration = 301
default_expiration = 121
qualify_frequency = 3
qualify_timeout = 2.5

[units]
type = registration
server_uri = sip:%s
client_uri = sip:units@127.0.0.1
expiration = 200
retry_interval = 2
max_random_initial_delay = 0
`

// unitsLab is a server on which a test makes values happen that it knows.
type unitsLab struct {
	*ami.Client
	server    *lab.Server
	registrar registrar
}

// TestLiveUnits makes values happen whose size it knows, and reads them typed: a
// wait of two seconds is 2 s, whatever the wire's unit.
func TestLiveUnits(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			starting := time.Now()
			u := newUnitsLab(t, v)
			started := time.Now()
			t.Run("during", func(t *testing.T) {
				// Each waits for Asterisk most of the time, so that all run at once.
				var tests sync.WaitGroup
				for name, test := range map[string]func(*testing.T){
					"RingNoAnswer": u.ringNoAnswer, "Served": u.served, "GivenUp": u.givenUp, "Member": u.member, "Agent": u.agent,
					"Record": u.record, "Keys": u.keys, "Talk": u.talk, "Status": u.status, "Conference": u.conference, "Parking": u.parking,
					"Security": u.security, "Media": u.media, "Contact": u.contact, "Registration": u.registration, "Mute": u.mute, "Park": u.park, "Voicemail": u.voicemail,
				} {
					tests.Go(func() { t.Run(name, test) })
				}
				tests.Wait()
			})
			u.uptime(t, starting, started)
		})
	}
}

func newUnitsLab(t *testing.T, v lab.Version) *unitsLab {
	t.Helper()
	registrar := newRegistrar(t)
	server := lab.Start(t, v, &lab.Config{Append: map[string]string{
		"extensions.conf": unitsDialplan, "queues.conf": unitsQueues, "pjsip.conf": fmt.Sprintf(unitsPJSIP+softphoneConf, registrar.LocalAddr()),
		"iax.conf": stormIAX, "rtp.conf": "rtcpinterval = 500\n",
	}})
	user := server.User("all")
	client, err := ami.Connect(t.Context(), server.AMI(), &ami.Config{Username: user.Name, Secret: user.Secret})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return &unitsLab{client, server, registrar}
}

// listen subscribes until the test ends.
func (u *unitsLab) listen(t *testing.T, filter event.Filter) *event.Subscription {
	t.Helper()
	sub := u.Subscribe(filter, nil)
	t.Cleanup(sub.Close)
	return sub
}

func (u *unitsLab) do(t *testing.T, a action.Action) *ami.Response {
	t.Helper()
	response, err := u.Do(t.Context(), a)
	if err != nil {
		t.Fatalf("%s: %v", a.ActionName(), err)
	}
	return response
}

// call originates to an extension of [units], which the half with the ID id-own
// runs; id-far runs another.
func (u *unitsLab) call(t *testing.T, exten, far, id string) {
	t.Helper()
	u.do(t, action.Originate{Channel: "Local/" + exten + "@units/n", Context: "units", Exten: far, Priority: 1, Async: true,
		ChannelID: id + "-far", OtherChannelID: id + "-own", Timeout: 20 * time.Second})
}

// until repeats look ten times a second.
func until(t *testing.T, what string, look func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for tick := time.NewTicker(100 * time.Millisecond); !look(); {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("never came to pass: %s", what)
		}
	}
}

// await returns the next E that is right.
func await[E event.Event](t *testing.T, sub *event.Subscription, right func(E) bool) E {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	e, err := event.Await(ctx, sub, right)
	if err != nil {
		t.Fatalf("no %T: %v", e, err)
	}
	if n := sub.Stats().Doubtful; n != 0 { // nobody forges here
		t.Errorf("%d events are in doubt, up to %v", n, e)
	}
	return e
}

// lasts wants a duration of at least low and, since whole seconds are counted at
// both ends, of at most a second more than has passed since began.
func lasts(t *testing.T, what string, got, low time.Duration, began time.Time) {
	t.Helper()
	if high := time.Since(began) + time.Second; got < low || got > high {
		t.Errorf("%s = %v, want between %v and %v", what, got, low, high)
	}
}

// within wants a point in time since began.
func within(t *testing.T, what string, got, began time.Time) {
	t.Helper()
	if got.Before(began.Add(-time.Second)) || got.After(time.Now().Add(time.Second)) {
		t.Errorf("%s = %v, want between %v and now", what, got, began)
	}
}

func exactly[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

// uptime logs in for the one event that has it, after a reload.
func (u *unitsLab) uptime(t *testing.T, starting, started time.Time) {
	reloads := u.listen(t, event.Of[event.Reload]())
	reload := time.Now()
	u.do(t, action.Command{Command: "core reload"})
	e := await(t, reloads, func(e event.Reload) bool { return e.Module == "All" })
	exactly(t, "Reload.Status", e.Status, 0)
	until(t, "a LastReload of 2 s", func() bool {
		booted := loginOf(t, u.server)
		lasts(t, "FullyBooted.LastReload", booted.LastReload, 0, reload)
		lasts(t, "FullyBooted.Uptime", booted.Uptime, reload.Sub(started)+booted.LastReload-2*time.Second, starting)
		return booted.LastReload >= 2*time.Second
	})
}

// loginOf logs in and returns what every login gets.
func loginOf(t *testing.T, server *lab.Server) event.FullyBooted {
	t.Helper()
	conn, err := net.Dial("tcp", server.AMI())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	user := server.User("all")
	if _, err := conn.Write([]byte("Action: Login\r\nUsername: " + user.Name + "\r\nSecret: " + user.Secret + "\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	for ev, err := range event.Read(conn) {
		if err != nil {
			t.Fatal(err)
		}
		if booted, ok := ev.(event.FullyBooted); ok {
			return booted
		}
	}
	t.Fatal("no FullyBooted")
	return event.FullyBooted{}
}

// security has the times of an event, and of the session that it is about.
func (u *unitsLab) security(t *testing.T) {
	began := time.Now()
	user := u.server.User("all")
	conn, err := ami.Dial(t.Context(), u.server.AMI(), &ami.Config{Username: user.Name, Secret: user.Secret})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	sub := u.listen(t, event.Of[event.RequestBadFormat]())
	_, _ = conn.Do(t.Context(), action.New("UnitsNoSuchAction")) // is refused
	e := await(t, sub, func(e event.RequestBadFormat) bool { return strings.Contains(e.RequestType, "UnitsNoSuchAction") })
	within(t, "EventTV", e.EventTV, began)
	within(t, "SessionTV", e.SessionTV, began)
	if e.SessionTV.After(e.EventTV) {
		t.Errorf("the session began at %v, after the event at %v", e.SessionTV, e.EventTV)
	}
	exactly(t, "Severity", e.Severity, "Error")
}
