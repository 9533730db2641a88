package lab_test

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// client is as much of an AMI client as the lab's own tests need.
type client struct {
	t    testing.TB
	conn net.Conn
	in   *bufio.Reader
	seen string
}

// dial connects and takes the banner.
func dial(t testing.TB, address string) *client {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return greet(t, conn)
}

func greet(t testing.TB, conn net.Conn) *client {
	t.Helper()
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	c := &client{t: t, conn: conn, in: bufio.NewReader(conn)}
	c.wait("Asterisk Call Manager/")
	return c
}

func (c *client) send(lines ...string) {
	c.t.Helper()
	if _, err := fmt.Fprint(c.conn, strings.Join(lines, "\r\n"), "\r\n\r\n"); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) login(user lab.User) {
	c.t.Helper()
	c.send("Action: Login", "Username: "+user.Name, "Secret: "+user.Secret)
	c.wait("Message: Authentication accepted")
}

// wait reads up to a line that begins like that.
func (c *client) wait(prefix string) {
	c.t.Helper()
	for {
		line, err := c.in.ReadString('\n')
		c.seen += line
		if err != nil {
			c.t.Fatalf("waiting for %q: %v after\n%s", prefix, err, c.seen)
		}
		if strings.HasPrefix(line, prefix) {
			return
		}
	}
}

func (c *client) waitClosed() {
	c.t.Helper()
	for {
		if _, err := c.in.ReadByte(); err != nil {
			if timeout, ok := err.(net.Error); ok && timeout.Timeout() {
				c.t.Fatalf("still open: %v", err)
			}
			return
		}
	}
}
