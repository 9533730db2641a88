package agi

import (
	"context"
	"strconv"
	"time"

	"github.com/asterisk-go/asterisk-go"
)

const noChannel = "there is no such channel"

// Answer answers the call ([ANSWER]). A call that is answered already stays as
// it is.
//
// [ANSWER]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/answer/
func (s *Session) Answer(ctx context.Context) error {
	_, err := s.run(ctx, "the channel could not be answered", "ANSWER")
	return err
}

// Hangup hangs up the session's channel ([HANGUP]). The handler's context then
// ends with the cause [ErrHangup].
//
// [HANGUP]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/hangup/
func (s *Session) Hangup(ctx context.Context) error {
	_, err := s.run(ctx, noChannel, "HANGUP")
	return err
}

// HangupChannel hangs up another channel, by its name ([HANGUP]). If there is
// no such channel, the error is an [*Error].
//
// [HANGUP]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/hangup/
func (s *Session) HangupChannel(ctx context.Context, channel string) error {
	_, err := s.run(ctx, noChannel, "HANGUP", channel)
	return err
}

// ChannelStatus returns the state of the channel of that name ([CHANNEL
// STATUS]); "" means the session's own. If there is no such channel, the error
// is an [*Error].
//
// [CHANNEL STATUS]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/channel_status/
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

// SetAutoHangup hangs the channel up after a time that begins now ([SET
// AUTOHANGUP]). More than 24 days means 24 days; 0 or less takes an earlier
// call of SetAutoHangup back.
//
// [SET AUTOHANGUP]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/set_autohangup/
func (s *Session) SetAutoHangup(ctx context.Context, after time.Duration) error {
	after = min(max(after, 0), maxMilliseconds*time.Millisecond)
	_, err := s.run(ctx, "", "SET AUTOHANGUP", strconv.FormatFloat(after.Seconds(), 'f', -1, 64))
	return err
}

// SetCallerID sets the name and the number of the caller ([SET CALLERID]). It
// sets both: "" clears one. Asterisk removes parentheses, blanks, dots and
// dashes from the number, and cuts both after 255 bytes together.
//
// [SET CALLERID]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/set_callerid/
func (s *Session) SetCallerID(ctx context.Context, name, number string) error {
	_, err := s.run(ctx, "", "SET CALLERID", Quote(name)+" <"+number+">")
	return err
}
