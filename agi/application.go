package agi

import (
	"context"
	"fmt"
)

// Playback plays files, several with & between them, up to their end; no digit
// stops it. Options are those of the application Playback. If a file can't be
// played, the error is an [*Error]. It sends [EXEC], and [GET VARIABLE] for
// PLAYBACKSTATUS.
//
// [EXEC]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/exec/
// [GET VARIABLE]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/get_variable/
func (s *Session) Playback(ctx context.Context, files, options string) error {
	return s.succeed(ctx, "PLAYBACKSTATUS", "Playback", files, options)
}

// Transfer asks the caller's side to call destination itself, such as
// "PJSIP/100" or "SIP/100@example.com", and to leave this call. If it refuses,
// the error is an [*Error]. It sends [EXEC] of the application Transfer, and
// [GET VARIABLE] for TRANSFERSTATUS.
//
// [EXEC]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/exec/
// [GET VARIABLE]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/get_variable/
func (s *Session) Transfer(ctx context.Context, destination string) error {
	return s.succeed(ctx, "TRANSFERSTATUS", "Transfer", destination)
}

// succeed runs an application that says in a variable how it went.
func (s *Session) succeed(ctx context.Context, variable, application string, arguments ...string) error {
	if _, err := s.Exec(ctx, application, arguments...); err != nil {
		return err
	}
	status, _, err := s.GetVariable(ctx, variable)
	if err != nil || status == "SUCCESS" {
		return err
	}
	return &Error{Command: "EXEC", reason: fmt.Sprintf("%s %s: %s", application, arguments[0], status)}
}

// ConferenceEnd is why a caller has left a conference: the channel variable
// CONFBRIDGE_RESULT.
type ConferenceEnd string

// Ends of [Session.Conference].
const (
	ConferenceFailed  ConferenceEnd = "FAILED"    // the caller was not let in
	ConferenceHangup  ConferenceEnd = "HANGUP"    // the caller hung up
	ConferenceKicked  ConferenceEnd = "KICKED"    // somebody removed the caller
	ConferenceMarked  ConferenceEnd = "ENDMARKED" // the last marked user left
	ConferenceDigit   ConferenceEnd = "DTMF"      // the caller left by a key of the menu
	ConferenceTimeout ConferenceEnd = "TIMEOUT"   // the timeout of the user's profile was over
)

// Conference joins the caller to a ConfBridge until the caller leaves it, and
// returns why. If the caller hangs up, the error is [ErrHangup]. Profiles are
// those of the application: of the bridge, the user, the menu. It sends [EXEC]
// of the application ConfBridge, and [GET VARIABLE] for CONFBRIDGE_RESULT.
//
// [EXEC]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/exec/
// [GET VARIABLE]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/get_variable/
func (s *Session) Conference(ctx context.Context, name string, profiles ...string) (ConferenceEnd, error) {
	_, err := s.Exec(ctx, "ConfBridge", append([]string{name}, profiles...)...)
	known, err := s.ending(ctx, err, "CONFBRIDGE_RESULT")
	end := ConferenceEnd(known[0])
	if err == nil && end == ConferenceHangup { // its result is 0 all the same
		err = s.goneIn("EXEC", Reply{})
	}
	return end, err
}

// QueueEnd is why a caller has left a queue: the channel variable QUEUESTATUS,
// or, where Asterisk leaves that empty, one of the first three.
type QueueEnd string

// Ends of [Session.Queue].
const (
	QueueServed           QueueEnd = ""             // a member answered
	QueueAbandoned        QueueEnd = "ABANDONED"    // the caller hung up before a member answered
	QueueKey              QueueEnd = "KEY"          // the caller pressed a key that is an extension of the queue's context
	QueueUnknown          QueueEnd = "UNKNOWN"      // there is no such queue
	QueueTimeout          QueueEnd = "TIMEOUT"      // nobody answered within the timeout of the call to Queue
	QueueFull             QueueEnd = "FULL"         // as many callers wait as the queue takes (maxlen)
	QueueJoinEmpty        QueueEnd = "JOINEMPTY"    // the queue had no members when the caller came (joinempty)
	QueueLeaveEmpty       QueueEnd = "LEAVEEMPTY"   // the queue had no members any more (leavewhenempty)
	QueueJoinUnavailable  QueueEnd = "JOINUNAVAIL"  // the queue had no available members when the caller came (joinempty)
	QueueLeaveUnavailable QueueEnd = "LEAVEUNAVAIL" // the queue had no available members any more (leavewhenempty)
	QueueContinue         QueueEnd = "CONTINUE"     // a member answered and hung up, and the option c was given
	QueueWithdrawn        QueueEnd = "WITHDRAW"     // AMI's QueueWithdrawCaller took the caller out
)

// Queue puts the caller into a queue until a member has served the caller or
// the caller leaves, and returns which. If the caller hangs up, the error is
// [ErrHangup], and the end is QueueAbandoned if no member had answered,
// QueueServed otherwise. With any other error the end means nothing. Arguments
// are those of the application after the queue's name: options, URL,
// announcement, timeout in seconds... It sends [SET VARIABLE] to clear
// QUEUESTATUS and ABANDONED, [EXEC] of the application Queue, and [GET
// VARIABLE] for both.
//
// [SET VARIABLE]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/set_variable/
// [EXEC]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/exec/
// [GET VARIABLE]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/get_variable/
func (s *Session) Queue(ctx context.Context, name string, arguments ...string) (QueueEnd, error) {
	const status, abandoned = "QUEUESTATUS", "ABANDONED"
	err := s.SetVariables(ctx, Variable{status, ""}, Variable{abandoned, ""}) // those of an earlier queue stay otherwise
	if err != nil {
		return "", err
	}
	result, err := s.Exec(ctx, "Queue", append([]string{name}, arguments...)...)
	known, err := s.ending(ctx, err, status, abandoned)
	switch {
	case known[0] != "":
		return QueueEnd(known[0]), err
	case known[1] == "TRUE":
		return QueueAbandoned, err
	case err == nil && result == 0: // after a service the dialplan would not go on
		return QueueKey, nil
	}
	return QueueServed, err
}

// ending returns the variables in which an application says how it has ended,
// after a hangup of the caller too; err is what became of its EXEC.
func (s *Session) ending(ctx context.Context, err error, variables ...string) ([]string, error) {
	if err != nil && !ran(err) {
		return make([]string, len(variables)), err
	}
	known, readErr := s.afterwards(ctx, variables...)
	if err == nil {
		err = readErr
	}
	return known, err
}
