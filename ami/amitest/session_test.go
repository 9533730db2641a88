package amitest_test

import (
	"crypto/md5"
	"encoding/hex"
	"io"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

func md5Key(challenge, secret string) string {
	sum := md5.Sum([]byte(challenge + secret))
	return hex.EncodeToString(sum[:])
}

func TestLoginByChallenge(t *testing.T) {
	for _, secret := range []string{"right", "wrong"} {
		reached := make(chan struct{}, 1)
		srv := amitest.Start(t, func(p *amitest.Peer) {
			p.LoginAs("crm", "right")
			reached <- struct{}{}
			p.Serve()
		})
		c := dial(t, srv)
		c.line("Asterisk Call Manager/11.0.0")
		c.send("Action: Challenge", "AuthType: md5", "ActionID: 1")
		challenge := c.next().Get("Challenge")
		c.send("Action: Login", "ActionID: 2", "AuthType: MD5", "Username: CRM", "Key: "+md5Key(challenge, secret))
		if secret == "wrong" {
			c.want("Response: Error", "ActionID: 2", "Message: Authentication failed")
			c.wantEnd(io.EOF)
			continue
		}
		c.want("Response: Success", "ActionID: 2", "Message: Authentication accepted")
		if got := c.next(); got.Get("Event") != "FullyBooted" || got.Get("ActionID") != "" {
			t.Errorf("after the login came %q", got)
		}
		<-reached
		c.send("Action: Login", "ActionID: 3", "Username: x")
		c.want("Response: Success", "ActionID: 3", "Message: Already authenticated")
	}
}

func TestLoginNeedsItsChallenge(t *testing.T) {
	srv := amitest.Start(t, nil)
	c := dial(t, srv)
	c.line("Asterisk Call Manager/11.0.0")
	c.send("Action: Login", "AuthType: MD5", "Username: u", "Key: "+md5Key("1", "s"))
	c.want("Response: Error", "Message: Authentication failed")
	c.wantEnd(io.EOF)
}

func TestOnlyLoginBeforeLogin(t *testing.T) {
	c := dial(t, amitest.Start(t, nil))
	c.line("Asterisk Call Manager/11.0.0")
	c.send("Action: Ping", "ActionID: 1")
	c.want("Response: Error", "ActionID: 1", "Message: Permission denied")
	c.send("Action: Challenge")
	c.want("Response: Error", "Message: Must specify AuthType")
	c.send("action: LOGOFF")
	c.want("Response: Goodbye", "Message: Thanks for all the fish.")
	c.wantEnd(io.EOF)
}

func TestFullyBootedNeedsSystemEvents(t *testing.T) {
	for mask, want := range map[string]bool{
		"": true, "on": true, "Yes": true, "call,system": true, "3": true, "all": true,
		"off": false, "call": false, "2": false, "garbage": false, "0": false,
	} {
		c := dial(t, amitest.Start(t, nil))
		c.line("Asterisk Call Manager/11.0.0")
		c.send("Action: Login", "Username: u", "Secret: s", "Events: "+mask)
		c.next()
		c.send("Action: Ping")
		if got := c.next().Get("Event") == "FullyBooted"; got != want {
			t.Errorf("Events: %q: FullyBooted = %v, want %v", mask, got, want)
		}
	}
}

func TestDefaultAnswers(t *testing.T) {
	c := loggedIn(t, amitest.Start(t, nil))
	for _, test := range []struct {
		send []string
		want []string // the first lines
	}{
		{[]string{"Action: Events", "EventMask: call"}, []string{"Response: Success", "Events: On"}},
		{[]string{"Action: Events", "EventMask: off"}, []string{"Response: Success", "Events: Off"}},
		{[]string{"Action: Events"}, []string{"Response: Error", "Message: Invalid event mask"}},
		{[]string{"Action: Filter", "Operation: Add", "Filter: x"}, []string{"Response: Success", "Message: Success"}},
		{[]string{"Action: Filter"}, []string{"Response: Error", "Message: Unknown operation"}},
		{[]string{"Action: CoreSettings"}, []string{"Response: Success", "AMIversion: 11.0.0", "AsteriskVersion: 22.10.1"}},
		{[]string{"Action: CoreStatus"}, []string{"Response: Success", "CoreStartupDate: 2026-01-05"}},
		{[]string{"Action: Ping"}, []string{"Response: Success", "Ping: Pong"}},
		{[]string{"Action: Fly"}, []string{"Response: Error", "Message: Invalid/unknown command: Fly. Use Action: ListCommands to show available commands."}},
	} {
		c.send(test.send...)
		got := c.next()
		i := 0
		for line := range got.Lines() {
			if i < len(test.want) && line != test.want[i] {
				t.Errorf("%q: %q, want it to begin %q", test.send, got, test.want)
			}
			i++
		}
	}
}

func TestHandleReplacesAnAnswer(t *testing.T) {
	c := loggedIn(t, amitest.Start(t, func(p *amitest.Peer) {
		p.Handle("corestatus", func(p *amitest.Peer, a amitest.Action) { p.Error(a, "no idea") })
		p.Handle("Ping", nil)
		p.Login()
		p.Serve()
	}))
	c.send("Action: CoreStatus", "ActionID: 1")
	c.want("Response: Error", "ActionID: 1", "Message: no idea")
	c.send("Action: Ping")
	if got := c.next().Get("Response"); got != "Error" {
		t.Errorf("Ping without a handler = %s, want Error", got)
	}
}
