package ami_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/internal/conformance"
)

// A login that was refused is why an action was not sent: Asterisk has refused
// that action nothing. It is the same over AJAM.
func TestALoginsRefusalIsNotTheActions(t *testing.T) {
	for name, test := range map[string]struct {
		refused, message string
		is               error
		final            bool
	}{
		"refused":           {"Login", "Authentication failed", ami.ErrLoginRefused, false},
		"refused for good":  {"Login", "Authentication failed", ami.ErrLoginRefused, true},
		"in use":            {"Login", "Login Already In Use", ami.ErrLoginInUse, false},
		"permission denied": {"Login", "Permission denied", nil, false},
		"challenge refused": {"Challenge", "Must specify AuthType", ami.ErrLoginRefused, false},
		"shutting down":     {"Login", "Asterisk is shutting down", ami.ErrShuttingDown, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := connectTo(t, serve(t, func(p *amitest.Peer) {
					if p.Number() > 1 {
						p.Handle(test.refused, func(p *amitest.Peer, a amitest.Action) { p.Error(a, test.message) })
					}
					p.Handle("Cut", func(p *amitest.Peer, _ amitest.Action) { p.Cut() })
					p.Login()
					p.Serve()
				}), func(c *ami.Config) {
					c.RetryRefused = !test.final
					c.RetryMin, c.RetryMax = time.Minute, time.Minute
				})
				_, _ = client.Do(t.Context(), action.New("Cut"))
				<-time.After(90 * time.Second)
				_, err := client.Do(t.Context(), action.Ping{})
				notRefused(t, "Do", err, test.is)
				for _, err := range client.Stream(t.Context(), action.CoreShowChannels{}) {
					notRefused(t, "Stream", err, test.is)
				}
			})
		})
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
