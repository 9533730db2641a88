package session

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/transport"
)

// Do runs an action of a login to its end.
type Do func(ctx context.Context, a action.Action) (*Response, error)

// Credentials are what a login proves who it is with.
type Credentials struct {
	Username string
	Secret   func() string
	Plain    bool // send the secret as it is
}

// Login makes the action Login, for which Asterisk gives a challenge.
func (c *Credentials) Login(ctx context.Context, do Do, events string) (action.Login, error) {
	login := action.Login{Username: c.Username, Events: events}
	if c.Plain {
		login.Secret = c.Secret()
		return login, nil
	}
	challenge, err := do(ctx, action.Challenge{AuthType: action.ChallengeAuthTypeMD5})
	if err != nil {
		return action.Login{}, err
	}
	key := md5.Sum([]byte(challenge.Get("Challenge") + c.Secret()))
	login.AuthType, login.Key = "MD5", hex.EncodeToString(key[:])
	return login, nil
}

// Version asks which Asterisk this is. It is false where the user may not ask, or
// the peer has no answer.
func (e *Errors) Version(ctx context.Context, do Do) (v asterisk.Version, told bool, err error) {
	settings, err := do(ctx, action.CoreSettings{})
	switch {
	case err == nil:
		answer, _ := action.CoreSettings{}.Answer(settings.Fields, nil)
		return answer.Version, true, nil
	case e.Refused(err) != nil, errors.Is(err, ErrNoAnswer):
		return asterisk.Version{}, false, nil
	}
	return asterisk.Version{}, false, Cause(err)
}

// bootQuestions are what Asterisk answers to only when it is fully booted. A user
// has the right to one of them, to both, or to none.
var bootQuestions = []action.Action{
	// Waits for a lock that is held until all modules are loaded (main/loader.c).
	action.ModuleCheck{Module: "pbx_config"},
	action.Command{Command: "core waitfullybooted"},
}

// WaitBooted waits for the end of a boot. The news of it, FullyBooted, comes
// right after the login or never for a user without class system in read=, so
// Asterisk is asked; without the right to ask, nothing is waited for.
func (e *Errors) WaitBooted(ctx context.Context, do Do, booted func() bool) error {
	for _, question := range bootQuestions {
		if booted() {
			return nil
		}
		_, err := do(ctx, question)
		switch {
		case err != nil && e.Refused(err) == nil:
			return fmt.Errorf("wait for Asterisk to boot: %w", Cause(err))
		case !errors.Is(err, ErrPermissionDenied):
			return nil
		}
	}
	return nil
}

// BeforeLogin are the limits of what is read of a peer that may be anything:
// answers to a login are short.
func BeforeLogin(limits transport.Limits) transport.Limits {
	before := transport.Limits{Line: 4 << 10, Block: 64 << 10}
	if limits.Line > 0 {
		before.Line = min(before.Line, limits.Line)
	}
	if limits.Block > 0 {
		before.Block = min(before.Block, limits.Block)
	}
	return before
}

// Why prefers the cause of a session's end to its consequence, but for a refusal.
func (e *Errors) Why(err, cause error) error {
	if err == nil || cause == nil || e.Refused(err) != nil {
		return err
	}
	return cause
}
