package ami

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/keep"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

var errLoginTimeout = errors.New("no answer within Config.LoginTimeout")

// login makes the session ready: it returns when actions can be sent.
func (c *Conn) login(ctx context.Context) error {
	if err := c.authenticate(ctx); err != nil {
		return c.because(err)
	}
	if err := c.prepare(ctx); err != nil {
		return c.because(err)
	}
	c.stats.logins.Add(1)
	c.config.Logger.Info("ami: logged in", "address", c.address, "user", c.config.Username, "asterisk", show.Text(c.version.String()))
	return nil
}

// because prefers the cause of a dead connection to its consequence.
func (c *Conn) because(err error) error {
	var refusal *Error
	if errors.As(err, &refusal) {
		return err
	}
	select {
	case <-c.dying:
		return c.cause
	default:
		return err
	}
}

func (c *Conn) authenticate(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, c.config.LoginTimeout, errLoginTimeout)
	defer cancel()
	select {
	case <-c.banner:
	case <-c.dying:
		return c.cause
	case <-ctx.Done():
		return fmt.Errorf("wait for the banner (an AMI port with TLS, for which Config.TLS must be set, sends none): %w", keep.Ended(ctx))
	}
	login := action.Login{Username: c.config.Username, Events: c.config.EventMask}
	if c.config.PlainLogin {
		login.Secret = c.config.secret()
	} else {
		ask := action.Challenge{AuthType: action.ChallengeAuthTypeMD5}
		challenge, err := c.step(ctx, c.newRequest(ask, nil), ask)
		if err != nil {
			return err
		}
		key := md5.Sum([]byte(challenge.Get("Challenge") + c.config.secret()))
		login.AuthType, login.Key = "MD5", hex.EncodeToString(key[:])
	}
	r := c.newRequest(login, nil)
	// On the reader, so that no event of the new epoch comes before its Connected.
	r.accept = func() {
		c.announced = true
		c.sorter.setLimits(&c.config.Limits)
		c.hub.Connect(c.address)
	}
	_, err := c.step(ctx, r, login)
	return err
}

// step runs an action of the login. Its error says nothing of the outcome: that
// would be taken for the outcome of the actions that fail for want of a login.
func (c *Conn) step(ctx context.Context, r *request, a action.Action) (*Response, error) {
	response, err := c.run(ctx, r, a)
	return response, causeOf(err)
}

// prepare learns the version, sets filters and waits for the end of a boot.
func (c *Conn) prepare(ctx context.Context) error {
	settings, err := c.ask(ctx, action.CoreSettings{})
	if err != nil {
		return err
	}
	if settings != nil {
		banner := c.version
		c.version = ParseVersion(settings.Get("AsteriskVersion"))
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
	return c.waitBooted(ctx)
}

// BootQuestions are what Asterisk answers to only when it is fully booted, for
// those who make a [Session] over another wire. A user has the right to one of
// them, to both, or to none.
func BootQuestions() []action.Action {
	return []action.Action{
		// Waits for a lock that is held until all modules are loaded (main/loader.c).
		action.ModuleCheck{Module: "pbx_config"},
		action.Command{Command: "core waitfullybooted"},
	}
}

// waitBooted waits for the end of a boot. The news of it, FullyBooted, comes
// right behind the login or never for a user without class system in read=, so
// Asterisk is asked; without the right to ask, nothing is waited for.
func (c *Conn) waitBooted(ctx context.Context) error {
	for _, question := range BootQuestions() {
		select {
		case <-c.booted:
			return nil
		default:
		}
		r := c.newRequest(question, nil)
		r.busy = c.config.BusyLimit
		_, err := c.step(ctx, r, question)
		var refusal *Error
		if err != nil && !errors.As(err, &refusal) {
			return fmt.Errorf("wait for Asterisk to boot: %w", err)
		}
		if !errors.Is(err, ErrPermissionDenied) {
			return nil
		}
	}
	return nil
}

// ask does an action that the user may have no right to, or the peer no answer;
// then it returns nil.
func (c *Conn) ask(ctx context.Context, a action.Action) (*Response, error) {
	response, err := c.run(ctx, c.newRequest(a, nil), a)
	var refusal *Error
	if errors.As(err, &refusal) || errors.Is(err, ErrNoAnswer) {
		return nil, nil
	}
	return response, causeOf(err)
}

func (c *Conn) setFilters(ctx context.Context) error {
	for _, filter := range c.config.Filters {
		if filter.Criteria != "" && !c.version.hasCriteria() {
			return fmt.Errorf("Config.Filters: Asterisk %s knows no criteria as %q and would let every event pass; write a regular expression, or upgrade to 18.26, 20.11, 21.6 or 22.1", show.Text(c.version.String()), filter.Criteria)
		}
		add := action.Filter{Operation: action.FilterOperationAdd, Filter: filter.Expression, MatchCriteria: filter.Criteria}
		if _, err := c.step(ctx, c.newRequest(add, nil), add); err != nil {
			return fmt.Errorf("Config.Filters: %w", err)
		}
	}
	return nil
}

// hasCriteria reports whether the action Filter knows MatchCriteria.
func (v Version) hasCriteria() bool {
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
