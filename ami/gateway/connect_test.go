package gateway

import (
	"net/http"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

// connect connects by each of the transports.
func eachTransport(t *testing.T, test func(t *testing.T, connect func(e *edge, h http.Header, hello message.Hello) *visitor)) {
	t.Run("socket", func(t *testing.T) {
		test(t, func(e *edge, h http.Header, hello message.Hello) *visitor {
			b := e.socket(h)
			b.send(hello)
			return b
		})
	})
	t.Run("stream", func(t *testing.T) {
		test(t, func(e *edge, h http.Header, hello message.Hello) *visitor { return e.stream(h, hello) })
	})
}

// A user sees the own phone ring, and nobody else's; a client that comes back goes on where it was.
func TestConnect(t *testing.T) {
	eachTransport(t, func(t *testing.T, connect func(*edge, http.Header, message.Hello) *visitor) {
		e := newEdge(t, nil)
		b := connect(e, e.header("100"), hello())
		welcome, snapshot := b.welcomed()
		if welcome.User != "100" || welcome.Resumed || welcome.Version != 1 || welcome.Instance == "" || !has(snapshot, message.KindSelf, "key") && len(snapshot.Put) == 0 {
			t.Errorf("it begins with %+v, %+v", welcome, snapshot)
		}
		e.ring("101", "1", "5550001")
		e.ring("100", "2", "5550002")
		ring := b.until(func(m received) bool { return m.Type == "update" && len(m.Put) > 0 })
		if !has(ring, message.KindParty, "PJSIP/100") || has(ring, message.KindParty, "PJSIP/101") {
			t.Errorf("the phone rings: %+v", ring)
		}
		again := hello()
		again.Instance, again.Revision = welcome.Instance, ring.Revision
		e.ring("100", "4", "5550004")
		missed := b.until(func(m received) bool { return has(m, message.KindParty, "PJSIP/100") })
		b = connect(e, e.header("100"), again)
		if m := b.read(); m.Type != "welcome" || !m.Resumed || m.Instance != welcome.Instance || m.Revision != missed.Revision {
			t.Fatalf("the second connection begins with %+v, want revision %d", m, missed.Revision)
		}
		if m := b.read(); m.Revision != missed.Revision || !has(m, message.KindParty, "PJSIP/100") || has(m, message.KindSelf, "key") {
			t.Errorf("what was missed is %+v, want %+v", m, missed)
		}
		e.ring("100", "3", "5550003")
		if m := b.until(func(m received) bool { return len(m.Put) > 0 }); !has(m, message.KindParty, "PJSIP/100") || m.Revision <= ring.Revision {
			t.Errorf("it goes on with %+v", m)
		}
		again.Instance = "another"
		b = connect(e, e.header("100"), again)
		if welcome, snapshot := b.welcomed(); welcome.Resumed || !has(snapshot, message.KindParty, "PJSIP/100") {
			t.Errorf("without a known place it begins with %+v, %+v", welcome, snapshot)
		}
	})
}
