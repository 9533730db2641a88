package ami

import (
	"context"
	"errors"
	"fmt"

	"github.com/asterisk-go/asterisk-go"
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
	c.stats.logins.Add(1)
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
	credentials := session.Credentials{Username: c.config.Username, Secret: c.config.secret, Plain: c.config.PlainLogin}
	login, err := credentials.Login(ctx, c.step, c.config.EventMask)
	if err != nil {
		return err
	}
	pending := c.newAction(login, c.limits(), nil)
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
	if err := c.setFilters(ctx); err != nil {
		return err
	}
	if c.config.AcceptBooting {
		return nil
	}
	return errs.WaitBooted(ctx, c.patiently, c.booted.Load)
}

// patiently is do for what takes as long as Asterisk boots.
func (c *Conn) patiently(ctx context.Context, a action.Action) (*session.Response, error) {
	pending := c.newAction(a, c.limits(), nil)
	pending.Excuse(c.config.BusyLimit)
	return c.perform(ctx, pending, a)
}

func (c *Conn) setFilters(ctx context.Context) error {
	for _, filter := range c.config.Filters {
		if filter.Criteria != "" && !hasCriteria(c.version) {
			return fmt.Errorf("Config.Filters: Asterisk %s knows no criteria as %q and would let every event pass; write a regular expression, or upgrade to 18.26, 20.11, 21.6 or 22.1", show.Text(c.version.String()), filter.Criteria)
		}
		add := action.Filter{Operation: action.FilterOperationAdd, Filter: filter.Expression, MatchCriteria: filter.Criteria}
		if _, err := c.step(ctx, add); err != nil {
			return fmt.Errorf("Config.Filters: %w", err)
		}
	}
	return nil
}

// hasCriteria reports whether the action Filter knows MatchCriteria.
func hasCriteria(v asterisk.Version) bool {
	switch v.Major {
	case 18:
		return v.Minor >= 26
	case 20:
		return v.Minor >= 11
	case 21:
		return v.Minor >= 6
	}
	return v.AtLeast(22, 1)
}
