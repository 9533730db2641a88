package amitest_test

import (
	"context"
	"errors"
	"io"
	"net"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

func dialTCP(t *testing.T, srv *amitest.Server) *client {
	t.Helper()
	var d net.Dialer
	conn, err := d.DialContext(t.Context(), "tcp", srv.Addr())
	if err != nil {
		t.Fatal(err)
	}
	return newClient(t, conn)
}

func TestListenServesTCP(t *testing.T) {
	srv, err := amitest.Listen(nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		c := dialTCP(t, srv)
		c.line("Asterisk Call Manager/11.0.0")
		c.send("Action: Logoff")
		c.want("Response: Goodbye", "Message: Thanks for all the fish.")
		c.wantEnd(io.EOF)
	}
	c := dialTCP(t, srv)
	c.line("Asterisk Call Manager/11.0.0")
	if got := srv.Connections(); got != 3 {
		t.Errorf("Connections() = %d, want 3", got)
	}
	if err := srv.Close(); err != nil {
		t.Error(err)
	}
	c.wantEnd(io.EOF)
	if conn, err := net.Dial("tcp", srv.Addr()); err == nil {
		_ = conn.Close()
		t.Error("connected after Close")
	}
}

func TestServeTakesAListener(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := amitest.NewServer(nil)
	served := make(chan error, 1)
	go func() { served <- srv.Serve(listener) }()
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	newClient(t, conn).line("Asterisk Call Manager/11.0.0")
	if srv.Addr() != listener.Addr().String() {
		t.Errorf("Addr() = %s, want %s", srv.Addr(), listener.Addr())
	}
	_ = srv.Close()
	if err := <-served; !errors.Is(err, net.ErrClosed) {
		t.Errorf("Serve() = %v, want %v", err, net.ErrClosed)
	}
	if err := srv.Serve(listener); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Serve() after Close = %v, want %v", err, net.ErrClosed)
	}
}

func TestDialAfterCloseIsRefused(t *testing.T) {
	srv := amitest.NewServer(nil)
	_ = srv.Close()
	_ = srv.Close()
	if _, err := srv.Dial(t.Context(), "tcp", "x:1"); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("Dial() = %v, want %v", err, syscall.ECONNREFUSED)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := srv.Dial(ctx, "tcp", "x:1"); !errors.Is(err, context.Canceled) {
		t.Errorf("Dial(cancelled) = %v, want %v", err, context.Canceled)
	}
}

func TestCloseEndsScriptsAndIsNoFailure(t *testing.T) {
	srv := amitest.NewServer(func(p *amitest.Peer) {
		switch p.Number() {
		case 1:
			p.Expect("Never")
		case 2:
			<-p.Context().Done()
		case 3:
			p.Stall()
			p.Write("stuck")
		default:
			p.Login()
		}
	})
	for range 4 {
		dial(t, srv)
	}
	if err := srv.Close(); err != nil {
		t.Errorf("Close() = %v", err)
	}
}

func TestFatalfKeepsTheFirstFailure(t *testing.T) {
	srv := amitest.NewServer(func(p *amitest.Peer) { p.Fatalf("no %w today", io.ErrNoProgress) })
	for range 2 {
		c := dial(t, srv)
		c.wantEnd(io.EOF)
	}
	err := srv.Close()
	if !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("Close() = %v, want it to wrap %v", err, io.ErrNoProgress)
	}
}

// A whole conversation in a bubble: an hour of pings costs no time.
func TestServerInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := loggedIn(t, amitest.Start(t, nil))
		start := time.Now()
		for range 60 {
			c.send("Action: Ping")
			if got := c.next().Get("Ping"); got != "Pong" {
				t.Fatalf("Ping: %q", got)
			}
			<-time.After(time.Minute)
		}
		if took := time.Since(start); took != time.Hour {
			t.Errorf("took %v, want 1h", took)
		}
	})
}
