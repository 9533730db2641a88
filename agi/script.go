package agi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/ended"
)

// Main runs handler for the call that Asterisk started this program for, and
// ends the program: with exit code 1 after an error or a panic, so that
// AGISTATUS is FAILURE. It is all that a script's main function needs: Main does
// not return, and deferred calls of its caller never run. Nothing may be written
// to stdout before, for Asterisk takes that for commands.
//
// The error is logged to stderr, with the stack of a panic. As stderr often goes
// nowhere (Debian starts Asterisk so), it is told to Asterisk, too: see [Run].
func Main(handler Handler) { new(Script).Main(handler) }

// Script has the settings of a program that Asterisk starts. The zero value is
// that of [Main] and [Run].
type Script struct {
	// TrustEnv saves the round trip by which Asterisk confirms the environment:
	// see [Stream.ReadEnv] and [Stream.ReadTrustedEnv]. Set it only if the dialplan
	// lets no line break pass in what callers choose, for they can forge replies
	// then.
	TrustEnv bool
	// HangupGrace is that of [Config].
	HangupGrace time.Duration
}

// Main is the function [Main] with these settings.
func (s *Script) Main(handler Handler) {
	err := errExited // stays if handler ends this goroutine
	defer func() {
		if value := recover(); value != nil { // not the handler's: Serve recovers that
			panic(value)
		}
		os.Exit(exitCode(err))
	}()
	err = s.Run(context.Background(), handler)
}

// exitCode logs a failure.
func exitCode(err error) int {
	if !Failed(err) {
		return 0
	}
	var panicked *PanicError
	if errors.As(err, &panicked) {
		log.Printf("%v\n%s", err, panicked.Stack)
	} else {
		log.Print(err)
	}
	return 1
}

// Run runs handler for the call that Asterisk started this program for, over
// stdin and stdout, and returns its error. See [Failed] for what the exit code
// should be.
//
// A failure is told to Asterisk, which shows its text on the console and in the
// log as VERBOSE does: in one line, cut after 1,000 bytes. So keep secrets out
// of errors.
//
// Meanwhile SIGHUP is the hangup, SIGPIPE does not end the program, and
// os.Stdout is stderr: a stray fmt.Println must not pass for a command. What
// reads stdin goes on until stdin ends, so a program can call Run once. The
// handler runs on the caller's goroutine, which a [runtime.Goexit] of it ends: a
// failure that is told to Asterisk, too.
func Run(ctx context.Context, handler Handler) error { return new(Script).Run(ctx, handler) }

// Run is the function [Run] with these settings.
func (s *Script) Run(ctx context.Context, handler Handler) error {
	stdout := os.Stdout
	os.Stdout = os.Stderr
	defer func() { os.Stdout = stdout }()

	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	broken := make(chan os.Signal, 1) // nobody reads it: a write to a pipe that is closed just has an error
	signal.Notify(broken, syscall.SIGPIPE)
	defer signal.Stop(broken)

	return s.run(ctx, os.Stdin, stdout, hangup, handler)
}

// envTimeout bounds the wait for the environment and the answer that confirms
// it, which Asterisk sends at once.
const envTimeout = 10 * time.Second

func (s *Script) run(ctx context.Context, stdin io.Reader, stdout io.Writer, hangup <-chan os.Signal, handler Handler) (err error) {
	stream := NewStream(stdin, stdout)
	env, err := s.readEnv(ctx, stream)
	if err != nil {
		if !errors.Is(err, io.EOF) { // there is nobody else
			_ = stream.failWith(err)
		}
		return fmt.Errorf("%w (is this program run by Asterisk?)", err)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	err = errExited // stays if nothing returns
	defer func() {
		if Failed(err) {
			// Asterisk looks at the exit code only if the program has ended by the time at which it sees the end of stdout.
			_ = stream.failWith(err) // without it the exit code must do
		}
	}()
	return Serve(ctx, &script{stream, hangup, ctx.Done()}, env, handler, &Config{HangupGrace: s.HangupGrace})
}

// readEnv does not wait longer than ctx lasts, nor than Asterisk takes.
func (s *Script) readEnv(ctx context.Context, stream *Stream) (Env, error) {
	type result struct {
		env Env
		err error
	}
	read := make(chan result, 1)
	// Ends with what is read, or with stdin.
	go func() {
		var r result
		if s.TrustEnv {
			r.env, r.err = stream.ReadTrustedEnv()
		} else {
			r.env, r.err = stream.ReadEnv()
		}
		read <- r
	}()
	ctx, cancel := context.WithTimeoutCause(ctx, envTimeout, errEnvTimeout)
	defer cancel()
	select {
	case r := <-read:
		return r.env, r.err
	case <-ctx.Done():
		return Env{}, fmt.Errorf("agi: read the environment: %w", ended.Error(ctx))
	}
}

// script is the stream of a program that learns of the hangup by a signal.
type script struct {
	*Stream
	hangup  <-chan os.Signal
	stopped <-chan struct{}
}

// Start begins to read the stream, and to wait for the signal.
func (s *script) Start(to Receiver) {
	told := make(chan struct{})
	s.Stream.Start(&signalled{to, told, s.stopped})
	// Ends with the session.
	go func() {
		select {
		case <-s.hangup:
			to.Hangup()
			close(told)
		case <-s.stopped:
		}
	}()
}

// signalled is a receiver whose hangup may come a little later than the end:
// with AGIEXITONHANGUP Asterisk sends the signal and closes stdin at once.
type signalled struct {
	Receiver
	hangup, stopped <-chan struct{}
}

const signalGrace = 50 * time.Millisecond

func (s *signalled) End(cause error) {
	timer := time.NewTimer(signalGrace)
	defer timer.Stop()
	select {
	case <-s.hangup:
	case <-s.stopped:
	case <-timer.C:
	}
	s.Receiver.End(cause)
}
