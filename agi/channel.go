package agi

import (
	"context"
	"strconv"
	"time"

	"github.com/asterisk-go/asterisk-go"
)

const noChannel = "there is no such channel"

// Answer answers the call, unless it is answered.
func (s *Session) Answer(ctx context.Context) error {
	_, err := s.run(ctx, "the channel could not be answered", "ANSWER")
	return err
}

// Hangup hangs the channel up. The handler's context then ends with the cause
// [ErrHangup].
func (s *Session) Hangup(ctx context.Context) error {
	_, err := s.run(ctx, noChannel, "HANGUP")
	return err
}

// HangupChannel hangs up another channel, by its name.
func (s *Session) HangupChannel(ctx context.Context, channel string) error {
	_, err := s.run(ctx, noChannel, "HANGUP", channel)
	return err
}

// ChannelStatus returns the state of the channel of that name; "" is the
// session's own.
func (s *Session) ChannelStatus(ctx context.Context, channel string) (asterisk.ChannelState, error) {
	var arguments []string
	if channel != "" {
		arguments = []string{channel}
	}
	r, err := s.do(ctx, "", "CHANNEL STATUS", arguments...)
	if err != nil {
		return 0, err
	}
	n, ok := r.Int()
	if !ok || n < 0 {
		return 0, &Error{Command: "CHANNEL STATUS", Reply: r, reason: noChannel}
	}
	return asterisk.ChannelState(n), nil
}

// SetAutoHangup hangs the channel up after a time, from now on: 24 days at
// most. 0 takes that back.
func (s *Session) SetAutoHangup(ctx context.Context, after time.Duration) error {
	after = min(max(after, 0), maxMilliseconds*time.Millisecond)
	_, err := s.run(ctx, "", "SET AUTOHANGUP", strconv.FormatFloat(after.Seconds(), 'f', -1, 64))
	return err
}

// SetCallerID sets the name and the number of the caller, both: what is empty
// is cleared. Asterisk takes parentheses, blanks, dots and dashes out of the
// number, and cuts both at 255 bytes together.
func (s *Session) SetCallerID(ctx context.Context, name, number string) error {
	_, err := s.run(ctx, "", "SET CALLERID", Quote(name)+" <"+number+">")
	return err
}
