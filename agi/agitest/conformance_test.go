package agitest_test

import (
	"context"
	"io"
	"net"
	"testing"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
)

// stream is the transport of agi.Stream between two ends of a connection.
func stream(t *testing.T, ours, asterisk net.Conn, handler agi.Handler) agitest.Peer {
	done := make(chan struct{})
	// Ends when handler has returned.
	go func() {
		defer close(done)
		stream := agi.NewStream(ours, ours)
		env, err := stream.ReadEnv()
		if err != nil {
			t.Error(err)
			return
		}
		_ = agi.Serve(context.Background(), stream, env, handler, nil) // the handler knows what it expects
		_ = ours.Close()
		stream.Wait()
	}()
	t.Cleanup(func() { <-done })
	if _, err := io.WriteString(asterisk, "agi_request: test\nagi_version: 22.10.1\n\n"); err != nil {
		t.Fatal(err)
	}
	return agitest.NewPeer(asterisk)
}

func TestStreamOverPipe(t *testing.T) {
	agitest.TestConn(t, func(t *testing.T, handler agi.Handler) agitest.Peer {
		ours, asterisk := net.Pipe()
		return stream(t, ours, asterisk, handler)
	}, nil)
}

func TestStreamOverTCP(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	agitest.TestConn(t, func(t *testing.T, handler agi.Handler) agitest.Peer {
		asterisk, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		ours, err := listener.Accept()
		if err != nil {
			t.Fatal(err)
		}
		return stream(t, ours, asterisk, handler)
	}, nil)
}
