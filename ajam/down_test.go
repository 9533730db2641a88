package ajam_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/internal/conformance"
)

// What became of a login that was refused is not what became of an action: that
// was not sent, and Asterisk refused nothing. It is the same over AMI.
func TestDoWhileTheLoginFails(t *testing.T) {
	for name, test := range map[string]struct {
		manager amitest.Script // of all logins but the first
		is      error
		final   bool
	}{
		"refused":           {refusing("Login", "Authentication failed"), ami.ErrLoginRefused, false},
		"refused for good":  {refusing("Login", "Authentication failed"), ami.ErrLoginRefused, true},
		"in use":            {refusing("Login", "Login Already In Use"), ami.ErrLoginInUse, false},
		"permission denied": {refusing("Login", "Permission denied"), nil, false},
		"challenge refused": {refusing("Challenge", "Must specify AuthType"), ami.ErrLoginRefused, false},
		"shutting down":     {refusing("Login", "Asterisk is shutting down"), ami.ErrShuttingDown, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				peers := make(chan *amitest.Peer, 1)
				c := connectTo(t, serve(t, func(p *amitest.Peer) {
					if p.Number() > 1 {
						test.manager(p)
						return
					}
					p.Login()
					peers <- p
					p.Serve()
				}), func(c *ajam.Config) { c.RetryMin, c.RetryMax, c.RetryRefused = time.Minute, time.Minute, !test.final })
				(<-peers).Cut()
				<-time.After(90 * time.Second)
				_, err := c.Do(t.Context(), action.Ping{})
				notRefused(t, "Do", err, test.is)
				for _, err := range c.Stream(t.Context(), action.CoreShowChannels{}) {
					notRefused(t, "Stream", err, test.is)
				}
				_, err = ami.Originate(t.Context(), c, action.Originate{Channel: "c"})
				if !test.final { // else the end of the session is told
					notRefused(t, "Originate", err, test.is)
				}
			})
		})
	}
}

func refusing(name, message string) amitest.Script {
	return func(p *amitest.Peer) {
		p.Handle(name, func(p *amitest.Peer, a amitest.Action) { p.Error(a, message) })
		p.Login()
		p.Serve()
	}
}

// notRefused wants the error of an action that was not sent because there is no login.
// That is missing because of why.
func notRefused(t testing.TB, what string, err, why error) {
	t.Helper()
	wantError(t, what, err, ami.ErrNotSent)
	wantError(t, what, err, why)
	conformance.NoRefusal(t, what, err)
}
