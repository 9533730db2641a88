// Package memconn has connections in memory that behave as TCP does, and work in a bubble of testing/synctest.
package memconn

import (
	"errors"
	"io"
	"net"
	"time"
)

const usualSize = 1 << 20

// Pipe returns both ends of a connection, with room for size unread bytes in each direction; zero or less means 1 MiB. A write waits
// only while that is full, Close lets the other side read what was written before it sees io.EOF, and deadlines work. A read
// never reaches over the border of two writes. Each end is safe for concurrent use.
func Pipe(size int) (client, server *Conn) {
	if size <= 0 {
		size = usualSize
	}
	up, down := newStream(size), newStream(size)
	return &Conn{in: down, out: up, local: ClientAddr, remote: ServerAddr}, &Conn{in: up, out: down, local: ServerAddr, remote: ClientAddr}
}

// Conn is one end of a Pipe.
type Conn struct {
	in, out       *stream
	local, remote Addr
}

// Read implements net.Conn.
func (c *Conn) Read(b []byte) (int, error) {
	n, err := c.in.read(b)
	return n, c.wrap("read", err)
}

// Write implements net.Conn.
func (c *Conn) Write(b []byte) (int, error) {
	n, err := c.out.write(b)
	return n, c.wrap("write", err)
}

// Close implements net.Conn.
func (c *Conn) Close() error {
	c.in.closeRead()
	c.out.closeWrite()
	return nil
}

// Reset is what a TCP RST does: both directions fail, unread bytes are lost.
func (c *Conn) Reset() {
	c.in.cutOff()
	c.out.cutOff()
}

// SetDeadline implements net.Conn.
func (c *Conn) SetDeadline(at time.Time) error {
	c.in.setRead(at)
	c.out.setWrite(at)
	return nil
}

// SetReadDeadline implements net.Conn.
func (c *Conn) SetReadDeadline(at time.Time) error {
	c.in.setRead(at)
	return nil
}

// SetWriteDeadline implements net.Conn.
func (c *Conn) SetWriteDeadline(at time.Time) error {
	c.out.setWrite(at)
	return nil
}

// LocalAddr implements net.Conn.
func (c *Conn) LocalAddr() net.Addr { return c.local }

// RemoteAddr implements net.Conn.
func (c *Conn) RemoteAddr() net.Addr { return c.remote }

func (c *Conn) wrap(op string, err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return err
	}
	return &net.OpError{Op: op, Net: c.local.Network(), Source: c.local, Addr: c.remote, Err: err}
}

// Addr has the form host:port, which some programs take apart.
type Addr string

// The ends of all pipes.
const (
	ClientAddr Addr = "client.amitest:40000"
	ServerAddr Addr = "server.amitest:5038"
)

// Network implements net.Addr.
func (Addr) Network() string { return "pipe" }

// String implements net.Addr.
func (a Addr) String() string { return string(a) }
