package fastagi_test

import (
	"errors"
	"net"
	"syscall"
	"testing"

	"github.com/asterisk-go/asterisk-go/fastagi"
)

// A socket that does not listen any more is the listener's end, though nobody
// has closed the listener.
func TestServeEndsWithItsSocket(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	socket, err := listener.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	server := &fastagi.Server{}
	served := make(chan error, 1)
	// Ends with the socket.
	go func() { served <- server.Serve(listener) }()
	if err := syscall.Shutdown(int(socket.Fd()), syscall.SHUT_RDWR); err != nil {
		t.Fatal(err)
	}
	if err := <-served; !errors.Is(err, syscall.EINVAL) {
		t.Errorf("Serve() = %v, want %v", err, syscall.EINVAL)
	}
	finish(t, server)
}
