package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

// tabs are the clients of the process of the browsers.
type tabs struct {
	address string
	all     []*tab
	updates atomic.Int64
	bytes   atomic.Int64
	changed atomic.Int64
	closed  atomic.Int64

	cpu time.Duration // that the process had used before what is counted

	mu     sync.Mutex // guards all below
	waits  int64      // how many updates are awaited
	there  chan struct{}
	delays []float64
}

// tab is a client. It is of one goroutine after another.
type tab struct {
	*tabs
	user     int
	conn     *websocket.Conn
	instance string
	revision uint64
	current  uint64 // it lacks nothing once it has this one
	resumed  bool
	has      map[string]uint64 // revisions of objects, if they are weighed
	rang     int64             // the last call
	done     chan struct{}     // closed when its goroutine has ended
}

// atOnce is how many clients connect at the same time.
const atOnce = 16

const awaitTimeout = 20 * time.Second

func (t *tabs) do(command string) (c counted, err error) {
	var word string
	var a, b, weighs int
	_, _ = fmt.Sscan(command, &word, &a, &b, &weighs) // the last ones are not there always
	switch word {
	case "open":
		for user := a; user < b; user++ {
			next := &tab{tabs: t, user: user}
			if weighs > 0 {
				next.has = make(map[string]uint64)
			}
			t.all = append(t.all, next)
		}
		err = t.connect(t.all[len(t.all)-(b-a):])
		t.updates.Store(0)
	case "resume":
		err = t.connect(t.all)
	case "await":
		want := int64(a) * int64(len(t.all))
		select {
		case <-t.awaits(want):
		case <-time.After(awaitTimeout):
			err = fmt.Errorf("%d updates came of %d", t.updates.Load(), want)
		}
	case "drop":
		for _, tab := range t.all {
			tab.conn.Close()
			<-tab.done
		}
	case "begin":
		t.mu.Lock()
		t.delays = nil
		t.mu.Unlock()
		for _, n := range []*atomic.Int64{&t.updates, &t.bytes, &t.changed, &t.closed} {
			n.Store(0)
		}
		t.cpu, err = cpuTime()
	case "report":
		c = t.report()
		var cpu time.Duration
		cpu, err = cpuTime()
		c.CPU = float64(cpu - t.cpu)
	}
	return c, err
}

func (t *tabs) report() counted {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := counted{Updates: t.updates.Load(), Bytes: t.bytes.Load(), Changed: t.changed.Load(), Closed: t.closed.Load(), Delays: t.delays}
	for _, tab := range t.all {
		if tab.resumed {
			c.Resumed++
		}
	}
	return c
}

// connect connects clients until each is current.
func (t *tabs) connect(all []*tab) error {
	var running sync.WaitGroup
	todo, failed := make(chan *tab, len(all)), make(chan error, len(all))
	for _, tab := range all {
		todo <- tab
	}
	close(todo)
	for range atOnce {
		// Ends when all are connected.
		running.Go(func() {
			for tab := range todo {
				if err := tab.connect(); err != nil {
					failed <- err
				}
			}
		})
	}
	running.Wait()
	select {
	case err := <-failed:
		return err
	default:
		return nil
	}
}

// awaits returns what is closed once there were so many updates.
func (t *tabs) awaits(updates int64) <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	there := make(chan struct{})
	t.waits, t.there = updates, there
	t.arrived()
	return there
}

// arrived tells who waits. The caller holds mu.
func (t *tabs) arrived() {
	if t.there != nil && t.updates.Load() >= t.waits {
		close(t.there)
		t.there = nil
	}
}

// weighed is a connection that counts what it reads.
type weighed struct {
	net.Conn
	bytes *atomic.Int64
}

func (w weighed) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	w.bytes.Add(int64(n))
	return n, err
}

