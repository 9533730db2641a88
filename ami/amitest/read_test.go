package amitest_test

import (
	"io"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

func TestActionsHaveAsterisksLimits(t *testing.T) {
	long := func(n int) string { return "Key: " + strings.Repeat("x", n-len("Key: ")) }
	lines := func(n int) string {
		return "Action: Ping\r\nActionID: 1\r\n" + strings.Repeat("K: v\r\n", n-2)
	}
	const tooLong, tooMany = "Failed to parse message: line too long", "Too many lines in message or allocation failure"
	for _, test := range []struct {
		name, send string
		want       []string // values of Message or Ping, in order
	}{
		{"1022 bytes and CRLF", "Action: Ping\r\n" + long(1022) + "\r\n\r\n", []string{"Pong"}},
		{"1023 bytes and LF", "Action: Ping\n" + long(1023) + "\n\n", []string{"Pong"}},
		{"1100 bytes", "Action: Ping\r\n" + long(1100) + "\r\n\r\n", []string{tooLong}},
		// The buffer is full between CR and LF: what is left is an empty line.
		{"1023 bytes and CRLF", "Action: Ping\r\n" + long(1023) + "\r\nActionID: 1\r\n\r\n",
			[]string{tooLong, "Missing action in request"}},
		{"128 lines", lines(128) + "\r\n", []string{"Pong"}},
		{"129 lines", lines(129) + "\r\n", []string{tooMany}},
		{"empty message", "\r\n", []string{"Missing action in request"}},
		{"no action", "ActionID: 1\r\n\r\n", []string{"Missing action in request"}},
		{"blank before the colon", "Action : Ping\r\n\r\n", []string{"Missing action in request"}},
		{"first action empty", "Action: \r\nAction:   Ping\r\n\r\n", []string{"Pong"}},
		{"NUL", "Action: Ping\x00 not\r\n\r\n", []string{"Pong"}},
		{"two at once", "Action: Ping\n\nAction: Ping\n\n", []string{"Pong", "Pong"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := loggedIn(t, amitest.Start(t, nil))
			c.write(test.send)
			c.send("Action: Logoff")
			for _, want := range test.want {
				if got := c.next(); got.Get("Message")+got.Get("Ping") != want {
					t.Errorf("answer %q, want %q", got, want)
				}
			}
			if got := c.next(); got.Get("Response") != "Goodbye" {
				t.Errorf("surplus answer %q", got)
			}
		})
	}
}

func TestFaultsEchoAnActionIDReadBefore(t *testing.T) {
	c := loggedIn(t, amitest.Start(t, nil))
	c.send("Action: Ping", "ActionID: 1", "Key: "+strings.Repeat("x", 2000))
	c.want("Response: Error", "ActionID: 1", "Message: Failed to parse message: line too long")
	c.send("Action: Ping", "Key: "+strings.Repeat("x", 2000), "ActionID: 2")
	c.want("Response: Error", "Message: Failed to parse message: line too long")
}

func TestExpectAnswersTheRest(t *testing.T) {
	srv := amitest.Start(t, func(p *amitest.Peer) {
		p.Login()
		a := p.Expect("originate")
		p.Success(a, "Message", "queued for "+a.Get("channel"))
		p.Serve()
	})
	c := loggedIn(t, srv)
	c.send("Action: Ping", "ActionID: 1")
	c.send("Action: Originate", "ActionID: 2", "Channel:   Local/1@x ")
	if got := c.next().Get("ActionID"); got != "1" {
		t.Errorf("first answer is for %q, want 1", got)
	}
	c.want("Response: Success", "ActionID: 2", "Message: queued for Local/1@x ")
}

func TestExpectFails(t *testing.T) {
	for name, test := range map[string]struct {
		act  func(c *client)
		want string
	}{
		"another action": {
			func(c *client) { c.send("Action: Hangup", "Secret: hidden") },
			"amitest: connection 1: waiting for action Originate, the client sent Hangup (Action, Secret)",
		},
		"the client goes": {
			func(c *client) { _ = c.conn.Close() },
			"amitest: connection 1: waiting for action Originate: EOF",
		},
	} {
		t.Run(name, func(t *testing.T) {
			over := make(chan struct{})
			srv := amitest.NewServer(func(p *amitest.Peer) {
				defer close(over)
				p.Login()
				p.Expect("Originate")
				t.Error("Expect returned")
			})
			c := loggedIn(t, srv)
			test.act(c)
			<-over
			if err := srv.Close(); err == nil || err.Error() != test.want {
				t.Errorf("Close() = %v, want %s", err, test.want)
			}
			if err := srv.Err(); err == nil || err.Error() != test.want {
				t.Errorf("Err() = %v, want %s", err, test.want)
			}
		})
	}
}

func TestNextAndReceived(t *testing.T) {
	type result struct {
		names []string
		end   error
	}
	results := make(chan result, 1)
	srv := amitest.Start(t, func(p *amitest.Peer) {
		var r result
		for {
			_, err := p.Next()
			if err != nil {
				r.end = err
				break
			}
		}
		for _, a := range p.Received() {
			r.names = append(r.names, a.Name()+a.ID())
		}
		results <- r
	})
	c := dial(t, srv)
	c.send("Action: A", "ActionID: 1")
	c.send("Action: B")
	_ = c.conn.Close()
	r := <-results
	if strings.Join(r.names, " ") != "A1 B" || r.end != io.EOF {
		t.Errorf("received %v, %v, want A1, B and EOF", r.names, r.end)
	}
}
