package gateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// attack is what a client sends, before or after its Hello, and the codes that it may be closed with.
type attack struct {
	name  string
	early bool
	raw   []byte // bytes of the WebSocket protocol; nil for a message
	kind  int
	data  string
	codes []int
}

const dialAction = `{"type":"action","id":"12345678","action":"dial","number":"1"}`

func attacks() (all []attack) {
	malformed := []int{int(message.CodeMalformed)}
	framing := []int{websocket.CloseProtocolError, int(message.CodeMalformed)}
	for _, early := range []bool{true, false} {
		for name, data := range map[string]string{
			"nothing": "", "no JSON": "{", "a list": "[]", "null": "null", "a number": "1", "a text": `"hello"`, "no type": "{}", "a type that is none": `{"type":1}`,
			"an empty type": `{"type":""}`, "two": `{"type":"hello"}{"type":"hello"}`, "no UTF-8": "{\"type\":\"\xff\"}", "large": `{"type":"` + strings.Repeat("x", message.MaxRequest) + `"}`,
			"deep": strings.Repeat("[", 4000), "versions": `{"type":"hello","versions":"1"}`, "revision": `{"type":"hello","versions":[1],"revision":-1}`,
			"a fraction": `{"type":"hello","versions":[1.5]}`, "on": `{"type":"action","id":"12345678","action":"pause","on":"yes"}`, "id": `{"type":"action","id":7}`,
		} {
			all = append(all, attack{name: name, early: early, kind: websocket.TextMessage, data: data, codes: malformed})
		}
		all = append(all,
			attack{name: "binary", early: early, kind: websocket.BinaryMessage, data: string(encoded(hello())), codes: malformed},
			attack{name: "a reserved bit", early: early, raw: []byte{0xC1, 0x80, 1, 2, 3, 4}, codes: framing},
			attack{name: "not masked", early: early, raw: []byte{0x81, 0x02, '{', '}'}, codes: framing},
			attack{name: "an opcode", early: early, raw: []byte{0x83, 0x80, 1, 2, 3, 4}, codes: framing},
			attack{name: "a continuation of nothing", early: early, raw: []byte{0x80, 0x80, 1, 2, 3, 4}, codes: framing},
			attack{name: "a long ping", early: early, raw: []byte{0x89, 0xFE, 0x01, 0x00, 1, 2, 3, 4}, codes: framing},
			attack{name: "eight exabytes", early: early, raw: []byte{0x81, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4}, codes: nil},
			attack{name: "a negative length", early: early, raw: []byte{0x81, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4}, codes: nil},
			attack{name: "garbage", early: early, raw: []byte("GET / HTTP/1.1\r\n\r\n"), codes: framing},
		)
	}
	return append(all,
		attack{name: "an action first", early: true, kind: websocket.TextMessage, data: dialAction, codes: malformed},
		attack{name: "an unknown type first", early: true, kind: websocket.TextMessage, data: `{"type":"news"}`, codes: malformed},
		attack{name: "a ping first", early: true, kind: websocket.PingMessage, codes: malformed},
		attack{name: "hello again", kind: websocket.TextMessage, data: string(encoded(hello())), codes: malformed},
		attack{name: "a version", early: true, kind: websocket.TextMessage, data: `{"type":"hello","versions":[2]}`, codes: []int{int(message.CodeVersion)}},
		attack{name: "no version", early: true, kind: websocket.TextMessage, data: `{"type":"hello"}`, codes: []int{int(message.CodeVersion)}},
	)
}

// 1,000 malformed, oversized, out-of-order and wrongly typed frames: each connection is closed with a reason, and
// nobody else is affected.
func TestMalformed(t *testing.T) {
	e := newEdge(t, func(c *Config) { c.Address, c.MaxConnections = func(*http.Request) string { return "" }, 100 })
	other := e.socket(e.header("101"))
	other.send(hello())
	other.welcomed()
	all := attacks()
	for len(all) < 1000 {
		all = append(all, all...)
	}
	all = all[:1000]
	rand.Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] })
	work := make(chan attack)
	var workers sync.WaitGroup
	for range 20 {
		workers.Go(func() {
			for a := range work {
				if err := e.suffer(a); err != nil {
					t.Errorf("%s (first: %t): %v", a.name, a.early, err)
				}
			}
		})
	}
	for _, a := range all {
		work <- a
	}
	close(work)
	workers.Wait()
	e.ring("101", "1", "5550001")
	other.until(func(m received) bool { return has(m, message.KindParty, "PJSIP/101") })
	if got := e.g.counts.actions.Load(); got != 0 {
		t.Errorf("%d actions were run", got)
	}
}

// suffer attacks, and returns what is wrong with how it was taken.
func (e *edge) suffer(a attack) error {
	conn, _, err := websocket.DefaultDialer.DialContext(e.ctx, "ws://"+e.host+"/socket", e.header(fmt.Sprintf("u%d", rand.IntN(1000))))
	if err != nil {
		return err
	}
	defer conn.Close()
	deadline, _ := e.ctx.Deadline()
	_ = conn.SetReadDeadline(deadline)
	if !a.early {
		if err := conn.WriteJSON(hello()); err != nil {
			return err
		}
	}
	if a.raw != nil {
		_, err = conn.NetConn().Write(a.raw)
		if a.codes == nil { // what never ends is closed by the client
			return err
		}
	} else {
		err = conn.WriteMessage(a.kind, []byte(a.data))
	}
	if err != nil {
		return err
	}
	for {
		_, data, err := conn.ReadMessage()
		var closed *websocket.CloseError
		switch {
		case err == nil && json.Valid(data):
			continue
		case !errors.As(err, &closed):
			return fmt.Errorf("closed by %w", err)
		}
		for _, code := range a.codes {
			if closed.Code == code && closed.Text != "" {
				return nil
			}
		}
		return fmt.Errorf("closed with %v, want one of %v", closed, a.codes)
	}
}

