package fastagi_test

import (
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/fastagi"
)

// strangers connect to address, and stay until the test ends.
func strangers(t *testing.T, address string, n int, text string) {
	t.Helper()
	for range n {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close() })
		_ = conn.SetWriteDeadline(time.Now().Add(time.Second))
		_, _ = io.WriteString(conn, text) // the server may have had enough of it
	}
}

func TestLiveStrangersDoNotDelayCalls(t *testing.T) {
	onAsterisk(t, func(t *testing.T, p *pbx) {
		url := open(t, &fastagi.Server{Handler: agi.HandlerFunc(noop), MaxSessions: 10})
		address := strings.TrimPrefix(url, "agi://")
		alone := slowest(t, p, url)
		strangers(t, address, 500, "")
		for range 100 {
			conn, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			_ = conn.Close()
		}
		strangers(t, address, 20, "GET / HTTP/1.1\r\nHost: pbx\r\n\r\n")
		strangers(t, address, 20, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"+strings.Repeat("\x00\xff", 250))
		strangers(t, address, 20, strings.Repeat("\x00garbage\xff", 100))
		strangers(t, address, 20, strings.Repeat("x", 1<<20))
		strangers(t, address, 20, strings.Repeat("agi_arg_1: "+strings.Repeat("y", 1000)+"\n", 1000))
		strangers(t, address, 20, "no call\n\n")
		crowded := slowest(t, p, url)
		t.Logf("Asterisk %s: the slowest of 5 calls took %v, among strangers %v", p.Asterisk(), alone, crowded)
		if crowded > alone+time.Second {
			t.Errorf("a call took %v among strangers, %v alone", crowded, alone)
		}
	})
}

func slowest(t *testing.T, p *pbx, url string) time.Duration {
	t.Helper()
	var took []time.Duration
	for range 5 {
		began := time.Now()
		if got := p.call(t, url); got.status != "SUCCESS" {
			t.Errorf("%+v, want SUCCESS", got)
		}
		took = append(took, time.Since(began).Round(time.Millisecond))
	}
	return slices.Max(took)
}
