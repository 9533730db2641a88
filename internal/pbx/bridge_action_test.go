package pbx_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	asterisk "github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/internal/pbx"
)

// locals is a machine without phones: managers call Local channels.
type locals struct {
	*pbx.Machine
	t   *testing.T
	now time.Time
}

func newLocals(t *testing.T) *locals {
	t.Helper()
	m, err := pbx.New(&pbx.Config{Version: asterisk.Version{Major: 22}, Now: start, Dialplan: `
[a]
exten => wait,1,Answer()
 same => n,Wait(60)
 same => n,Wait(30)
exten => ring,1,Ringing()
 same => n,Wait(60)
exten => dial,1,Dial(Local/ring@a/n)
exten => pick,1,PickupChan(${TARGET})
exten => park,1,Park(,t(5))
`})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return &locals{m, t, start}
}

// call has Local/wait@a run an extension, and returns the names of its halves.
func (l *locals) call(id, exten, target string) (one, two string) {
	l.t.Helper()
	err := l.Originate(pbx.Originate{Channel: "Local/wait@a/n", Context: "a", Exten: exten, Priority: 1, ChannelID: id, CallerID: `"" <` + id + `>`,
		Variables: []pbx.Variable{{Name: "TARGET", Value: target}}}, nil)
	if err != nil {
		l.t.Fatal(err)
	}
	l.pass(time.Second)
	c, err := l.Channel(id)
	if err != nil {
		l.t.Fatal(err)
	}
	return c.Name, c.Name[:len(c.Name)-1] + "2"
}

func (l *locals) pass(d time.Duration) {
	l.now = l.now.Add(d)
	l.Run(l.now)
}

func (l *locals) succeeds(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Error(err)
	}
	l.pass(time.Millisecond)
}

// is wants a channel at a place, and in a bridge or not.
func (l *locals) is(name, exten string, priority int, bridged bool) {
	l.t.Helper()
	c, err := l.Channel(name)
	if err != nil || c.Exten != exten || c.Priority != priority || (c.BridgeID != "") != bridged {
		l.t.Errorf("%s is at %s,%d in bridge %q, %v; want %s,%d, in one: %t", name, c.Exten, c.Priority, c.BridgeID, err, exten, priority, bridged)
	}
}

// TestBridge has two channels that wait talk, as a manager asks: each goes on with its next step once the other has gone, as on real servers.
func TestBridge(t *testing.T) {
	l := newLocals(t)
	one, _ := l.call("one", "wait", "")
	two, _ := l.call("two", "wait", "")
	l.succeeds(l.Bridge(one, two))
	l.is(one, "wait", 3, true)
	l.is(two, "wait", 3, true)
	for _, c := range l.Channels() {
		if c.BridgeID != "" && c.LinkedID != "one" {
			t.Errorf("%s has the Linkedid %s, want that of the older one", c.Name, c.LinkedID)
		}
	}
	l.succeeds(l.Hangup(two, 0))
	l.is(one, "wait", 3, false)
	wrong := (*pbx.BridgeError)(nil)
	if err := l.Bridge(one, "nobody"); !errors.As(err, &wrong) || wrong.Channel != 2 || !errors.Is(err, pbx.ErrNoChannel) {
		t.Errorf("Bridge = %v, want the second channel's ErrNoChannel", err)
	}
	if len(l.Bridges()) > 0 {
		t.Errorf("there are still %v", l.Bridges())
	}
}

// TestBridgesInACircle connects both halves of two Local channels with each other: what one tells the other of who is connected goes round once.
func TestBridgesInACircle(t *testing.T) {
	l := newLocals(t)
	a, a2 := l.call("a", "wait", "")
	b, b2 := l.call("b", "wait", "")
	l.succeeds(l.Bridge(a, b))
	l.succeeds(l.Bridge(a2, b2))
	l.is(a, "wait", 3, true)
	l.is(b2, "wait", 3, true)
	l.succeeds(l.Hangup(a, 0))
	l.pass(2 * time.Minute)
	if left := l.Channels(); len(left) > 0 {
		t.Errorf("there are still %v", left)
	}
}

// TestPickupOfOneWhoGivesUp: the caller ends in the moment in which somebody picks the call up, who ends, too.
func TestPickupOfOneWhoGivesUp(t *testing.T) {
	l := newLocals(t)
	caller, _ := l.call("caller", "dial", "")
	at := slices.IndexFunc(l.Channels(), func(c pbx.ChannelInfo) bool { return c.State == asterisk.ChannelRinging })
	if at < 0 {
		t.Fatalf("nobody rings: %v", l.Channels())
	}
	picker := l.Channels()[at].Name
	other, _ := l.call("other", "wait", picker)
	if err := l.Redirect(pbx.Redirect{Channel: other, Context: "a", Exten: "pick", Priority: 1}); err != nil {
		t.Fatal(err)
	}
	l.succeeds(l.Hangup(caller, 0))
	l.pass(3 * time.Minute)
	if left := l.Channels(); len(left) > 0 {
		t.Errorf("there are still %v", left)
	}
}

// TestPark has a call that parks itself come back to who it is after its time.
func TestPark(t *testing.T) {
	l := newLocals(t)
	c, _ := l.call("c", "park", "")
	if parked := l.ParkedCalls(); len(parked) != 1 || parked[0].Channel.Name != c || parked[0].Parker != "Local/wait@a" || parked[0].Timeout != 4*time.Second {
		t.Errorf("there are parked %+v", parked)
	}
	l.pass(5 * time.Second)
	if parked := l.ParkedCalls(); len(parked) > 0 {
		t.Errorf("after its time %+v is parked", parked)
	}
	if c, err := l.Channel(c); err != nil || c.Context != "park-dial" {
		t.Errorf("after its time the channel is %+v, %v; want it in park-dial", c, err)
	}
}
