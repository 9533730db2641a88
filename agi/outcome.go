package agi

import (
	"context"
	"errors"
	"strings"
)

// run is Do for a command whose negative result is a failure; reason says what
// to check then.
func (s *Session) run(ctx context.Context, reason, command string, arguments ...string) (Reply, error) {
	r, err := s.do(ctx, "", command, arguments...)
	if err == nil && strings.HasPrefix(r.Result, "-") {
		err = s.failed(ctx, command, r, reason)
	}
	return r, err
}

// runDigit is run for a command whose result is the digit that stopped it.
func (s *Session) runDigit(ctx context.Context, reason, command string, arguments ...string) (string, error) {
	r, err := s.run(ctx, reason, command, arguments...)
	if err != nil {
		return "", err
	}
	return r.digit(), nil
}

// runTrue is run for a command whose result is 1 when it has done its work, and
// 0 when not.
func (s *Session) runTrue(ctx context.Context, reason, command string, arguments ...string) error {
	r, err := s.run(ctx, reason, command, arguments...)
	if err == nil && r.Result != "1" {
		err = s.failed(ctx, command, r, reason)
	}
	return err
}

// runValue is Do for a command whose result is 1 with a value, or 0 if there is
// none.
func (s *Session) runValue(ctx context.Context, tail, command string, arguments ...string) (value string, ok bool, err error) {
	r, err := s.do(ctx, tail, command, arguments...)
	if err != nil {
		return "", false, err
	}
	return strings.TrimSuffix(r.Data, tail), r.Result == "1" && r.HasData, nil
}

// failed is the error for a result that means a failure. Of a command that
// needs a live channel it may be that of a hangup, and is ErrHangup then.
func (s *Session) failed(ctx context.Context, command string, r Reply, reason string) error {
	return &Error{Command: command, Reply: r, reason: reason, hungUp: !runsWhenDead(command) && s.gone(ctx)}
}

// gone asks Asterisk whether the channel has hung up. It replies to the command
// that the hangup has ended before it tells of the hangup, and no later than
// to the next one: run_agi in res_agi.c.
func (s *Session) gone(ctx context.Context) bool {
	if s.hungUp.Load() {
		s.told.Store(true)
		return true
	}
	_, err := s.do(ctx, "", "CHANNEL STATUS")
	return errors.Is(err, ErrHangup)
}

// digit is the key that the result is the code of, "" for none.
func (r Reply) digit() string {
	const keys = "0123456789*#ABCD"
	n, ok := r.Int()
	if !ok || n <= 0 || n > 255 {
		return ""
	}
	if i := strings.IndexByte(keys, byte(n)); i >= 0 {
		return keys[i : i+1]
	}
	return string([]byte{byte(n)})
}

// count is a number among the pairs behind the result, 0 without one.
func (r Reply) count(name string) int {
	value, _ := r.Param(name)
	n, _ := Reply{Result: value}.Int()
	return n
}
