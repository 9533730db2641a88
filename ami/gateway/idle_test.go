package gateway

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"testing"
)

// A client that does nothing takes at most 40 KiB of heap and stacks, what the test's own end of its connection takes included.
func TestIdleClients(t *testing.T) {
	for name, connect := range map[string]func(*edge) io.Closer{
		"socket": func(e *edge) io.Closer {
			b := e.socket(e.header("100"))
			b.send(hello())
			b.welcomed()
			return b.conn
		},
		"stream": (*edge).bareStream,
	} {
		t.Run(name, func(t *testing.T) {
			const clients, most = 300, 40 << 10
			e := newEdge(t, func(c *Config) {
				c.Address, c.MaxConnections = func(*http.Request) string { return "" }, clients
			})
			e.ring("100", "1", "5550001")
			connect(e)
			before := inUse()
			all := make([]io.Closer, clients-1)
			for i := range all {
				all[i] = connect(e)
			}
			each := (inUse() - before) / int64(len(all))
			t.Logf("%d bytes of heap and stacks for an idle client", each)
			if each > most {
				t.Errorf("an idle client takes %d bytes, want at most %d", each, most)
			}
			for _, c := range all {
				c.Close()
			}
		})
	}
}

// bareStream is an event stream whose client has no buffers and no goroutines.
func (e *edge) bareStream() io.Closer {
	conn, err := net.Dial("tcp", e.host)
	if err != nil {
		e.t.Fatal(err)
	}
	body := encoded(hello())
	fmt.Fprintf(conn, "POST /stream HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nUser: 100\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", e.host, e.page, len(body), body)
	for part := make([]byte, 1<<10); !bytes.Contains(part, []byte(`"update"`)); {
		n, err := conn.Read(part[:cap(part)])
		if part = part[:n]; err != nil {
			e.t.Fatal(err)
		}
	}
	return conn
}

// inUse is the heap and the stacks of this process.
func inUse() int64 {
	for range 4 {
		runtime.GC() // stacks shrink by half each time
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}
