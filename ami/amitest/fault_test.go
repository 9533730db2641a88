package amitest_test

import (
	"errors"
	"io"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

func TestCutAfterCountsBytes(t *testing.T) {
	for n, want := range map[int]string{0: "", 1: "0", 5: "01234", 10: "0123456789", 11: "0123456789a"} {
		srv := amitest.Start(t, func(p *amitest.Peer) {
			p.CutAfter(n)
			p.Write("01234")
			p.WriteChunks("56789", 2)
			p.Write("abc")
			<-p.Context().Done()
		})
		c := dial(t, srv)
		if got, err := io.ReadAll(c.conn); string(got) != want || err != nil {
			t.Errorf("CutAfter(%d): read %q, %v, want %q", n, got, err, want)
		}
	}
}

func TestWriteAfterCutDoesNothing(t *testing.T) {
	srv := amitest.Start(t, func(p *amitest.Peer) {
		p.Cut()
		p.Write("lost")
		p.Cut()
		if _, err := p.Next(); err == nil {
			t.Error("Next after Cut succeeded")
		}
		p.Serve()
		p.Login()
		t.Error("Login returned on a dead connection")
	})
	if text, err := io.ReadAll(dial(t, srv).conn); len(text) > 0 || err != nil {
		t.Errorf("read %q, %v", text, err)
	}
}

func TestReset(t *testing.T) {
	tcp, err := amitest.Listen(resetting)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tcp.Close() })
	for name, c := range map[string]*client{"memory": dial(t, amitest.Start(t, resetting)), "TCP": dialTCP(t, tcp)} {
		c.send("Action: Ping")
		if line, err := c.reader.Line(); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("%s: Line() = %q, %v, want %v", name, line, err, syscall.ECONNRESET)
		}
	}
}

func resetting(p *amitest.Peer) {
	_, _ = p.Next()
	p.Write("half a line")
	p.Reset()
}

func TestStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		peers := make(chan *amitest.Peer, 1)
		srv := amitest.Start(t, func(p *amitest.Peer) {
			p.Login()
			peers <- p
			p.Serve()
		})
		c := loggedIn(t, srv)
		p := <-peers
		p.Stall()
		p.Stall()
		c.send("Action: Ping", "ActionID: 1")
		// Emit waits in the stalled Peer until Resume.
		go p.Emit("Event", "Late")
		_ = c.conn.SetReadDeadline(time.Now().Add(time.Hour))
		if n, err := c.conn.Read(make([]byte, 1)); err == nil {
			t.Fatalf("read %d bytes of a stalled manager", n)
		}
		_ = c.conn.SetReadDeadline(time.Time{})
		p.Resume()
		p.Resume()
		got := map[string]bool{}
		for range 2 {
			f := c.next()
			got[f.Get("Event")+f.Get("Ping")] = true
		}
		if !got["Late"] || !got["Pong"] {
			t.Errorf("after Resume came %v", got)
		}
	})
}

func TestStalledClientBlocksWhenTheBufferIsFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := amitest.NewServer(func(p *amitest.Peer) {
			p.Stall()
			p.Serve()
		})
		srv.Buffer = 16
		c := dial(t, srv)
		_ = c.conn.SetWriteDeadline(time.Now().Add(time.Minute))
		if n, err := io.WriteString(c.conn, "Action: Ping\r\n\r\nAction: Ping\r\n\r\n"); n != 16 || err == nil {
			t.Errorf("Write() = %d, %v, want 16 and a timeout", n, err)
		}
		if err := srv.Close(); err != nil { // frees the stalled script
			t.Error(err)
		}
	})
}
