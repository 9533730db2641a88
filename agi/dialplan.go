package agi

import (
	"cmp"
	"context"
	"strconv"
	"strings"
)

// Exec runs an application of the dialplan and returns its result ([EXEC]): 0
// in most cases, -1 if the dialplan would end now. Applications leave
// everything else that they have to tell in channel variables. The arguments
// are joined by commas, so these two are the same:
//
//	s.Exec(ctx, "Dial", "PJSIP/100", "30", "g")
//	s.Exec(ctx, "Dial", "PJSIP/100,30,g")
//
// Variables in the arguments are replaced only if the channel variable
// AGIEXECFULL is yes. If Asterisk does not know the application, the error is
// an [*Error].
//
// [EXEC]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/exec/
func (s *Session) Exec(ctx context.Context, application string, arguments ...string) (int, error) {
	r, err := s.exec(ctx, application, arguments...)
	if err != nil {
		return 0, err
	}
	return s.executed(ctx, application, r)
}

func (s *Session) exec(ctx context.Context, application string, arguments ...string) (Reply, error) {
	return s.do(ctx, "", "EXEC", application, strings.Join(arguments, ","))
}

// executed tells what the reply to an EXEC means.
func (s *Session) executed(ctx context.Context, application string, r Reply) (int, error) {
	const command, unknown = "EXEC", -2
	n, _ := r.Int()
	switch {
	case n == unknown:
		return n, &Error{Command: command, Reply: r, reason: "Asterisk does not know the application " + application + " (is its module loaded?)"}
	case n < 0:
		return n, s.unlessGone(ctx, command, r)
	}
	return n, nil
}

// Location is a place in the dialplan, for [Session.Gosub].
type Location struct {
	Context   string
	Extension string // "" means s
	Priority  string // a number or a label; "" means 1
}

// Gosub runs a subroutine of the dialplan up to its Return ([GOSUB]). What the
// subroutine returns is in the variable GOSUB_RETVAL. If there is no such
// location, or the subroutine ends without a Return, the error is an [*Error].
//
// [GOSUB]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/gosub/
func (s *Session) Gosub(ctx context.Context, to Location, arguments ...string) error {
	const command = "GOSUB"
	r, err := s.run(ctx, "there is no such place in the dialplan", command,
		to.Context, cmp.Or(to.Extension, "s"), cmp.Or(to.Priority, "1"), strings.Join(arguments, ","))
	if err != nil || !strings.HasSuffix(r.Rest(), "(abnormal exit)") {
		return err
	}
	return s.failed(ctx, command, r, "the subroutine ended without a Return")
}

// SetContext sets the context in which the dialplan goes on after the session
// ([SET CONTEXT]). Asterisk does not check whether it exists.
//
// [SET CONTEXT]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/set_context/
func (s *Session) SetContext(ctx context.Context, dialplan string) error {
	_, err := s.run(ctx, "", "SET CONTEXT", dialplan)
	return err
}

// SetExtension sets the extension at which the dialplan goes on after the
// session ([SET EXTENSION]). Asterisk does not check whether it exists.
//
// [SET EXTENSION]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/set_extension/
func (s *Session) SetExtension(ctx context.Context, extension string) error {
	_, err := s.run(ctx, "", "SET EXTENSION", extension)
	return err
}

// SetPriority sets the priority at which the dialplan goes on after the session
// ([SET PRIORITY]): a number, or a label of the extension that was set before.
//
// [SET PRIORITY]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/set_priority/
func (s *Session) SetPriority(ctx context.Context, priority string) error {
	_, err := s.run(ctx, "", "SET PRIORITY", priority)
	return err
}

// AsyncBreak ends the session on Asterisk's side, if the call came by
// AGI(agi:async), so that the dialplan goes on ([ASYNCAGI BREAK]). Elsewhere it
// does nothing.
//
// [ASYNCAGI BREAK]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/asyncagi_break/
func (s *Session) AsyncBreak(ctx context.Context) error {
	_, err := s.run(ctx, "", "ASYNCAGI BREAK")
	return err
}

// NoOp does nothing ([NOOP]). Its words are seen where AGI is debugged.
//
// [NOOP]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/noop/
func (s *Session) NoOp(ctx context.Context, words ...string) error {
	_, err := s.run(ctx, "", "NOOP", words...)
	return err
}

// Verbose writes a message to Asterisk's console and log, if they show that
// level of verbosity ([VERBOSE]): 1 to 4, or 0 for always.
//
// [VERBOSE]: https://docs.asterisk.org/Latest_API/API_Documentation/AGI_Commands/verbose/
func (s *Session) Verbose(ctx context.Context, message string, level int) error {
	_, err := s.run(ctx, "", "VERBOSE", message, strconv.Itoa(level))
	return err
}
