package gateway

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// load is how much goes on in a call centre: users of whom nine in ten are agents, in teams with a queue each.
type load struct {
	users   int
	rate    int // calls that begin a second
	lasts   time.Duration
	timeout time.Duration // of a write to a browser
}

const loadTeams = 10

// loadOf is what fits the size of the tests.
func loadOf() load {
	switch {
	case lab.Soak() > 0:
		return load{users: 2000, rate: 200, lasts: lab.Soak(), timeout: 10 * time.Second}
	case lab.Full():
		return load{users: 200, rate: 20, lasts: 30 * time.Second, timeout: 3 * time.Second}
	}
	return load{users: 40, rate: 10, lasts: 3 * time.Second, timeout: 2 * time.Second}
}

func (l load) agents() int { return l.users * 9 / 10 }

func (l load) phone(agent int) string { return "PJSIP/" + strconv.Itoa(1000+agent) }

func (l load) queue(agent int) string { return "team" + strconv.Itoa(agent%loadTeams) }

// rights are those of a user: an agent, a supervisor of a team, or one who is not to read, and is sent all there is.
func (l load) rights(user int) Rights {
	team := []Ref{{Name: l.queue(user)}}
	switch {
	case user < l.agents():
		return Rights{Own: []Ref{{Name: l.phone(user)}}, Queues: team, QueueInterval: 500 * time.Millisecond}
	case user < l.users*19/20:
		r := Rights{Queues: team, Interval: 250 * time.Millisecond}
		for agent := user % loadTeams; agent < l.agents(); agent += loadTeams {
			r.Devices = append(r.Devices, Ref{Name: l.phone(agent)})
		}
		return r
	}
	return Rights{Devices: []Ref{{Name: All}}, Queues: []Ref{{Name: All}}}
}

// centre is a call centre with a gateway.
type centre struct {
	load
	t      *testing.T
	srv    *amitest.Server
	client *ami.Client
	model  *live.Model
	g      *Gateway
	http   *httptest.Server
	host   string
	scenes [3]string // of a call: until the phone rings, until both talk, until its end
}

