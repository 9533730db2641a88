package ami

import (
	"net"

	"github.com/asterisk-go/asterisk-go/internal/session"
)

// recorded is a connection whose bytes are recorded.
type recorded struct {
	net.Conn
	sent     session.Lines // the writer's goroutine only
	received session.Lines // the reader's goroutine only
}

// record has what passes over connection recorded.
func record(connection net.Conn, to *session.Recorder) *recorded {
	number := to.Connect()
	add := func(lines ...string) { to.Add(number, lines...) }
	return &recorded{
		Conn:     connection,
		sent:     session.Lines{Direction: session.Sent, To: add},
		received: session.Lines{Direction: session.Received, To: add},
	}
}

func (c *recorded) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.received.Add(p[:n])
	return n, err
}

func (c *recorded) Write(p []byte) (int, error) {
	c.sent.Add(p) // first, for the answer may come while Write returns
	return c.Conn.Write(p)
}

// end records what was cut off.
func (c *recorded) end() {
	c.received.End()
	c.sent.End()
}
