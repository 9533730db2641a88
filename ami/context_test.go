package ami_test

import (
	"context"
	"errors"
	"net"
	"testing"
	"testing/synctest"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/internal/ended/endedtest"
)

// unreachable is a Dial that never connects.
func unreachable(ctx context.Context, _, _ string) (net.Conn, error) {
	<-ctx.Done()
	return nil, errors.New("cut off")
}

// errors.Is finds both why a context has ended and what it is, while a login is made.
func TestContextEndsALogin(t *testing.T) {
	silent := func(p *amitest.Peer) { <-p.Context().Done() }
	login := func(p *amitest.Peer) { p.Banner("Asterisk Call Manager/11.0.0"); <-p.Context().Done() }
	for name, dial := range map[string]func(ctx context.Context, address string, config *ami.Config) error{
		"Dial": func(ctx context.Context, address string, config *ami.Config) error {
			_, err := ami.Dial(ctx, address, config)
			return err
		},
		"Connect": func(ctx context.Context, address string, config *ami.Config) error {
			_, err := ami.Connect(ctx, address, config)
			return err
		},
	} {
		for step, script := range map[string]amitest.Script{"connect": nil, "banner": silent, "login": login} {
			endedtest.Want(t, name+" at the "+step, func(t *testing.T) func(context.Context) error {
				srv := serve(t, script)
				config := configOf(srv, func(c *ami.Config) {
					if c.KeepTrying = true; script == nil {
						c.Dial = unreachable
					}
				})
				return func(ctx context.Context) error { return dial(ctx, srv.Addr(), config) }
			})
		}
	}
}

// errors.Is finds both why a context has ended and what it is, over everything
// that waits for an answer.
func TestContextEnds(t *testing.T) {
	calls := map[string]func(ctx context.Context, s ami.Session) error{
		"Do":     func(ctx context.Context, s ami.Session) error { _, err := s.Do(ctx, action.New("Silent")); return err },
		"Stream": func(ctx context.Context, s ami.Session) error { return lastError(s.Stream(ctx, action.New("Silent"))) },
		"List": func(ctx context.Context, s ami.Session) error {
			_, err := ami.List(ctx, s, action.CoreShowChannels{})
			return err
		},
		"Each": func(ctx context.Context, s ami.Session) error {
			return lastError(ami.Each(ctx, s, action.CoreShowChannels{}))
		},
		"Ask": func(ctx context.Context, s ami.Session) error {
			_, err := ami.Ask(ctx, s, action.CoreStatus{})
			return err
		},
		"Command": func(ctx context.Context, s ami.Session) error {
			_, err := ami.Command(ctx, s, "core show uptime")
			return err
		},
		"Queues": func(ctx context.Context, s ami.Session) error {
			_, err := ami.Queues(ctx, s, action.QueueStatus{})
			return err
		},
		"PJSIPEndpoint":      func(ctx context.Context, s ami.Session) error { _, err := ami.PJSIPEndpoint(ctx, s, "100"); return err },
		"PJSIPRegistrations": func(ctx context.Context, s ami.Session) error { _, err := ami.PJSIPRegistrations(ctx, s); return err },
		"Check":              func(ctx context.Context, s ami.Session) error { _, err := ami.Check(ctx, s); return err },
		"FindOrigination": func(ctx context.Context, s ami.Session) error {
			_, err := ami.FindOrigination(ctx, s, "go-1")
			return err
		},
		"Originate": func(ctx context.Context, s ami.Session) error {
			o, err := ami.Originate(ctx, s, toBob)
			if err == nil { // it was sent, so there may be a call
				_, err = o.Wait(ctx)
			}
			return err
		},
	}
	quiet := func(p *amitest.Peer) {
		for _, name := range []string{"Silent", "CoreShowChannels", "CoreStatus", "Command", "QueueStatus", "PJSIPShowEndpoint",
			"PJSIPShowRegistrationsOutbound", "ListCommands", "Originate", "Status"} {
			p.Handle(name, func(*amitest.Peer, amitest.Action) {})
		}
		p.Login()
		p.Serve()
	}
	for name, call := range calls {
		endedtest.Want(t, "Conn, "+name, func(t *testing.T) func(context.Context) error {
			c := dialTo(t, serve(t, quiet), func(c *ami.Config) { c.PingInterval = -1 })
			return func(ctx context.Context) error { return call(ctx, c) }
		})
	}
	for _, name := range []string{"Do", "Stream"} { // those that wait for their turn
		endedtest.Want(t, "Client, a second "+name, func(t *testing.T) func(context.Context) error {
			c := connectTo(t, serve(t, quiet), func(c *ami.Config) { c.PingInterval, c.MaxInFlight = -1, 1 })
			first := doing(t.Context(), c, action.New("Silent"))
			t.Cleanup(func() { _ = c.Close(); <-first })
			synctest.Wait()
			return func(ctx context.Context) error { return calls[name](ctx, c) }
		})
	}
}

// Ready and the methods of what Originate returns wait for what does not come.
func TestContextEndsAWait(t *testing.T) {
	endedtest.Want(t, "Client.Ready", func(t *testing.T) func(context.Context) error {
		srv := serve(t, func(p *amitest.Peer) {
			if p.Number() > 1 {
				<-p.Context().Done()
				return
			}
			p.Login()
			p.Expect("Cut")
			p.Cut()
		})
		c := connectTo(t, srv, nil)
		_, err := c.Do(t.Context(), action.New("Cut"))
		wantError(t, "Do", err, ami.ErrOutcomeUnknown)
		synctest.Wait()
		return c.Ready
	})
	ringing := behindLogin(func(p *amitest.Peer) {
		a := p.Expect("Originate")
		p.Success(a, "Message", "Originate successfully queued")
		p.Handle("Hangup", func(p *amitest.Peer, a amitest.Action) { p.Error(a, "No such channel") })
	})
	for name, wait := range map[string]func(context.Context, *ami.Origination) error{
		"Origination.Wait":     func(ctx context.Context, o *ami.Origination) error { _, err := o.Wait(ctx); return err },
		"Origination.Hangup":   func(ctx context.Context, o *ami.Origination) error { return o.Hangup(ctx) },
		"Origination.Progress": func(ctx context.Context, o *ami.Origination) error { return lastError(o.Progress(ctx)) },
	} {
		endedtest.Want(t, name, func(t *testing.T) func(context.Context) error {
			o, err := ami.Originate(t.Context(), dialTo(t, serve(t, ringing), nil), toBob)
			if err != nil {
				t.Fatalf("Originate = %v", err)
			}
			return func(ctx context.Context) error { return wait(ctx, o) }
		})
	}
}
