package gateway

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/gorilla/websocket"
)

// discarding is a connection that takes all that is written to it.
type discarding struct{ net.Conn }

func (discarding) Write(b []byte) (int, error)      { return len(b), nil }
func (discarding) SetDeadline(time.Time) error      { return nil }
func (discarding) SetWriteDeadline(time.Time) error { return nil }
func (discarding) Close() error                     { return nil }

// hijacked is an answer whose connection discards.
type hijacked struct{ http.ResponseWriter }

func (hijacked) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	c := discarding{}
	return c, bufio.NewReadWriter(bufio.NewReader(c), bufio.NewWriter(c)), nil
}

func sockets(b *testing.B, n int) (all []*websocket.Conn) {
	b.Helper()
	r := httptest.NewRequest("GET", "/", nil)
	for name, value := range map[string]string{"Connection": "upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="} {
		r.Header.Set(name, value)
	}
	for range n {
		c, err := new(websocket.Upgrader).Upgrade(hijacked{httptest.NewRecorder()}, r, nil)
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, c)
	}
	return all
}

// BenchmarkFanOut sends one change to 1,000 clients of one view, and beside it the same prepared message to as many that discard it. The
// ratio is what the gateway itself takes of it.
func BenchmarkFanOut(b *testing.B) {
	const clients = 1000
	s := newState(&Config{Servers: []Server{{}}})
	p := s.servers[0]
	v := viewOf(b, s, Rights{Queues: []Ref{{Name: All}}})
	viewOf(b, s, Rights{Queues: []Ref{{Name: All}}}) // of another user
	conns := sockets(b, clients)
	cursors := make([]*cursor, clients)
	for i := range cursors {
		cursors[i], _ = v.cursor("", 0)
		cursors[i].next(time.Now())
	}
	write := func(c *websocket.Conn, message *websocket.PreparedMessage) {
		if err := c.WritePreparedMessage(message); err != nil {
			b.Fatal(err)
		}
	}
	var ours, theirs time.Duration
	n := 0
	for b.Loop() {
		n++
		began := time.Now()
		s.apply(p, []live.Change{live.Changed[live.Queue]{Kind: live.KindUpdated, After: &live.Queue{Name: "desk", Counts: live.QueueCounts{Joined: n}}}})
		var same *frame
		for i, c := range cursors {
			f, _, _ := c.next(began)
			message, err := f.prepared()
			if err != nil {
				b.Fatal(err)
			}
			same = f
			write(conns[i], message)
		}
		between := time.Now()
		for _, c := range conns {
			write(c, same.message)
		}
		ours, theirs = ours+between.Sub(began), theirs+time.Since(between)
	}
	b.ReportMetric(float64(ours.Nanoseconds())/float64(n*clients), "ns/client")
	b.ReportMetric(float64(ours)/float64(theirs), "x-prepared")
}

// BenchmarkIdleCursors has 2,000 clients, each with a view of its own and a call in it.
func BenchmarkIdleCursors(b *testing.B) {
	for b.Loop() {
		const clients = 2000
		s := newState(&Config{Servers: []Server{{}}})
		var changes []live.Change
		for i := range clients {
			changes = append(changes, callOf(talk(fmt.Sprint("c", i), fmt.Sprint(i), "trunk")))
		}
		s.apply(s.servers[0], changes)
		before := heapBytes()
		all := make([]*cursor, clients)
		for i := range all {
			all[i], _ = viewOf(b, s, Rights{Own: []Ref{{Name: fmt.Sprintf("PJSIP/%d", i)}}}).cursor("", 0)
			f, _, _ := all[i].next(time.Now())
			f.data()
		}
		b.ReportMetric(float64(heapBytes()-before)/clients, "B/client")
		runtime.KeepAlive(all)
	}
}

func heapBytes() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
