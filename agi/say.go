package agi

import (
	"cmp"
	"context"
	"strconv"
	"time"
)

const notSaid = "it could not be said: check that the sounds of the channel's language are installed"

// SayNumber says a number up to its end or up to one of the digits in stop,
// which it returns ([SAY NUMBER]). Gender is for languages that have one, such
// as "f"; "" leaves it to Asterisk.
//
// [SAY NUMBER]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/say_number/
func (s *Session) SayNumber(ctx context.Context, number int, stop, gender string) (digit string, err error) {
	if gender == "" {
		return s.runDigit(ctx, notSaid, "SAY NUMBER", strconv.Itoa(number), stop)
	}
	return s.runDigit(ctx, notSaid, "SAY NUMBER", strconv.Itoa(number), stop, gender)
}

// SayDigits says digits one by one, up to their end or up to one of the digits
// in stop, which it returns ([SAY DIGITS]). Asterisk insists that the first is
// a digit or a minus: "*1" is for [Session.SayAlpha].
//
// [SAY DIGITS]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/say_digits/
func (s *Session) SayDigits(ctx context.Context, digits, stop string) (digit string, err error) {
	return s.runDigit(ctx, notSaid, "SAY DIGITS", digits, stop)
}

// SayAlpha spells a text, up to its end or up to one of the digits in stop,
// which it returns ([SAY ALPHA]).
//
// [SAY ALPHA]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/say_alpha/
func (s *Session) SayAlpha(ctx context.Context, text, stop string) (digit string, err error) {
	return s.runDigit(ctx, notSaid, "SAY ALPHA", text, stop)
}

// SayPhonetic spells a text in words (alpha, bravo), up to its end or up to one
// of the digits in stop, which it returns ([SAY PHONETIC]).
//
// [SAY PHONETIC]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/say_phonetic/
func (s *Session) SayPhonetic(ctx context.Context, text, stop string) (digit string, err error) {
	return s.runDigit(ctx, notSaid, "SAY PHONETIC", text, stop)
}

// SayDate says a date in the server's time zone, up to its end or up to one of
// the digits in stop, which it returns ([SAY DATE]).
//
// [SAY DATE]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/say_date/
func (s *Session) SayDate(ctx context.Context, date time.Time, stop string) (digit string, err error) {
	return s.runDigit(ctx, notSaid, "SAY DATE", unix(date), stop)
}

// SayTime says the time of day in the server's time zone, up to its end or up
// to one of the digits in stop, which it returns ([SAY TIME]).
//
// [SAY TIME]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/say_time/
func (s *Session) SayTime(ctx context.Context, clock time.Time, stop string) (digit string, err error) {
	return s.runDigit(ctx, notSaid, "SAY TIME", unix(clock), stop)
}

// DateTimeFormat is how [Session.SayDateTime] says a date and a time. The zero
// value and nil are the format of the channel's language, in the server's time
// zone.
type DateTimeFormat struct {
	// Pattern is as in voicemail.conf, such as "ABdY 'digits/at' IMp". "" means
	// that of the channel's language; with a Zone it means the English one.
	Pattern string
	// Zone is a time zone of /usr/share/zoneinfo on the server, such as
	// "Europe/Berlin"; "" means the server's own.
	Zone string
}

// SayDateTime says a date and a time, up to their end or up to one of the
// digits in stop, which it returns ([SAY DATETIME]). Nil for format means that
// of the channel's language, in the server's time zone.
//
// [SAY DATETIME]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/say_datetime/
func (s *Session) SayDateTime(ctx context.Context, at time.Time, stop string, format *DateTimeFormat) (digit string, err error) {
	arguments := []string{unix(at), stop}
	if format != nil {
		arguments = append(arguments, format.arguments()...)
	}
	return s.runDigit(ctx, notSaid, "SAY DATETIME", arguments...)
}

func (f *DateTimeFormat) arguments() []string {
	switch {
	case f.Zone != "":
		return []string{cmp.Or(f.Pattern, "ABdY 'digits/at' IMp"), f.Zone}
	case f.Pattern != "":
		return []string{f.Pattern}
	}
	return nil
}

func unix(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }
