package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/leak"
)

// ring is a call that a browser was told of.
type ring struct{ call, agent int }

// crowd are the browsers of a call centre.
type crowd struct {
	*centre
	ctx     context.Context // ends with the test's load
	running sync.WaitGroup
	rings   chan ring
	told    map[int]bool // calls; of the test's goroutine
	resumed atomic.Int64 // connections that went on where they were
	slow    atomic.Int64 // those of clients that do not read, which were ended

	mu     sync.Mutex // guards all below
	conns  map[int]*websocket.Conn
	cut    map[int]bool // that the test has ended
	delays []time.Duration
}

// dial connects a user.
func (c *crowd) dial(user int, hello message.Hello) (*websocket.Conn, error) {
	dialer := websocket.Dialer{HandshakeTimeout: time.Minute, ReadBufferSize: 1024, WriteBufferSize: 256, NetDial: func(network, address string) (net.Conn, error) {
		conn, err := net.Dial(network, address)
		if tcp, ok := conn.(*net.TCPConn); ok && user >= c.users*19/20 {
			_ = tcp.SetReadBuffer(4 << 10)
		}
		return conn, err
	}}
	conn, _, err := dialer.Dial("ws://"+c.host+"/socket", http.Header{"Origin": {"http://" + c.host}, "User": {strconv.Itoa(user)}})
	if err != nil {
		return nil, err
	}
	return conn, conn.WriteJSON(hello)
}

var called = regexp.MustCompile(`"with":\[[^]]*"name":"call ([0-9]+) at ([0-9]+)\."`)

// reads is a browser that reads, and goes on if the test cuts it.
func (c *crowd) reads(user int, ready *sync.WaitGroup) {
	next, known := hello(), make(map[string]bool)
	for first := true; c.ctx.Err() == nil; first = false {
		conn, err := c.dial(user, next)
		if err != nil {
			c.t.Errorf("user %d can't connect: %v", user, err)
			return
		}
		c.mu.Lock()
		c.conns[user] = conn
		c.mu.Unlock()
		err = c.follows(conn, user, &next, known, func() {
			if first {
				ready.Done()
				first = false
			}
		})
		conn.Close()
		c.mu.Lock()
		wanted := c.cut[user] || c.ctx.Err() != nil
		delete(c.cut, user)
		c.mu.Unlock()
		if !wanted {
			c.t.Errorf("user %d was cut off: %v", user, err)
			return
		}
	}
}

// follows reads a connection to its end. It calls ready once the browser has what the user may see.
func (c *crowd) follows(conn *websocket.Conn, user int, next *message.Hello, known map[string]bool, ready func()) error {
	for {
		_, data, err := conn.ReadMessage()
		if err != nil {
			return err
		}
		var m struct {
			Type, Instance, Reason string
			Revision               uint64
			Resumed                bool
		}
		if err := json.Unmarshal(data, &m); err != nil {
			return fmt.Errorf("%w: %s", err, data)
		}
		switch m.Type {
		case "closing":
			return errors.New(m.Reason)
		case "welcome", "reset":
			if again := next.Revision > 0; again && !m.Resumed {
				c.t.Errorf("user %d, who had revision %d, begins with %s", user, next.Revision, data)
			} else if again {
				c.resumed.Add(1)
			}
			next.Instance = m.Instance
		case "update":
			if next.Revision = m.Revision; m.Revision > 0 {
				ready()
			}
			c.rang(user, data, known)
		}
	}
}

// rang tells of the calls in an Update that an agent was not told of before.
func (c *crowd) rang(user int, data []byte, known map[string]bool) {
	if user >= c.agents() {
		return
	}
	for _, found := range called.FindAllSubmatch(data, -1) {
		id := string(found[1])
		n, _ := strconv.Atoi(id)
		if known[id] || n%c.agents() != user { // or a colleague's, who waits in the queue
			continue
		}
		known[id] = true
		at, _ := strconv.ParseInt(string(found[2]), 10, 64)
		c.mu.Lock()
		c.delays = append(c.delays, time.Since(time.Unix(0, at)))
		c.mu.Unlock()
		c.rings <- ring{n, user}
	}
}

// hangs is a browser that does not read. Once its connection was ended it makes another one.
func (c *crowd) hangs(user int, ready *sync.WaitGroup) {
	for first := true; c.ctx.Err() == nil; first = false {
		conn, err := c.dial(user, hello())
		if err != nil {
			c.t.Errorf("user %d can't connect: %v", user, err)
			return
		}
		c.awaitConnections(user, 1)
		if first {
			ready.Done()
		}
		if c.awaitConnections(user, 0) {
			if err := readOn(conn); err != nil {
				c.t.Errorf("user %d, who does not read, is not cut off: %v", user, err)
			}
			c.slow.Add(1)
		}
		conn.Close()
	}
}

// awaitConnections waits until the gateway has so many connections of a user; false if the load ends before.
func (c *crowd) awaitConnections(user, n int) bool {
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for c.connections(user) != n {
		select {
		case <-look.C:
		case <-c.ctx.Done():
			return false
		}
	}
	return true
}

