package ami

import (
	"context"
	"errors"
	"fmt"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/session"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

var errLoginTimeout = errors.New("no answer within Config.LoginTimeout")

// login makes the session ready: it returns when actions can be sent.
func (c *Conn) login(ctx context.Context) error {
	if err := c.authenticate(ctx); err != nil {
		return errs.Why(err, c.Err())
	}
	if err := c.prepare(ctx); err != nil {
		return errs.Why(err, c.Err())
	}
	c.stats.Logins.Add(1)
	c.config.Logger.Info("ami: logged in", "address", c.address, "user", c.config.Username, "asterisk", show.Text(c.version.String()))
	return nil
}

func (c *Conn) authenticate(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, c.config.LoginTimeout, errLoginTimeout)
	defer cancel()
	select {
	case <-c.banner:
	case <-c.life.Done():
		return c.Err()
	case <-ctx.Done():
		return fmt.Errorf("wait for the banner (an AMI port with TLS, for which Config.TLS must be set, sends none): %w", session.Ended(ctx))
	}
	login, err := c.config.Credentials.Login(ctx, c.step, c.config.EventMask)
	if err != nil {
		return err
	}
	pending := c.newAction(login, c.config.ListLimits(), nil)
	// On the reader, so that no event of the new epoch comes before its Connected.
	pending.OnAccept(func() {
		c.announced = true
		c.reader.SetLimits(c.config.Limits)
		c.hub.Connect(c.address)
	})
	_, err = c.perform(ctx, pending, login)
	return session.Cause(err)
}

// step runs an action of the login. Its error says nothing of the outcome: that
// would be taken for the outcome of the actions that fail for want of a login.
func (c *Conn) step(ctx context.Context, a action.Action) (*session.Response, error) {
	response, err := c.do(ctx, a)
	return response, session.Cause(err)
}

// prepare learns the version, sets filters and waits for the end of a boot.
func (c *Conn) prepare(ctx context.Context) error {
	version, told, err := errs.Version(ctx, c.do)
	if err != nil {
		return err
	}
	if told {
		banner := c.version
		c.version = version
		c.version.Protocol = banner.Protocol
		if c.version.Major == 0 { // "GIT-master-…", or a name of somebody's own
			c.version.Major = banner.Major
		}
	}
	if err := session.SetFilters(ctx, c.do, c.version, c.config.Filters); err != nil {
		return err
	}
	if c.config.AcceptBooting {
		return nil
	}
	return errs.WaitBooted(ctx, c.patiently, c.booted.Load)
}

// patiently is do for what takes as long as Asterisk boots.
func (c *Conn) patiently(ctx context.Context, a action.Action) (*session.Response, error) {
	pending := c.newAction(a, c.config.ListLimits(), nil)
	pending.Excuse(c.config.BusyLimit)
	return c.perform(ctx, pending, a)
}
