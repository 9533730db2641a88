package amitest

import (
	"net"

	"github.com/asterisk-go/asterisk-go/internal/memconn"
)

// Pipe returns both ends of a connection in memory, which works in a synctest
// bubble and behaves as TCP does: a write waits only while 1 MiB is unread,
// Close lets the other side read what was written before it sees io.EOF, and
// deadlines work. A read never reaches over the border of two writes. Each end
// is safe for concurrent use.
func Pipe() (client, server net.Conn) { return PipeSize(0) }

// PipeSize is [Pipe] with room for size unread bytes in each direction, so
// that a test can fill it; zero or less means 1 MiB.
func PipeSize(size int) (client, server net.Conn) {
	client, server = memconn.Pipe(size)
	return client, server
}
