package amitest_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

func TestServerEmit(t *testing.T) {
	srv := amitest.Start(t, nil)
	if n := srv.Emit("Event", "Early"); n != 0 {
		t.Errorf("Emit without a client = %d, want 0", n)
	}
	waiting := dial(t, srv)
	waiting.line("Asterisk Call Manager/11.0.0")
	first, second := loggedIn(t, srv), loggedIn(t, srv)
	if n := srv.Emit("Event", "News", "Privilege", "user,all"); n != 2 {
		t.Errorf("Emit with two clients that are logged in = %d, want 2", n)
	}
	first.want("Event: News", "Privilege: user,all")
	second.want("Event: News", "Privilege: user,all")
	waiting.send("Action: Login", "Username: u", "Secret: s", "Events: off")
	waiting.want("Response: Success", "Message: Authentication accepted")
	second.send("Action: Logoff")
	second.want("Response: Goodbye", "Message: Thanks for all the fish.")
	if _, err := second.reader.Next(); err == nil {
		t.Error("an event after Goodbye")
	}
	if n := srv.Emit("Event", "More"); n != 2 {
		t.Errorf("Emit after a Logoff and a login = %d, want 2", n)
	}
	waiting.want("Event: More")
	_ = srv.Close()
	if n := srv.Emit("Event", "Late"); n != 0 {
		t.Errorf("Emit after Close = %d, want 0", n)
	}
}

// A script that expects the login itself is the judge of it.
func TestServerEmitBehindAnExpectedLogin(t *testing.T) {
	asked, answer := make(chan struct{}), make(chan struct{})
	srv := amitest.Start(t, func(p *amitest.Peer) {
		p.Banner("")
		a := p.Expect("Login")
		close(asked)
		<-answer
		p.Success(a)
		p.Serve()
	})
	c := dial(t, srv)
	c.line("Asterisk Call Manager/11.0.0")
	if n := srv.Emit("Event", "Early"); n != 0 {
		t.Errorf("Emit before a login = %d, want 0", n)
	}
	c.send("Action: Login", "Username: u")
	<-asked
	close(answer)
	c.want("Response: Success")
	if n := srv.Emit("Event", "News"); n != 1 {
		t.Errorf("Emit after a login = %d, want 1", n)
	}
	c.want("Event: News")
}

func TestEmitAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := amitest.Start(t, func(p *amitest.Peer) {
			p.Login()
			p.EmitAfter(time.Hour, "Event", "Second")
			p.EmitAfter(time.Minute, "Event", "First")
			p.EmitAfter(24*time.Hour, "Event", "Never")
			p.Serve()
		})
		c := loggedIn(t, srv)
		start := time.Now()
		c.send("Action: Ping") // is answered meanwhile
		if c.next().Get("Ping") != "Pong" {
			t.Error("no answer while events are due")
		}
		c.want("Event: First")
		if took := time.Since(start); took != time.Minute {
			t.Errorf("First came after %v, want a minute", took)
		}
		c.want("Event: Second")
		if took := time.Since(start); took != time.Hour {
			t.Errorf("Second came after %v, want an hour", took)
		}
		_ = c.conn.Close() // Start's Close does not wait for the day
	})
}

// Over HTTP an event that comes later ends a WaitEvent.
func TestEmitAfterOverHTTP(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := amitest.Start(t, func(p *amitest.Peer) {
			p.Login()
			p.EmitAfter(2*time.Second, "Event", "Hangup", "Privilege", "call,all")
			p.Serve()
		})
		b := browse(t, srv)
		b.want("Success", "Action", "Login", "Username", "u", "Secret", "s", "Events", "off")
		start := time.Now()
		b.want("Event: Hangup", "Action", "WaitEvent", "Timeout", "10")
		if took := time.Since(start); took != 2*time.Second {
			t.Errorf("WaitEvent took %v, want 2 s", took)
		}
	})
}