func (t *tab) connect() error {
	dialer := websocket.Dialer{HandshakeTimeout: jobTimeout, ReadBufferSize: 1024, WriteBufferSize: 256, NetDial: func(network, address string) (net.Conn, error) {
		conn, err := net.Dial(network, address)
		return weighed{conn, &t.bytes}, err
	}}
	conn, answer, err := dialer.Dial("ws://"+t.address+"/socket", http.Header{"Origin": {"http://" + t.address}, "User": {strconv.Itoa(t.user)}})
	if err != nil {
		if answer != nil {
			err = fmt.Errorf("%w: %s", err, answer.Status)
		}
		return err
	}
	t.conn = conn
	err = conn.WriteJSON(message.Hello{Type: "hello", Versions: []int{message.Version}, Instance: t.instance, Revision: t.revision})
	for whole := false; err == nil && !whole; {
		whole, err = t.read()
	}
	if err != nil {
		return err
	}
	t.done = make(chan struct{})
	// Ends with the connection.
	go func() {
		defer close(t.done)
		for err := error(nil); err == nil; {
			_, err = t.read()
			if websocket.IsCloseError(err, 1001, 4001, 4003, 4400, 4408, 4429) || websocket.IsUnexpectedCloseError(err) {
				t.closed.Add(1)
			}
		}
	}()
	return nil
}

// fromGateway is a message of the gateway.
type fromGateway struct {
	Type     string
	Instance string
	Revision uint64
	Resumed  bool
	Put      []json.RawMessage
	Delete   []string
	More     bool
	Reason   string
}

// decode reads a message. Of an Update whose objects are not weighed it reads the first and last fields, and who calls, for 2,000 clients share a
// processor.
func (t *tab) decode(data []byte) (m fromGateway, err error) {
	begin := []byte(`{"type":"update","revision":`)
	if t.has != nil || !bytes.HasPrefix(data, begin) {
		err = json.Unmarshal(data, &m)
		return m, err
	}
	if t.user < agentPhones { // supervisors have a time between two Updates
		t.rings(data)
	}
	m.Type, m.More = "update", bytes.HasSuffix(data, []byte(`"more":true}`))
	for _, digit := range data[len(begin):] {
		if digit < '0' || digit > '9' {
			break
		}
		m.Revision = 10*m.Revision + uint64(digit-'0')
	}
	return m, nil
}

// read takes a message, and reports whether the client is current.
func (t *tab) read() (current bool, err error) {
	_, r, err := t.conn.NextReader()
	if err != nil {
		return false, err
	}
	buffer := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buffer)
	buffer.Reset()
	if _, err := buffer.ReadFrom(r); err != nil {
		return false, err
	}
	m, err := t.decode(buffer.Bytes())
	if err != nil {
		return false, err
	}
	switch m.Type {
	case "welcome", "reset":
		t.instance, t.current, t.resumed = m.Instance, m.Revision, m.Resumed
		return m.Resumed && t.revision >= m.Revision, nil
	case "closing":
		return false, fmt.Errorf("closing: %s", m.Reason)
	case "update":
		for _, o := range m.Put {
			t.takes(o)
		}
		for _, key := range m.Delete {
			t.changed.Add(int64(len(key)))
			delete(t.has, key)
		}
		t.revision = m.Revision
		t.updates.Add(1)
		t.mu.Lock()
		t.arrived()
		t.mu.Unlock()
	}
	return m.Type == "update" && !m.More && t.revision >= t.current, nil
}

// buffers are for messages that are being read.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// takes takes an object.
func (t *tab) takes(data []byte) {
	var o struct {
		Key      string
		Revision uint64
	}
	_ = json.Unmarshal(data, &o) // what has no key counts as new
	if t.has != nil && t.has[o.Key] != o.Revision {
		t.has[o.Key] = o.Revision
		t.changed.Add(int64(len(data)))
	}
}

// rings notes how long ago the calls began that the client's phone has in an Update.
func (t *tab) rings(data []byte) {
	for {
		_, party, ok := bytes.Cut(data, []byte(`"kind":"party"`))
		if !ok {
			return
		}
		data = party
		party, _, _ = bytes.Cut(party, []byte(`"kind":"`))
		_, caller, ok := bytes.Cut(party, []byte(`"name":"at `))
		if !ok {
			continue
		}
		digits, _, _ := strings.Cut(string(caller[:min(len(caller), 24)]), `"`)
		if at, _ := strconv.ParseInt(digits, 10, 64); at > t.rang {
			t.rang = at
			t.mu.Lock()
			t.delays = append(t.delays, float64(time.Since(time.Unix(0, at))))
			t.mu.Unlock()
		}
	}
}

// share is the least value that so large a part of all is not above.
func share(values []float64, part float64) float64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[min(len(values)-1, int(part*float64(len(values))))]
}
