package amitest_test

import (
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/transport"
)

// client is the bare other side of a Peer.
type client struct {
	t      *testing.T
	conn   net.Conn
	reader *transport.Reader
}

func dial(t *testing.T, srv *amitest.Server) *client {
	t.Helper()
	conn, err := srv.Dial(t.Context(), "tcp", srv.Addr())
	if err != nil {
		t.Fatal(err)
	}
	return newClient(t, conn)
}

func newClient(t *testing.T, conn net.Conn) *client {
	t.Cleanup(func() { _ = conn.Close() })
	return &client{t, conn, transport.NewReader(conn, nil)}
}

// loggedIn has the banner and a plain login after it.
func loggedIn(t *testing.T, srv *amitest.Server) *client {
	t.Helper()
	c := dial(t, srv)
	c.line("Asterisk Call Manager/11.0.0")
	c.send("Action: Login", "Username: u", "Secret: s", "Events: off")
	c.want("Response: Success", "Message: Authentication accepted")
	return c
}

func (c *client) write(text string) {
	c.t.Helper()
	if _, err := io.WriteString(c.conn, text); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) send(lines ...string) {
	c.t.Helper()
	c.write(strings.Join(lines, "\r\n") + "\r\n\r\n")
}

func (c *client) line(want string) {
	c.t.Helper()
	line, err := c.reader.Line()
	if err != nil || line != want {
		c.t.Fatalf("Line() = %q, %v, want %q", line, err, want)
	}
}

func (c *client) next() transport.Fields {
	c.t.Helper()
	block, err := c.reader.Next()
	if err != nil {
		c.t.Fatal(err)
	}
	return block.Fields()
}

func (c *client) want(lines ...string) {
	c.t.Helper()
	want := strings.Join(lines, "\r\n") + "\r\n"
	if got := c.next().String(); got != want {
		c.t.Fatalf("received %q, want %q", got, want)
	}
}

func (c *client) wantEnd(want error) {
	c.t.Helper()
	if block, err := c.reader.Next(); !errors.Is(err, want) {
		c.t.Fatalf("Next() = %q, %v, want %v", block.Text(), err, want)
	}
}
