package agi

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/ended"
)

// Session is one call, as a conversation: commands go out one at a time, and
// each has one reply. It is safe for concurrent use; commands then wait for
// each other.
//
// # Hangup
//
// When the channel hangs up, the handler's context ends with the cause
// [ErrHangup]. The command that is running then still gets its reply. After
// it, commands that Asterisk runs on a dead channel are run, with that same
// context: variables, the database, Verbose, Exec. All others return
// ErrHangup, and nothing is sent.
//
// # Cancelling
//
// When a context ends for any other reason while a command waits for its
// reply, the session ends too: Asterisk may be in the middle of a prompt, and
// a reply would come later that belongs to no command. That command and all
// after it return [ErrClosed] with the cause. A context that has ended before
// its command is sent fails that command alone. A deadline counts after the
// hangup, too; the cancel of a context that the hangup has ended does not.
type Session struct {
	// Env is what Asterisk told of the call at its start.
	Env Env

	conn    Conn
	longest int // bytes of a line
	grace   time.Duration
	cancel  context.CancelCauseFunc // of the handler's context

	turn    chan struct{} // holds a token while no command runs
	replies chan string   // one place: a reply is due only to one command
	done    chan struct{} // closed at the end
	hungUp  atomic.Bool
	told    atomic.Bool // a command has told the handler so

	mu        sync.Mutex // guards what follows
	replyDue  bool
	suspicion *time.Timer // runs while the reply seems to hold the notice of a hangup
	cause     error       // of the end

	line []byte // of the running command, whose turn it is
}

func newSession(conn Conn, env *Env, grace time.Duration, cancel context.CancelCauseFunc) *Session {
	s := &Session{
		Env:     *env,
		conn:    conn,
		longest: longestFor(env.Version),
		grace:   grace,
		cancel:  cancel,
		turn:    make(chan struct{}, 1),
		replies: make(chan string, 1),
		done:    make(chan struct{}),
	}
	s.turn <- struct{}{}
	return s
}

// Do runs any command and returns its reply: s.Do(ctx, "STREAM FILE", "hello",
// "#"). Arguments are quoted; the words of the command are letters, digits and
// single blanks. A reply with another code than 200 is an [*Error], and is
// returned too. The methods for the single commands know what a result means.
func (s *Session) Do(ctx context.Context, command string, arguments ...string) (Reply, error) {
	return s.do(ctx, "", command, arguments...)
}

// do is Do for a command whose value ends with tail.
func (s *Session) do(ctx context.Context, tail, command string, arguments ...string) (Reply, error) {
	r, err := s.command(ctx, tail, command, arguments...)
	if err != nil && errors.Is(err, ErrHangup) {
		s.told.Store(true)
	}
	return r, err
}

func (s *Session) command(ctx context.Context, tail, command string, arguments ...string) (Reply, error) {
	if err := s.takeTurn(ctx); err != nil {
		return Reply{}, &sessionError{command, ErrNotSent, err}
	}
	defer s.passTurn()
	line, err := appendCommand(s.line[:0], command, arguments, s.longest)
	s.line = line
	if err != nil {
		return Reply{}, &sessionError{command, ErrInvalid, err}
	}
	if s.hungUp.Load() && !runsWhenDead(command) {
		return Reply{}, &sessionError{command: command, state: ErrHangup}
	}
	text, err := s.exchange(ctx, Command{string(line), tail})
	if err != nil {
		return Reply{}, commandError(command, err)
	}
	reply := ParseReply(text)
	if reply.Code != codeOK {
		return reply, &Error{Command: command, Reply: reply}
	}
	return reply, nil
}

func commandError(command string, err error) error {
	if leavesOpen(err) || errors.Is(err, ErrClosed) {
		return &sessionError{command: command, state: err}
	}
	return &sessionError{command, ErrClosed, err}
}

// leavesOpen reports whether the session goes on after an error of Send.
func leavesOpen(err error) bool { return errors.Is(err, ErrNotSent) || errors.Is(err, ErrInvalid) }

// takeTurn waits until no other command runs: as long as ctx lasts, or the
// grace after the hangup.
func (s *Session) takeTurn(ctx context.Context) error {
	if err := refusal(ctx); err != nil {
		return err
	}
	select {
	case <-s.turn:
		return nil
	case <-ctx.Done():
	}
	if !endedByHangup(ctx) {
		return ended.Error(ctx)
	}
	timer, late := s.graceOf(ctx, errNoTurn)
	defer timer.Stop()
	select {
	case <-s.turn: // most often: the channel has hung up, which ends the command that runs
		return nil
	case <-timer.C:
		return late
	}
}

// refusal is why a command is not even tried with ctx. A hangup is no reason,
// but the deadline of a context that the hangup has ended is one.
func refusal(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	if !endedByHangup(ctx) {
		return ended.Error(ctx)
	}
	if deadline, ok := ctx.Deadline(); ok && !time.Now().Before(deadline) {
		return context.DeadlineExceeded
	}
	return nil
}

// graceOf begins the time that a command may take whose context the hangup has
// ended, and says why it is over: so is the deadline of that context, which
// can't end it once more.
func (s *Session) graceOf(ctx context.Context, cause error) (*time.Timer, error) {
	grace := s.grace
	if deadline, ok := ctx.Deadline(); ok {
		if left := time.Until(deadline); left < grace {
			grace, cause = left, context.DeadlineExceeded
		}
	}
	return time.NewTimer(grace), cause
}

func (s *Session) passTurn() { s.turn <- struct{}{} }

// exchange sends the command and waits for its reply.
func (s *Session) exchange(ctx context.Context, c Command) (string, error) {
	if err := s.expect(); err != nil {
		return "", err
	}
	if err := s.conn.Send(ctx, c); err != nil {
		if leavesOpen(err) {
			s.expectNothing()
		} else {
			s.end(err)
		}
		return "", err
	}
	select {
	case text := <-s.replies:
		return text, nil
	case <-s.done:
		return s.lastReply()
	case <-ctx.Done():
		return s.awaitBeyond(ctx)
	}
}

// awaitBeyond waits for a reply although ctx has ended, if that was for the
// hangup.
func (s *Session) awaitBeyond(ctx context.Context) (string, error) {
	if !endedByHangup(ctx) {
		s.end(ended.Error(ctx))
		return s.lastReply()
	}
	timer, late := s.graceOf(ctx, errNoReply)
	defer timer.Stop()
	select {
	case text := <-s.replies:
		return text, nil
	case <-s.done:
	case <-timer.C:
		s.end(late)
	}
	return s.lastReply()
}

// lastReply returns the reply that has come before the end, or why there is
// none.
func (s *Session) lastReply() (string, error) {
	select {
	case text := <-s.replies:
		return text, nil
	default:
		return "", s.endCause()
	}
}

func endedByHangup(ctx context.Context) bool {
	return ctx.Err() != nil && errors.Is(context.Cause(ctx), ErrHangup)
}
