package ajam_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
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

// notRefused fails unless err is that an action was not sent, for want of a login.
func notRefused(t testing.TB, what string, err, why error) {
	t.Helper()
	wantError(t, what, err, ami.ErrNotSent)
	wantError(t, what, err, why)
	var refusal *ami.Error
	if errors.As(err, &refusal) {
		t.Errorf("%s = %v, which is also an *ami.Error", what, err)
	}
	for _, wrong := range []error{ami.ErrPermissionDenied, ami.ErrUnknownAction, ami.ErrNoSuchChannel, ami.ErrOutcomeUnknown, ami.ErrNoAnswer, ami.ErrTooManyItems} {
		if errors.Is(err, wrong) {
			t.Errorf("%s = %v, which is also %v", what, err, wrong)
		}
	}
}
