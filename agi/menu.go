package agi

import (
	"context"
	"slices"
	"time"
)

// Question is something that a caller answers with digits.
type Question struct {
	Prompt  string        // a sound file
	Invalid string        // is played before the question is repeated; "" for nothing
	Timeout time.Duration // for each digit; see [Session.GetData]
	Maximum int           // of digits; 0 for any number, up to #
	Tries   int           // how often it is asked; 0 means 3
	// Accept says whether the digits are an answer; nil accepts all but none.
	Accept func(digits string) bool
}

// Ask asks a question until it is answered, and reports whether it was. A
// caller who does not answer is no error. It sends [GET DATA] for each try, and
// [STREAM FILE] for Question.Invalid before each try but the first.
//
// [GET DATA]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/get_data/
// [STREAM FILE]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/stream_file/
func (s *Session) Ask(ctx context.Context, q Question) (digits string, ok bool, err error) {
	tries := q.Tries
	if tries <= 0 {
		tries = 3
	}
	for try := range tries {
		if try > 0 && q.Invalid != "" {
			if _, err := s.StreamFile(ctx, q.Invalid, ""); err != nil {
				return "", false, err
			}
		}
		input, err := s.GetData(ctx, q.Prompt, q.Timeout, q.Maximum)
		if err != nil {
			return "", false, err
		}
		if q.accepts(input.Digits) {
			return input.Digits, true, nil
		}
	}
	return "", false, nil
}

func (q Question) accepts(digits string) bool {
	if q.Accept == nil {
		return digits != ""
	}
	return q.Accept(digits)
}

// Menu is a choice that a caller makes with digits.
type Menu struct {
	Prompt  string        // a sound file
	Invalid string        // is played before the menu is repeated; "" for nothing
	Choices []string      // what can be keyed in: "1", "2", "42", "*"; # only ends a choice
	Timeout time.Duration // for each digit; see [Session.GetData]
	Tries   int           // how often it is played; 0 means 3
}

// Choose plays a menu until the caller makes one of its choices, and returns
// that, or "" if the caller makes none. It sends the commands of [Session.Ask]:
// [GET DATA] and [STREAM FILE].
//
// [GET DATA]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/get_data/
// [STREAM FILE]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/stream_file/
func (s *Session) Choose(ctx context.Context, m Menu) (choice string, err error) {
	longest := 0
	for _, choice := range m.Choices {
		longest = max(longest, len(choice))
	}
	choice, _, err = s.Ask(ctx, Question{
		Prompt:  m.Prompt,
		Invalid: m.Invalid,
		Timeout: m.Timeout,
		Maximum: longest,
		Tries:   m.Tries,
		Accept:  func(digits string) bool { return slices.Contains(m.Choices, digits) },
	})
	return choice, err
}
