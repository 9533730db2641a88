package agi

import (
	"context"
	"strconv"
	"strings"
)

// Exec runs an application of the dialplan and returns its result: 0 in most
// cases, -1 if the dialplan would end now. What it has to tell is in channel
// variables. The arguments are joined by commas, so both of these are the same:
//
//	s.Exec(ctx, "Dial", "PJSIP/100", "30", "g")
//	s.Exec(ctx, "Dial", "PJSIP/100,30,g")
//
// Variables in them are replaced only if the channel variable AGIEXECFULL is
// yes. An application that Asterisk does not know is an [*Error].
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

// Gosub runs a subroutine of the dialplan, up to its Return. Priority is a
// number or a label. What it returns is in the variable GOSUB_RETVAL.
func (s *Session) Gosub(ctx context.Context, dialplan, extension, priority string, arguments ...string) error {
	const command = "GOSUB"
	r, err := s.run(ctx, "there is no such place in the dialplan", command, dialplan, extension, priority, strings.Join(arguments, ","))
	if err != nil || !strings.HasSuffix(r.Rest(), "(abnormal exit)") {
		return err
	}
	return s.failed(ctx, command, r, "the subroutine ended without a Return")
}

// SetContext sets the context in which the dialplan goes on after the session.
// Whether it exists is not checked.
func (s *Session) SetContext(ctx context.Context, dialplan string) error {
	_, err := s.run(ctx, "", "SET CONTEXT", dialplan)
	return err
}

// SetExtension sets the extension at which the dialplan goes on after the
// session.
func (s *Session) SetExtension(ctx context.Context, extension string) error {
	_, err := s.run(ctx, "", "SET EXTENSION", extension)
	return err
}

// SetPriority sets the priority at which the dialplan goes on after the
// session: a number, or a label of the extension set before.
func (s *Session) SetPriority(ctx context.Context, priority string) error {
	_, err := s.run(ctx, "", "SET PRIORITY", priority)
	return err
}

// AsyncBreak ends the session on Asterisk's side, so that the dialplan goes on,
// if it came by AGI(agi:async). Elsewhere it does nothing.
func (s *Session) AsyncBreak(ctx context.Context) error {
	_, err := s.run(ctx, "", "ASYNCAGI BREAK")
	return err
}

// NoOp does nothing, but its words are seen where AGI is debugged.
func (s *Session) NoOp(ctx context.Context, words ...string) error {
	_, err := s.run(ctx, "", "NOOP", words...)
	return err
}

// Verbose writes a message to Asterisk's console and log, if these show the
// verbosity of that level: 1 to 4, or 0 for always.
func (s *Session) Verbose(ctx context.Context, message string, level int) error {
	_, err := s.run(ctx, "", "VERBOSE", message, strconv.Itoa(level))
	return err
}
