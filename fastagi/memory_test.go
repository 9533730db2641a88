package fastagi_test

import (
	"context"
	"net"
	"sync/atomic"
	"testing"

	"github.com/asterisk-go/asterisk-go/agi/agitest"
	"github.com/asterisk-go/asterisk-go/fastagi"
)

// memory is a listener that works in a synctest bubble.
type memory struct {
	conns  chan net.Conn
	errs   chan error // what Accept returns instead
	closed chan struct{}
	closes atomic.Int32
}

func newMemory() *memory {
	return &memory{conns: make(chan net.Conn), errs: make(chan error, 100), closed: make(chan struct{})}
}

func (m *memory) Accept() (net.Conn, error) {
	select {
	case err := <-m.errs:
		return nil, err
	default:
	}
	select {
	case conn := <-m.conns:
		return conn, nil
	case <-m.closed:
		return nil, net.ErrClosed
	}
}

func (m *memory) Close() error {
	if m.closes.Add(1) > 1 {
		return net.ErrClosed
	}
	close(m.closed)
	return nil
}

func (m *memory) Addr() net.Addr { return &net.UnixAddr{Name: "memory", Net: "memory"} }

// dial connects as Asterisk does. What it returns is closed with the test.
func (m *memory) dial(t *testing.T) net.Conn {
	t.Helper()
	asterisk, ours := net.Pipe()
	m.conns <- ours
	t.Cleanup(func() { _ = asterisk.Close() })
	return asterisk
}

// serve runs server in memory until the test ends.
func serve(t *testing.T, server *fastagi.Server) *memory {
	t.Helper()
	m := newMemory()
	served := make(chan error, 1)
	// Ends with the server.
	go func() { served <- server.Serve(m) }()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Errorf("Close() = %v", err)
		}
		if err := server.Shutdown(context.Background()); err != nil {
			t.Errorf("Shutdown() = %v", err)
		}
		if err := <-served; err != fastagi.ErrServerClosed {
			t.Errorf("Serve() = %v, want %v", err, fastagi.ErrServerClosed)
		}
	})
	return m
}

// call makes an automatic call.
func (m *memory) call(t *testing.T, script string) *agitest.Call {
	t.Helper()
	return agitest.New(t, m.dial(t), &agitest.Config{Script: script, Automatic: true})
}