func (c *crowd) connections(user int) int {
	c.g.mu.Lock()
	s := c.g.sessions[strconv.Itoa(user)]
	c.g.mu.Unlock()
	if s == nil {
		return 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.connections)
}

// readOn reads what the kernel has of a connection that the other side has closed. An error says that it was not closed.
func readOn(conn *websocket.Conn) error {
	_ = conn.SetReadDeadline(time.Now().Add(time.Minute))
	_, err := io.Copy(io.Discard, conn.NetConn())
	if network := net.Error(nil); errors.As(err, &network) && network.Timeout() {
		return err
	}
	return nil
}

// cuts has a browser connect again.
func (c *crowd) cuts(user int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if conn := c.conns[user]; conn != nil && !c.cut[user] {
		c.cut[user] = true
		conn.Close()
	}
}

// A call centre in which one in twenty browsers does not read, and one in twenty connects again each minute: those that do not read are
// ended, nobody else is, and everybody else is told of each call; memory stays where it is, and no goroutine is left.
func TestSoakGateway(t *testing.T) {
	l := loadOf()
	c := newCentre(t, l)
	over, end := context.WithCancel(context.Background())
	all := &crowd{centre: c, ctx: over, rings: make(chan ring, 1000), told: make(map[int]bool), conns: make(map[int]*websocket.Conn), cut: make(map[int]bool)}
	var ready sync.WaitGroup
	ready.Add(l.users)
	for user := range l.users {
		// Both end with over, or with an error; the test waits for them.
		if user < l.users*19/20 {
			all.running.Go(func() { all.reads(user, &ready) })
		} else {
			all.running.Go(func() { all.hangs(user, &ready) })
		}
	}
	ready.Wait()
	first, last, calls := all.goesOn()
	all.delivered(calls)
	hang := int64(l.users - l.users*19/20)
	all.slowAreEnded(hang)
	codes := c.g.counts.byCode()
	for code := range codes {
		if code != message.CodeSlow && code != gone.code {
			t.Errorf("connections were ended with %v", codes)
		}
	}
	if all.resumed.Load() == 0 {
		t.Error("no browser went on where it was")
	}
	slices.Sort(all.delays)
	n := len(all.delays)
	t.Logf("%d users, %d calls: each was told of, half within %v, 99 %% within %v; %d went on, %d did not read; %d KiB of heap after a third, %d KiB at the end",
		l.users, calls, all.delays[n/2], all.delays[n*99/100], all.resumed.Load(), codes[message.CodeSlow], first>>10, last>>10)
	if lab.Soak() >= time.Minute && last > first+first/4+4<<20 {
		t.Errorf("the heap has grown from %d KiB to %d", first>>10, last>>10)
	}
	end()
	for user := range l.users {
		all.cuts(user)
	}
	all.running.Wait()
	c.close()
	leak.None(t, "ami/amitest", "internal/manager")
}

// goesOn has calls and cuts for as long as the load lasts, and returns the heap after a third and at the end, and how many calls there were.
func (c *crowd) goesOn() (first, last uint64, calls int) {
	ctx, cancel := context.WithTimeout(c.ctx, c.lasts)
	defer cancel()
	made := make(chan int, 1)
	go func() { made <- c.calls(ctx) }() // ends soon after ctx; goesOn waits for it
	third := time.After(c.lasts / 3)
	each := c.agents() / 20
	beat := time.NewTicker(min(time.Minute, c.lasts/2) / time.Duration(each))
	defer beat.Stop()
	for user := 0; ; {
		select {
		case <-third:
			first = inHeap()
		case <-beat.C:
			c.cuts(user % c.agents())
			user++
		case r := <-c.rings:
			c.tells(r)
		case n := <-made:
			return first, inHeap(), n
		}
	}
}

// tells notes that an agent was told of a call.
func (c *crowd) tells(r ring) {
	if c.told[r.call] {
		c.t.Errorf("user %d is told of call %d again", r.agent, r.call)
	}
	c.told[r.call] = true
}

// delivered waits until each call was told of to its agent.
func (c *crowd) delivered(calls int) {
	patience := time.NewTimer(2 * time.Minute)
	defer patience.Stop()
	for len(c.told) < calls {
		select {
		case r := <-c.rings:
			c.tells(r)
		case <-patience.C:
			c.t.Fatalf("%d of %d calls were told of", len(c.told), calls)
		}
	}
}

// slowAreEnded waits until so many that do not read were ended.
func (c *crowd) slowAreEnded(n int64) {
	patience := time.NewTimer(2 * time.Minute)
	defer patience.Stop()
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for c.g.counts.byCode()[message.CodeSlow] < n || c.slow.Load() < n {
		select {
		case <-look.C:
		case <-patience.C:
			c.t.Fatalf("%d browsers that do not read were ended (%v), want %d", c.slow.Load(), c.g.counts.byCode(), n)
		}
	}
}

func inHeap() uint64 {
	var memory runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&memory)
	return memory.HeapAlloc
}