func newCentre(t *testing.T, l load) *centre {
	t.Helper()
	c := &centre{load: l, t: t}
	c.srv = amitest.Start(t, func(p *amitest.Peer) {
		p.Handle("BridgeList", func(p *amitest.Peer, a amitest.Action) { p.List(a, "BridgeListComplete") })
		p.Handle("Status", func(p *amitest.Peer, a amitest.Action) { p.List(a, "StatusComplete") })
		p.Handle("QueueStatus", func(p *amitest.Peer, a amitest.Action) { p.List(a, "QueueStatusComplete", l.queues()...) })
		p.Login()
		p.Serve()
	})
	var err error
	if c.client, err = ami.Connect(t.Context(), c.srv.Addr(), &ami.Config{Username: "u", Secret: "s", Dial: c.srv.Dial}); err != nil {
		t.Fatal(err)
	}
	c.model, err = live.Watch(t.Context(), c.client, &live.Config{Parts: []live.PartName{live.PartCalls, live.PartQueues}, Recheck: -1, KeepEnded: 20 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	members := 0
	for n := range loadTeams {
		for range c.model.View().Members(l.queue(n)) {
			members++
		}
	}
	if members != l.agents() {
		t.Fatalf("the queues have %d members, want %d", members, l.agents())
	}
	c.http = httptest.NewUnstartedServer(nil)
	c.http.Config.ConnState = func(conn net.Conn, state http.ConnState) {
		if tcp, ok := conn.(*net.TCPConn); ok && state == http.StateNew {
			_ = tcp.SetWriteBuffer(16 << 10) // else the kernel takes megabytes for who does not read
		}
	}
	c.host = c.http.Listener.Addr().String()
	c.g, err = New(&Config{
		Servers:      []Server{{Model: c.model, Session: c.client}},
		Authenticate: byHeader,
		Policy: func(_ context.Context, user User) (Rights, error) {
			n, err := strconv.Atoi(user.ID)
			return l.rights(n), err
		},
		Hosts:        []string{c.host},
		Address:      func(*http.Request) string { return "" },
		WriteTimeout: l.timeout,
		ResumeWindow: 30 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	c.http.Config.Handler = c.g
	c.http.Start()
	c.readScenes()
	return c
}

func (c *centre) close() {
	c.g.Close()
	c.http.Close()
	c.model.Close()
	c.client.Close()
}

// queues are the items of QueueStatus.
func (l load) queues() (items [][]string) {
	for n := range loadTeams {
		items = append(items, []string{"Event", "QueueParams", "Queue", l.queue(n), "Max", "0", "Strategy", "ringall", "Calls", "0", "Holdtime", "0", "TalkTime", "0",
			"Completed", "0", "Abandoned", "0", "ServiceLevel", "0", "ServicelevelPerf", "0.0", "ServicelevelPerf2", "0.0", "Weight", "0"})
		for agent := n; agent < l.agents(); agent += loadTeams {
			items = append(items, []string{"Event", "QueueMember", "Queue", l.queue(agent), "Name", "Agent", "Location", l.phone(agent), "StateInterface", l.phone(agent),
				"Membership", "static", "Penalty", "0", "CallsTaken", "0", "LastCall", "0", "LastPause", "0", "LoginTime", "0", "InCall", "0", "Status", "1", "Paused", "0",
				"PausedReason", "", "Wrapuptime", "0"})
		}
	}
	return items
}

// readScenes takes a call that Asterisk 22 told of: of a customer to a queue, which an agent answers.
func (c *centre) readScenes() {
	c.t.Helper()
	text, err := os.ReadFile("../live/testdata/queue-22.log")
	if err != nil {
		c.t.Fatal(err)
	}
	scene := -1
	for _, block := range strings.SplitAfter(string(text), "\r\n\r\n") {
		f := parse(block)
		switch {
		case f.get("Event") == "Newchannel" && scene < 0, f.get("Event") == "Newstate" && f.get("ChannelState") == "6" && scene == 0, f.get("Event") == "HangupRequest":
			scene++
		case f.get("Event") == "UserEvent":
			return
		}
		if scene >= 0 {
			c.scenes[scene] += block
		}
	}
}

// happens sends a scene of a call: its own channels, and the agent whose turn it is.
func (c *centre) happens(call, scene int, caller string) {
	agent := call % c.agents()
	id := "1796000000." + strconv.Itoa(2*call)
	text := strings.NewReplacer(
		"PJSIP/100-00000017", fmt.Sprintf("PJSIP/carrier-%08x", call), "PJSIP/100", "PJSIP/carrier",
		"PJSIP/101-00000018", fmt.Sprintf("%s-%08x", c.phone(agent), call), "PJSIP/101", c.phone(agent),
		"1795992988.25", id, "1795992988.26", id+"1", "02e7fecb-0d4c-47da-849b-89a6c0a83917", fmt.Sprintf("02e7fecb-0d4c-47da-849b-%012d", call),
		"Phone 100", caller, "Queue: desk", "Queue: "+c.queue(agent),
	).Replace(c.scenes[scene])
	for block := range strings.SplitSeq(strings.TrimSuffix(text, "\r\n\r\n"), "\r\n\r\n") {
		c.srv.Emit(parse(block)...)
	}
}

// calls makes calls until ctx ends, and then waits for their end. It returns how many there were. A caller's name says which call it is, and when it began.
func (c *centre) calls(ctx context.Context) int {
	after := [3]time.Duration{0, 300 * time.Millisecond, time.Second}
	var callers []string
	next := [3]int{}
	tick := time.NewTicker(time.Second / time.Duration(min(c.rate, 100)))
	defer tick.Stop()
	for began := time.Now(); ; <-tick.C {
		for scene := range next {
			due := int((time.Since(began) - after[scene]) * time.Duration(c.rate) / time.Second)
			for ; next[scene] < due && (scene == 0 || next[scene] < len(callers)); next[scene]++ {
				if scene == 0 {
					if ctx.Err() != nil {
						break
					}
					callers = append(callers, fmt.Sprintf("call %d at %d.", len(callers), time.Now().UnixNano()))
				}
				c.happens(next[scene], scene, callers[next[scene]])
			}
		}
		if ctx.Err() != nil && next[2] == len(callers) {
			return len(callers)
		}
	}
}
