package agi

import (
	"context"
	"strconv"
	"time"
)

const notSaid = "it could not be said: check that the sounds of the channel's language are installed"

// SayNumber says a number, until its end or one of the digits in stop, which it
// returns. Gender is for the languages that have one, such as "f"; "" leaves
// it to Asterisk.
func (s *Session) SayNumber(ctx context.Context, number int, stop, gender string) (digit string, err error) {
	if gender == "" {
		return s.runDigit(ctx, notSaid, "SAY NUMBER", strconv.Itoa(number), stop)
	}
	return s.runDigit(ctx, notSaid, "SAY NUMBER", strconv.Itoa(number), stop, gender)
}

// SayDigits says digits one by one, until their end or one of those in stop,
// which it returns. Asterisk insists that the first is a digit or a minus: "*1"
// is for [Session.SayAlpha].
func (s *Session) SayDigits(ctx context.Context, digits, stop string) (digit string, err error) {
	return s.runDigit(ctx, notSaid, "SAY DIGITS", digits, stop)
}

// SayAlpha spells a text, until its end or one of the digits in stop, which it
// returns.
func (s *Session) SayAlpha(ctx context.Context, text, stop string) (digit string, err error) {
	return s.runDigit(ctx, notSaid, "SAY ALPHA", text, stop)
}

// SayPhonetic spells a text in words (alpha, bravo), until its end or one of
// the digits in stop, which it returns.
func (s *Session) SayPhonetic(ctx context.Context, text, stop string) (digit string, err error) {
	return s.runDigit(ctx, notSaid, "SAY PHONETIC", text, stop)
}

// SayDate says a date in the server's time zone, until its end or one of the
// digits in stop, which it returns.
func (s *Session) SayDate(ctx context.Context, date time.Time, stop string) (digit string, err error) {
	return s.runDigit(ctx, notSaid, "SAY DATE", unix(date), stop)
}

// SayTime says the time of day in the server's time zone, until its end or one
// of the digits in stop, which it returns.
func (s *Session) SayTime(ctx context.Context, clock time.Time, stop string) (digit string, err error) {
	return s.runDigit(ctx, notSaid, "SAY TIME", unix(clock), stop)
}

// SayDateTime says a date and a time, until their end or one of the digits in
// stop, which it returns. Format is as in voicemail.conf, "" that of the
// channel's language; zone is one of /usr/share/zoneinfo on the server, "" the
// server's own. A zone without a format gives the English one.
func (s *Session) SayDateTime(ctx context.Context, at time.Time, stop, format, zone string) (digit string, err error) {
	arguments := []string{unix(at), stop}
	if format == "" && zone != "" {
		format = "ABdY 'digits/at' IMp"
	}
	if format != "" {
		arguments = append(arguments, format)
	}
	if zone != "" {
		arguments = append(arguments, zone)
	}
	return s.runDigit(ctx, notSaid, "SAY DATETIME", arguments...)
}

func unix(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }
