package agi

import (
	"context"
	"strconv"
	"time"
)

// Input is what a caller has keyed in.
type Input struct {
	Digits string // as they were pressed, without the # at the end
	// TimedOut is true if no further digit came in time: neither # nor the last
	// that was wanted. Digits then has those that came.
	TimedOut bool
}

// GetData plays a prompt and reads digits, up to maximum of them or up to #
// ([GET DATA]). The first digit ends the prompt. The timeout is that for each
// digit: 0 means the dialplan's own (TIMEOUT(response) for the first digit,
// TIMEOUT(digit) for the others), a negative one no limit. A maximum of 0 or
// less means as many digits as Asterisk holds, which is 1,023.
//
// [GET DATA]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/get_data/
func (s *Session) GetData(ctx context.Context, prompt string, timeout time.Duration, maximum int) (Input, error) {
	arguments := [...]string{prompt, strconv.FormatInt(milliseconds(timeout), 10), strconv.Itoa(maximum)}
	count := len(arguments)
	if maximum <= 0 {
		count--
	}
	r, err := s.run(ctx, noFile, "GET DATA", arguments[:count]...)
	if err != nil {
		return Input{}, about(prompt, err)
	}
	return Input{r.Result, r.Data == "timeout"}, nil
}

// WaitForDigit returns the next digit that the caller presses, or "" if none
// comes in time ([WAIT FOR DIGIT]). A negative timeout means no limit; 0 does
// not wait.
//
// [WAIT FOR DIGIT]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/wait_for_digit/
func (s *Session) WaitForDigit(ctx context.Context, timeout time.Duration) (digit string, err error) {
	return s.runDigit(ctx, "the channel could not be read", "WAIT FOR DIGIT", strconv.FormatInt(milliseconds(timeout), 10))
}

// ReceiveChar returns the first byte of the next text that the caller sends,
// and whether one came in time ([RECEIVE CHAR]). A negative timeout means no
// limit. The rest of the text is lost: see [Session.ReceiveText].
//
// [RECEIVE CHAR]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/receive_char/
func (s *Session) ReceiveChar(ctx context.Context, timeout time.Duration) (char byte, ok bool, err error) {
	r, err := s.do(ctx, "", "RECEIVE CHAR", strconv.FormatInt(milliseconds(timeout), 10))
	if err != nil {
		return 0, false, err
	}
	n, _ := r.Int()
	if n < 0 { // also when the time has passed: ast_recvchar in main/channel.c
		return 0, false, s.unlessGone(ctx, "RECEIVE CHAR", r)
	}
	return byte(n), n > 0, nil
}

// ReceiveText returns the next text that the caller sends, and whether one came
// in time ([RECEIVE TEXT]). A negative timeout means no limit. The text may
// hold anything; to find its end takes one more round trip over stdin and TCP,
// as with [Session.GetVariable].
//
// [RECEIVE TEXT]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/receive_text/
func (s *Session) ReceiveText(ctx context.Context, timeout time.Duration) (text string, ok bool, err error) {
	r, err := s.do(ctx, "", "RECEIVE TEXT", strconv.FormatInt(milliseconds(timeout), 10))
	if err != nil {
		return "", false, err
	}
	if r.Result != "1" {
		return "", false, s.unlessGone(ctx, "RECEIVE TEXT", r)
	}
	return r.Data, true, nil
}

// unlessGone is nil for a result that is no failure unless the channel has hung
// up.
func (s *Session) unlessGone(ctx context.Context, command string, r Reply) error {
	if !s.gone(ctx) {
		return nil
	}
	return s.goneIn(command, r)
}

// goneIn is the error of a command in which the channel has hung up.
func (s *Session) goneIn(command string, r Reply) error {
	s.told.Store(true)
	return &Error{Command: command, Reply: r, hungUp: true}
}
