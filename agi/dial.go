package agi

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"
)

// DialStatus is what became of an attempt to reach somebody: DIALSTATUS.
type DialStatus string

// Outcomes of [Session.Dial].
const (
	DialAnswer      DialStatus = "ANSWER"
	DialBusy        DialStatus = "BUSY"
	DialNoAnswer    DialStatus = "NOANSWER"
	DialCancel      DialStatus = "CANCEL" // the caller hung up first
	DialCongestion  DialStatus = "CONGESTION"
	DialUnavailable DialStatus = "CHANUNAVAIL" // nothing to reach it by: not registered, no such device
	DialRejected    DialStatus = "DONTCALL"    // by the privacy options
	DialTortured    DialStatus = "TORTURE"     // as above
	DialInvalid     DialStatus = "INVALIDARGS"
)

// Dialed is how [Session.Dial] has ended.
type Dialed struct {
	Status DialStatus
	Total  time.Duration // from the beginning to the end of the call, in whole seconds
	Talked time.Duration // from the answer on
	Cause  int           // Q.850, of the far end's hangup; event.Cause has the names
}

// Answered reports whether somebody picked up.
func (d Dialed) Answered() bool { return d.Status == DialAnswer }

// Dial calls target, such as "PJSIP/100" or several with & between them, and
// connects it with the caller, until one of them hangs up. Timeout is for the
// answer, in whole seconds; 0 means none. Options are those of the application
// Dial: with "g" the caller stays after the far end's hangup.
//
// If the caller hangs up, the error is [ErrHangup], and what is known of the
// call is there too.
func (s *Session) Dial(ctx context.Context, target string, timeout time.Duration, options string) (Dialed, error) {
	wait := ""
	if timeout > 0 {
		wait = strconv.FormatInt(seconds(timeout), 10)
	}
	_, err := s.Exec(ctx, "Dial", target, wait, options)
	if err != nil && !ran(err) {
		return Dialed{}, err
	}
	known, readErr := s.afterwards(ctx, "DIALSTATUS", "DIALEDTIME", "ANSWEREDTIME", "HANGUPCAUSE")
	if err == nil {
		err = readErr
	}
	cause, _ := strconv.Atoi(known[3])
	return Dialed{DialStatus(known[0]), inSeconds(known[1]), inSeconds(known[2]), cause}, err
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

func inSeconds(text string) time.Duration {
	n, _ := strconv.Atoi(text)
	return time.Duration(n) * time.Second
}
