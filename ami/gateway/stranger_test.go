package gateway

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

// pending sends the beginning of a request, from an address.
func (m *memory) pending(t *testing.T, e *edge, address, method, path, more string) net.Conn {
	t.Helper()
	conn, _ := m.dial(t.Context(), "", "")
	t.Cleanup(func() { conn.Close() })
	fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: %s\r\nAddress: %s\r\nContent-Type: application/json\r\n%s", method, path, e.page, address, more)
	return conn
}

const slowBody = "Content-Length: 30\r\n\r\n{"

// status is that of the answer.
func status(t *testing.T, conn net.Conn) int {
	t.Helper()
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer.StatusCode
}

// Who has not said who they are have a number that they can be at once, whatever they ask for: of one address, and in all. The
// rest is refused soon, and nobody else notices.
func TestStrangersAreCounted(t *testing.T) {
	var asked chan struct{}
	timed(t, 0, func(c *Config) {
		asked = make(chan struct{})
		c.Address = func(r *http.Request) string { return r.Header.Get("Address") }
		c.Authenticate = func(r *http.Request) (User, error) {
			if r.Header.Get("User") == "" {
				<-asked
			}
			return byHeader(r)
		}
	}, func(t *testing.T, e *edge, m *memory) {
		const most = 2 * maxStrangersOfOne
		e.g.strangers.total = most // the real one takes seconds
		count := func(want int) {
			t.Helper()
			synctest.Wait()
			if n := e.g.strangers.len(); n != want {
				t.Fatalf("%d strangers are counted, want %d", n, want)
			}
		}
		for range maxStrangersOfOne / 4 {
			m.pending(t, e, "192.0.2.1", "POST", "/action", slowBody)
			m.pending(t, e, "192.0.2.1", "POST", "/stream", slowBody)
			m.pending(t, e, "192.0.2.1", "GET", "/stats", "\r\n")
			m.pending(t, e, "192.0.2.1", "GET", "/socket", "Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
		}
		count(maxStrangersOfOne)
		began := time.Now()
		for _, path := range []string{"/action", "/stream"} {
			if got := status(t, m.pending(t, e, "192.0.2.1", "POST", path, slowBody)); got != http.StatusTooManyRequests {
				t.Errorf("one too many at %s is answered with %d", path, got)
			}
		}
		if got := status(t, m.pending(t, e, "192.0.2.1", "GET", "/stats", "\r\n")); got != http.StatusTooManyRequests {
			t.Errorf("one too many is answered with %d", got)
		}
		if took := time.Since(began); took > 2*closeTimeout {
			t.Errorf("they were answered after %v", took)
		}
		count(maxStrangersOfOne)
		var others []net.Conn
		for i := range most - maxStrangersOfOne {
			others = append(others, m.pending(t, e, fmt.Sprintf("198.51.100.%d", i%200), "POST", "/action", slowBody))
		}
		count(most)
		if got := status(t, m.pending(t, e, "203.0.113.1", "POST", "/action", slowBody)); got != http.StatusTooManyRequests {
			t.Errorf("one too many in all is answered with %d", got)
		}
		for _, conn := range others[:2] {
			conn.Close()
		}
		synctest.Wait()
		b := m.stream(t, e, "100", bodyOf(hello()))
		b.welcomed()
		<-time.After(helloTimeout)
		close(asked)
		count(0)
		if n := len(e.g.strangers.addresses); n != 0 {
			t.Errorf("%d addresses are remembered", n)
		}
	})
}

// A body that nobody reads holds no connection for long, whatever is wrong with the request.
func TestBodyOfNoUse(t *testing.T) {
	timed(t, 0, nil, func(t *testing.T, e *edge, m *memory) {
		for text, want := range map[string]int{
			"POST /action HTTP/1.1\r\nHost: evil.example\r\n":                                                             http.StatusMisdirectedRequest,
			"POST /action HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://evil.example\r\n":                                 http.StatusForbidden,
			"POST /action HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://127.0.0.1\r\nContent-Type: text/plain\r\n":        http.StatusUnsupportedMediaType,
			"POST /nothing HTTP/1.1\r\nHost: 127.0.0.1\r\n":                                                               http.StatusNotFound,
			"POST /socket HTTP/1.1\r\nHost: 127.0.0.1\r\n":                                                                http.StatusMethodNotAllowed,
			"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n":                                                                http.StatusOK,
			"GET /stats HTTP/1.1\r\nHost: 127.0.0.1\r\n":                                                                  http.StatusUnauthorized,
			"OPTIONS /action HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://127.0.0.1\r\nAccess-Control-Request-Method: X": http.StatusNoContent,
		} {
			began := time.Now()
			conn, _ := m.dial(t.Context(), "", "")
			fmt.Fprint(conn, strings.TrimSuffix(text, "\r\n")+"\r\n"+slowBody)
			if got := status(t, conn); got != want {
				t.Errorf("%q is answered with %d, want %d", text, got, want)
			}
			_, _ = conn.Read(make([]byte, 1))
			if took := time.Since(began); took > 2*closeTimeout {
				t.Errorf("%q had its connection for %v", text, took)
			}
			conn.Close()
		}
	})
}

// An answer that comes by a connection that is kept does not have the deadline of the request before.
func TestDeadlineOfABodyIsOver(t *testing.T) {
	timed(t, 0, nil, func(t *testing.T, e *edge, m *memory) {
		client := &http.Client{Transport: &http.Transport{DialContext: m.dial, MaxConnsPerHost: 1}}
		defer client.CloseIdleConnections()
		for range 3 {
			r, _ := http.NewRequest(http.MethodPost, "http://127.0.0.1/action", strings.NewReader(string(encoded(message.Action{Type: "action", ID: "dial-0001", Action: message.NameDial}))))
			r.Header = e.header("100", "Content-Type", "application/json")
			answer, err := client.Do(r)
			if err != nil || answer.StatusCode != http.StatusOK {
				t.Fatalf("an action is answered with %v, %v", answer, err)
			}
			answer.Body.Close()
			<-time.After(3 * time.Second)
		}
	})
}
