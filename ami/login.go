package ami

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
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
	c.config.Logger.Info("ami: logged in", "address", c.address, "user", c.config.Username, "asterisk", c.version.String())
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
		return fmt.Errorf("wait for the banner: %w", ended(ctx))
	}
	credentials := []string{"Username", c.config.Username, "Secret", c.config.Secret}
	if !c.config.PlainLogin {
		challenge, err := c.Do(ctx, action.New("Challenge", "AuthType", "MD5"))
		if err != nil {
			return err
		}
		key := md5.Sum([]byte(challenge.Get("Challenge") + c.config.Secret))
		credentials = []string{"Username", c.config.Username, "AuthType", "MD5", "Key", hex.EncodeToString(key[:])}
	}
	if c.config.EventMask != "" {
		credentials = append(credentials, "Events", c.config.EventMask)
	}
	login := action.New("Login", credentials...)
	r := c.newRequest(login, nil)
	// On the reader, so that no event of the new epoch comes before its Connected.
	r.accept = func() {
		c.announced = true
		c.hub.Connect(c.address)
	}
	if err := c.startRequest(ctx, r, login); err != nil {
		return err
	}
	_, err := c.await(ctx, r)
	return err
}

// prepare learns the version and whether Asterisk is booted, and sets filters.
func (c *Conn) prepare(ctx context.Context) error {
	booted := func() bool {
		select {
		case <-c.booted:
			return true
		default:
			return false
		}
	}
	settings, err := c.ask(ctx, action.CoreSettings{})
	if err != nil {
		return err
	}
	if settings != nil {
		protocol := c.version.Protocol
		c.version = ParseVersion(settings.Get("AsteriskVersion"))
		c.version.Protocol = protocol
	}
	if err := c.setFilters(ctx); err != nil {
		return err
	}
	for !c.config.AcceptBooting && !booted() {
		// Without class system in read= there is no FullyBooted to wait for, so
		// Asterisk is asked; without the right to ask, nothing is waited for.
		status, err := c.ask(ctx, action.New("CoreStatus"))
		if err != nil {
			return err
		}
		if status == nil || !booting(status) {
			return nil
		}
		select {
		case <-c.booted:
		case <-time.After(bootPoll):
		case <-c.dying:
			return c.cause
		case <-ctx.Done():
			return fmt.Errorf("wait for Asterisk to boot: %w", ended(ctx))
		}
	}
	return nil
}

const bootPoll = 250 * time.Millisecond

// ask does an action that the user may have no right to; then it returns nil.
func (c *Conn) ask(ctx context.Context, a action.Action) (*Response, error) {
	response, err := c.Do(ctx, a)
	var refusal *Error
	if errors.As(err, &refusal) {
		return nil, nil
	}
	return response, err
}

// booting reports whether CoreStatus comes from an Asterisk that has not yet
// set its time of start, which it does when all modules are loaded
// (main/asterisk.c).
func booting(status *Response) bool {
	date := status.Get("CoreStartupDate")
	return date == "1970-01-01" || date == "1969-12-31"
}

func (c *Conn) setFilters(ctx context.Context) error {
	for _, filter := range c.config.Filters {
		keyValues := []string{"Operation", "Add", "Filter", filter.Expression}
		if filter.Criteria != "" {
			if !c.version.hasCriteria() {
				return fmt.Errorf("Config.Filters: Asterisk %s knows no criteria as %q and would let every event pass; write a regular expression, or upgrade to 18.26, 20.11, 21.6 or 22.1", c.version, filter.Criteria)
			}
			keyValues = append(keyValues, "MatchCriteria", filter.Criteria)
		}
		if _, err := c.Do(ctx, action.New("Filter", keyValues...)); err != nil {
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
