package amitest

import (
	"errors"
	"io"
	"net"
	"time"
)

const pipeSize = 1 << 20

// Pipe returns both ends of a connection in memory, which works in a synctest
// bubble and behaves as TCP does: a write waits only while 1 MiB is unread,
// Close lets the other side read what was written before it sees io.EOF, and
// deadlines work. A read never reaches over the border of two writes. Each end
// is safe for concurrent use.
func Pipe() (client, server net.Conn) { return PipeSize(pipeSize) }

// PipeSize is [Pipe] with room for size unread bytes in each direction, so
// that a test can fill it; zero or less means 1 MiB.
func PipeSize(size int) (client, server net.Conn) {
	if size <= 0 {
		size = pipeSize
	}
	up, down := newStream(size), newStream(size)
	return &pipeConn{in: down, out: up, local: clientAddr, remote: serverAddr},
		&pipeConn{in: up, out: down, local: serverAddr, remote: clientAddr}
}

type pipeConn struct {
	in, out       *stream
	local, remote pipeAddr
}

func (c *pipeConn) Read(b []byte) (int, error) {
	n, err := c.in.read(b)
	return n, c.wrap("read", err)
}

func (c *pipeConn) Write(b []byte) (int, error) {
	n, err := c.out.write(b)
	return n, c.wrap("write", err)
}

func (c *pipeConn) Close() error {
	c.in.closeRead()
	c.out.closeWrite()
	return nil
}

// reset is what a TCP RST does: both directions fail, unread bytes are lost.
func (c *pipeConn) reset() {
	c.in.cutOff()
	c.out.cutOff()
}

func (c *pipeConn) SetDeadline(at time.Time) error {
	c.in.setRead(at)
	c.out.setWrite(at)
	return nil
}

func (c *pipeConn) SetReadDeadline(at time.Time) error {
	c.in.setRead(at)
	return nil
}

func (c *pipeConn) SetWriteDeadline(at time.Time) error {
	c.out.setWrite(at)
	return nil
}

func (c *pipeConn) LocalAddr() net.Addr  { return c.local }
func (c *pipeConn) RemoteAddr() net.Addr { return c.remote }

func (c *pipeConn) wrap(op string, err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return err
	}
	return &net.OpError{Op: op, Net: c.local.Network(), Source: c.local, Addr: c.remote, Err: err}
}

// pipeAddr has the form host:port, which some programs take apart.
type pipeAddr string

const (
	clientAddr pipeAddr = "client.amitest:40000"
	serverAddr pipeAddr = "server.amitest:5038"
)

func (pipeAddr) Network() string  { return "pipe" }
func (a pipeAddr) String() string { return string(a) }
