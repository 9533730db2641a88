package main

import (
	"context"
	"crypto/subtle"
	"errors"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
)

// askPIN asks the caller for the PIN that is the argument in the dialplan, three times at most, and sets PIN_OK as its last
// command. An error leaves PIN_OK as it was.
func askPIN(ctx context.Context, s *agi.Session) error {
	if len(s.Env.Arguments) != 1 || s.Env.Arguments[0] == "" {
		return errors.New("want one argument in the dialplan: the PIN")
	}
	pin := s.Env.Arguments[0]
	if err := s.Answer(ctx); err != nil {
		return err
	}
	_, ok, err := s.Ask(ctx, agi.Question{
		Prompt:  "agent-pass",
		Invalid: "auth-incorrect",
		Timeout: 5 * time.Second,
		Maximum: len(pin),
		Accept:  func(digits string) bool { return subtle.ConstantTimeCompare([]byte(digits), []byte(pin)) == 1 },
	})
	if err != nil || !ok {
		return err
	}
	return s.SetVariable(ctx, "PIN_OK", "yes")
}
