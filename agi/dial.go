package agi

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go"
)

// Dialed is how [Session.Dial] has ended.
type Dialed struct {
	Status asterisk.DialStatus
	// Total is how long Dial took, the ringing included, by the clock of this
	// program.
	Total time.Duration
	// Talked is how long the two were connected: 0 if nobody answered, and if
	// TalkUnknown. See [Session.Dial].
	Talked time.Duration
	// TalkUnknown is true if somebody answered and Asterisk does not tell how long
	// the two were connected.
	TalkUnknown bool
	Cause       asterisk.Cause // of the far end's hangup
}

// Answered reports whether somebody picked up.
func (d Dialed) Answered() bool { return d.Status == asterisk.DialAnswer }

// Dial calls target, such as "PJSIP/100" or several with & between them, and
// connects it with the caller, until one of them hangs up. Timeout is for the
// answer, in whole seconds, rounded up; 0 or less means no limit. Options are those of the application
// Dial: with "g" the caller stays after the far end's hangup.
//
// If the caller hangs up, the error is [ErrHangup], and what is known of the
// call is there too.
//
// # Talk time
//
// Asterisk's ANSWEREDTIME is the time since the caller's channel was answered,
// and DIALEDTIME the channel's age, in their _MS variants, too. So the talk time
// is known if the caller's channel was not up yet when Dial began. Of a channel
// that was answered before, by the dialplan or by [Session.Answer], the dialplan
// has to note when the far end answers. Dial runs such a subroutine with the
// option U:
//
//	[agi-talk]
//	exten => s,1,Set(SHARED(AGI_ANSWERED,${AGI_CALLER})=${STRFTIME(,,%s.%3q)})
//	 same => n,Return()
//
//	dialed, err := s.Dial(ctx, "PJSIP/100", 20*time.Second, "gU(agi-talk)")
//
// With the option U, Dial sets __AGI_CALLER and SHARED(AGI_ANSWERED) before, and
// reads the latter afterwards.
//
// # Commands
//
// Dial sends [CHANNEL STATUS], [EXEC] of the application Dial, and [GET VARIABLE]
// for DIALSTATUS, HANGUPCAUSE and, if somebody answered, ANSWEREDTIME_MS. With
// the option U it also sends [SET VARIABLE] before and [GET FULL VARIABLE]
// afterwards.
//
// [CHANNEL STATUS]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/channel_status/
// [EXEC]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/exec/
// [GET VARIABLE]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/get_variable/
// [SET VARIABLE]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/set_variable/
// [GET FULL VARIABLE]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/get_full_variable/
func (s *Session) Dial(ctx context.Context, target string, timeout time.Duration, options string) (Dialed, error) {
	wait := ""
	if timeout > 0 {
		wait = strconv.FormatInt(seconds(timeout), 10)
	}
	up, err := s.isUp(ctx)
	noted := up && strings.Contains(options, "U(")
	if err == nil && noted {
		err = s.SetVariables(ctx, Variable{"__AGI_CALLER", s.Env.Channel}, Variable{"SHARED(AGI_ANSWERED)", ""})
	}
	if err != nil {
		return Dialed{}, err
	}
	began := time.Now()
	r, err := s.exec(ctx, "Dial", target, wait, options)
	d := Dialed{Total: time.Since(began)}
	if err == nil {
		_, err = s.executed(ctx, "Dial", r)
	}
	if err != nil && !ran(err) {
		return Dialed{}, err
	}
	readErr := s.readDialed(ctx, &d, up, noted)
	if err == nil {
		err = readErr
	}
	return d, err
}

// isUp asks whether the channel is answered. One that has hung up may have been.
func (s *Session) isUp(ctx context.Context) (bool, error) {
	state, err := s.ChannelStatus(ctx, "")
	if errors.Is(err, ErrHangup) {
		return true, nil
	}
	return state == asterisk.ChannelUp, err
}

// readDialed reads what Dial has left in variables. Up says that the caller's
// channel was answered before, noted that the dialplan may have noted when the
// far end answered.
func (s *Session) readDialed(ctx context.Context, d *Dialed, up, noted bool) error {
	known, err := s.afterwards(ctx, "DIALSTATUS", "HANGUPCAUSE")
	d.Status = asterisk.DialStatus(known[0])
	cause, _ := strconv.Atoi(known[1])
	d.Cause = asterisk.Cause(cause)
	if err != nil || !d.Answered() {
		return err
	}
	d.TalkUnknown = true
	since, err := s.sinceAnswer(ctx)
	switch {
	case err != nil:
		return err
	case !up || since == 0: // 0: the far end answered, and was never connected
		d.talked(since)
		return nil
	case !noted:
		return nil
	}
	times, _, err := s.GetFullVariable(ctx, "${SHARED(AGI_ANSWERED)} ${STRFTIME(,,%s.%3q)}", "")
	if talked, ok := between(times); ok {
		d.talked(talked)
	}
	return err
}

func (d *Dialed) talked(since time.Duration) { d.Talked, d.TalkUnknown = min(since, d.Total), false }

// sinceAnswer is the time since the caller's channel was answered, up to the
// end of the bridge; 0 if there was none.
func (s *Session) sinceAnswer(ctx context.Context) (time.Duration, error) {
	known, err := s.afterwards(ctx, "ANSWEREDTIME_MS")
	if err == nil && known[0] == "" { // older ones have whole seconds alone
		known, err = s.afterwards(ctx, "ANSWEREDTIME")
		return times(known[0], time.Second), err
	}
	return times(known[0], time.Millisecond), err
}

// between reads two times in seconds, with milliseconds, and returns how far
// they are apart.
func between(text string) (time.Duration, bool) {
	first, second, _ := strings.Cut(text, " ")
	begin, err := strconv.ParseFloat(first, 64)
	end, endErr := strconv.ParseFloat(second, 64)
	if err != nil || endErr != nil || !(end >= begin && end-begin < maxTimes) {
		return 0, false
	}
	return time.Duration((end-begin)*1000+0.5) * time.Millisecond, true
}

// ran reports whether an application ran although there is an error: then the
// caller hung up meanwhile.
func ran(err error) bool {
	var refused *Error
	return errors.As(err, &refused) && refused.hungUp
}

// afterwards returns the variables that an application sets, which can be read
// after a hangup too. What is not set is empty.
func (s *Session) afterwards(ctx context.Context, names ...string) ([]string, error) {
	values := make([]string, len(names))
	for i, name := range names {
		value, _, err := s.GetVariable(ctx, name)
		if err != nil {
			return values, err
		}
		values[i] = strings.TrimSpace(value)
	}
	return values, nil
}
