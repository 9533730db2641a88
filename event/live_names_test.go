package event_test

import (
	"context"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// oddPhone is an endpoint whose name ends as a channel's does.
const oddPhone = "front-desk-0000abcd"

const namesConf = `
[` + oddPhone + `]
type = endpoint
transport = lab
context = names
allow = ulaw
aors = ` + oddPhone + `

[` + oddPhone + `]
type = aor
max_contacts = 1
`

const namesDialplan = `
[names]
exten => both-1,1,Dial(Local/wait-2@names&PJSIP/` + oddPhone + `)
exten => wait-2,1,Answer()
 same => n,Wait(60)
`

// The names of real channels tell their devices as
// Asterisk itself names them in DeviceStateChange; and each event about a channel
// tells which.
func TestLiveChannelNames(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			n := newNamesLab(t, v)
			n.phoneCall()
			n.dialled()
			n.compare()
		})
	}
}

// namesLab notes what a server says about channels.
type namesLab struct {
	*testing.T
	*ami.Client
	phone   *softphone
	sub     *event.Subscription
	names   map[string]bool // of channels
	devices map[string]bool // in DeviceStateChange
	ids     map[string]bool // UniqueIDs of new channels
	seen    []string
}

// namesPatience is how long an event may take. Only a failure takes so long.
const namesPatience = 20 * time.Second

func newNamesLab(t *testing.T, v lab.Version) *namesLab {
	t.Helper()
	server := lab.Start(t, v, &lab.Config{Append: map[string]string{"extensions.conf": namesDialplan, "pjsip.conf": namesConf}})
	user := server.User("all")
	client, err := ami.Connect(t.Context(), server.AMI(), &ami.Config{Username: user.Name, Secret: user.Secret})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	conn, err := net.Dial("udp", server.SIP())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	register(t, conn, oddPhone, "", "REGISTER", "Expires: 60")
	n := &namesLab{T: t, Client: client, phone: &softphone{T: t, Conn: conn, user: oddPhone}, sub: client.Subscribe(event.Filter{}, nil),
		names: make(map[string]bool), devices: make(map[string]bool), ids: make(map[string]bool)}
	t.Cleanup(n.sub.Close)
	return n
}

// awaited notes what comes until an event matches.
func awaited[E event.Event](n *namesLab, match func(E) bool) E {
	n.Helper()
	ctx, cancel := context.WithTimeout(n.Context(), namesPatience)
	defer cancel()
	var got E
	_, err := event.Await(ctx, n.sub, func(ev event.Event) bool {
		n.note(ev)
		e, ok := ev.(E)
		if ok = ok && match(e); ok {
			got = e
		}
		return ok
	})
	if err != nil {
		n.Fatalf("no %T: %v, but:\n%s", got, err, strings.Join(n.seen, "\n"))
	}
	return got
}

func (n *namesLab) note(ev event.Event) {
	n.seen = append(n.seen, fmt.Sprint(ev))
	channel, ok := event.ChannelOf(ev)
	switch e := ev.(type) {
	case event.Newchannel:
		n.ids[e.UniqueID] = true
		n.want(channel == event.Channel{Name: e.Channel, UniqueID: e.UniqueID}, ev)
	case event.Hangup:
		n.want(n.ids[channel.UniqueID], ev)
	case event.Rename:
		n.names[e.NewName] = true
		n.want(channel == event.Channel{Name: e.Channel, UniqueID: e.UniqueID}, ev)
	case event.LocalBridge:
		n.want(channel.Name == e.LocalOne.Channel && event.OtherHalf(channel.Name) == e.LocalTwo.Channel && event.OtherHalf(e.LocalTwo.Channel) == channel.Name, ev)
	case event.DeviceStateChange:
		n.devices[e.Device] = true
		n.want(!ok, ev)
	}
	if ok {
		n.names[channel.Name] = true
	}
}

func (n *namesLab) want(is bool, ev event.Event) {
	n.Helper()
	if !is {
		channel, _ := event.ChannelOf(ev)
		n.Errorf("ChannelOf = %+v of %v", channel, ev)
	}
}

// phoneCall has the phone called, and answers.
func (n *namesLab) phoneCall() {
	n.do(action.Originate{Channel: "PJSIP/" + oddPhone, Application: "Wait", Data: "60", Async: true, ChannelID: "names-phone"})
	n.phone.answer(40000)
	up := awaited(n, func(e event.Newstate) bool { return e.UniqueID == "names-phone" && e.ChannelStateDesc == "Up" })
	if got, want := event.Device(up.Channel), "PJSIP/"+oddPhone; got != want {
		n.Errorf("Device(%q) = %q, want %q", up.Channel, got, want)
	}
	n.do(action.Hangup{Channel: up.Channel})
	awaited(n, func(e event.Hangup) bool { return e.UniqueID == "names-phone" })
}

// dialled has a channel dial two, of which one answers.
func (n *namesLab) dialled() {
	n.do(action.Originate{Channel: "Local/both-1@names", Application: "Wait", Data: "60", Async: true, ChannelID: "names-own", OtherChannelID: "names-other"})
	answered := awaited(n, func(e event.DialEnd) bool { return strings.HasPrefix(e.Dest.Channel, "Local/wait-2@") })
	n.do(action.Hangup{Channel: answered.Dest.Channel})
	awaited(n, func(e event.DeviceStateChange) bool {
		return e.Device == "Local/both-1@names" && e.State == asterisk.DeviceNotInUse
	})
}

func (n *namesLab) do(a action.Action) {
	n.Helper()
	if _, err := n.Do(n.Context(), a); err != nil {
		n.Fatal(err)
	}
}

// compare wants the device of each channel's name among those that Asterisk
// reported, and each of these to be some channel's.
func (n *namesLab) compare() {
	told := make(map[string]bool)
	for name := range n.names {
		technology, _, _ := strings.Cut(name, "/")
		device := event.Device(name)
		if (technology == "Local" || technology == "PJSIP") == (device == "") {
			n.Errorf("Device(%q) = %q", name, device)
		}
		told[device] = true
		if device != "" && !n.devices[device] {
			n.Errorf("Device(%q) = %q, of which no DeviceStateChange came, but of %q", name, device, slices.Sorted(maps.Keys(n.devices)))
		}
	}
	for device := range n.devices {
		if strings.HasPrefix(device, "Local/") && !told[device] {
			n.Errorf("Asterisk has the device %q, which is none of %q", device, slices.Sorted(maps.Keys(n.names)))
		}
	}
	n.Logf("names: %q", slices.Sorted(maps.Keys(n.names)))
}