// A type and fields that are not known are ignored, and too many messages of whatever sort end the connection.
func TestMessages(t *testing.T) {
	e := newEdge(t, nil)
	for user, flood := range map[string]func(c *websocket.Conn) error{
		"1": func(c *websocket.Conn) error {
			return c.WriteMessage(websocket.TextMessage, []byte(`{"type":"news","new":1}`))
		},
		"2": func(c *websocket.Conn) error { return c.WriteControl(websocket.PingMessage, nil, time.Time{}) },
		"3": func(c *websocket.Conn) error { return c.WriteControl(websocket.PongMessage, nil, time.Time{}) },
	} {
		b := e.socket(e.header(user))
		b.send(map[string]any{"type": "hello", "versions": []int{7, 1}, "new": map[string]any{"a": []int{1}}})
		b.welcomed()
		for range 10 {
			if err := flood(b.conn); err != nil {
				t.Fatal(err)
			}
		}
		e.ring(user, user, "5550001")
		b.until(func(m received) bool { return has(m, message.KindParty, "PJSIP/"+user) })
		for range 1000 {
			if err := flood(b.conn); err != nil {
				break // it is closed
			}
		}
		b.closed(message.CodeTooMany)
	}
}

// Thousands of upgrades of one address: so many get through as one may have, and those who say nothing are closed in time.
func TestManyUpgrades(t *testing.T) {
	e := newEdge(t, nil)
	upgrades := 1000
	if lab.Full() {
		upgrades = 10_000
	}
	accepted, refused := 0, 0
	began := time.Now()
	for range upgrades {
		h := e.header("100", "Connection", "Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==",
			"X-Forwarded-For", fmt.Sprint(rand.Uint32())) // nobody is believed
		r, _ := http.NewRequestWithContext(e.ctx, http.MethodGet, e.http.URL+"/socket", nil)
		r.Header = h
		answer, err := e.http.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		switch answer.StatusCode {
		case http.StatusSwitchingProtocols:
			accepted++
			defer answer.Body.Close()
		case http.StatusTooManyRequests:
			refused++
			_, _ = io.Copy(io.Discard, answer.Body)
			answer.Body.Close()
		default:
			t.Fatalf("an upgrade is answered with %d", answer.StatusCode)
		}
	}
	if most := connectionsAtOnce + int(time.Since(began).Seconds()+1)*connectionsPerSecond; accepted < connectionsAtOnce || accepted > most {
		t.Errorf("%d upgrades of %d were accepted, want %d to %d", accepted, upgrades, connectionsAtOnce, most)
	}
	if n := e.g.strangers.len(); n > accepted {
		t.Errorf("%d connections have not said hello", n)
	}
}

// The table of addresses is bounded; who does not fit into it shares one limit.
func TestAddresses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // no time passes, in which addresses could be forgotten
		a := newAddresses(nil)
		for i := range 2 * maxLimiters {
			a.allow(&http.Request{RemoteAddr: net.JoinHostPort(fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255), "1")})
		}
		if len(a.limiters.known) != maxLimiters {
			t.Errorf("it has %d addresses", len(a.limiters.known))
		}
	})
	for text, want := range map[string]string{
		"192.0.2.1:80": "192.0.2.1", "[2001:db8:1:2:3:4:5:6]:80": "2001:db8:1:2::/64", "[::ffff:192.0.2.1]:80": "192.0.2.1", "192.0.2.1": "192.0.2.1",
		"[fe80::1%eth0]:1": "fe80::/64", "pipe": "pipe",
	} {
		if got := network(text); got != want {
			t.Errorf("the network of %q is %q, want %q", text, got, want)
		}
	}
}

func FuzzRequest(f *testing.F) {
	for _, a := range attacks() {
		f.Add([]byte(a.data))
	}
	f.Add([]byte(dialAction))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, why := readRequest(data)
		if why != nil {
			if why.code != message.CodeMalformed || why.reason == "" || r.hello != nil || r.action != nil {
				t.Errorf("%q is refused with %+v, %+v", data, why, r)
			}
			return
		}
		var fields map[string]json.RawMessage
		if err := json.Unmarshal(data, &fields); err != nil || len(data) > message.MaxRequest || r.hello != nil && r.action != nil {
			t.Fatalf("%q was taken as %+v: %v", data, r, err)
		}
		if r.hello == nil && r.action == nil {
			return
		}
		fields["notKnownToAnybody"] = json.RawMessage(`{"type":[1]}`)
		more, err := json.Marshal(fields)
		if err != nil || len(more) > message.MaxRequest {
			return
		}
		if again, why := readRequest(more); why != nil || (again.hello == nil) != (r.hello == nil) {
			t.Errorf("with another field %q is %+v, %v", more, again, why)
		}
	})
}
