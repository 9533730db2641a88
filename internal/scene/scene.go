// Package scene has what the calls of tests do once AGI serves them: handlers that run unchanged as a script, behind
// FastAGI and over AsyncAGI. The dialplan names the scene as the first argument of AGI; what came of it is in the
// channel variable RESULT, or in AGISTATUS.
package scene

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
)

// Handler plays the scene that the call asks for.
var Handler = agi.HandlerFunc(serve)

func serve(ctx context.Context, s *agi.Session) error {
	if len(s.Env.Arguments) == 0 {
		return errors.New("no scene named")
	}
	name, arguments := s.Env.Arguments[0], s.Env.Arguments[1:]
	switch name {
	case "success":
		return tell(ctx, s, "success")
	case "failure":
		return errors.New("meant to fail")
	case "panic":
		panic("meant to panic")
	case "exit":
		runtime.Goexit()
	case "killed":
		return kill()
	case "arguments":
		return tell(ctx, s, fmt.Sprintf("%q", arguments))
	case "commands":
		return commands(ctx, s, arguments[0], arguments[1])
	case "words":
		return words(ctx, s)
	case "hangup before":
		return hangupBefore(ctx, s)
	case "hangup during":
		return hangupDuring(ctx, s)
	case "silent hangup":
		return silentHangup(ctx, s)
	case "exit on hangup":
		return exitOnHangup(ctx, s)
	case "stranger":
		return stranger(ctx, s, arguments)
	case "dead":
		return dead(ctx, s)
	}
	return fmt.Errorf("no scene %q", name)
}

// kill ends the program in the middle of the call, as the system does when it is out of memory.
func kill() error {
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		return err
	}
	if err := self.Kill(); err != nil {
		return err
	}
	select {}
}

// tell leaves the outcome of a scene for the dialplan.
func tell(ctx context.Context, s *agi.Session, result string) error {
	_, err := s.Do(ctx, "SET VARIABLE", "RESULT", result)
	return err
}

// ready says over AMI that the test may go on with the call.
func ready(ctx context.Context, s *agi.Session) error {
	_, err := s.Do(ctx, "EXEC", "UserEvent", "Ready")
	return err
}

// words hands what is hard to quote to and fro.
func words(ctx context.Context, s *agi.Session) error {
	for _, word := range []string{
		"", " ", "two words", `"`, `quo"ted`, `\`, `back\slash\`, `\n`, "a,b", "tab\there", "ümläut ☎", "(a (b) c)", "200 result=1 (x)",
		"cr\rhere", "$x", "a;b|c", strings.Repeat("x", 900),
	} {
		_, err := s.Do(ctx, "SET VARIABLE", "WORDS", word)
		if errors.Is(err, agi.ErrInvalid) && strings.Contains(word, "\r") && s.Env.Request == "async" {
			continue // AMI can't carry it
		}
		if err != nil {
			return err
		}
		reply, err := s.Do(ctx, "GET VARIABLE", "WORDS")
		if err != nil || reply.Data != word {
			return fmt.Errorf("%q came back as %q, %w", word, reply.Data, err)
		}
	}
	return tell(ctx, s, "words")
}

// hangupBefore commands nothing until the channel has hung up.
func hangupBefore(ctx context.Context, s *agi.Session) error {
	if err := ready(ctx, s); err != nil {
		return err
	}
	return afterHangup(ctx, s, "none")
}

// hangupDuring waits for a digit that never comes.
func hangupDuring(ctx context.Context, s *agi.Session) error {
	if err := ready(ctx, s); err != nil {
		return err
	}
	reply, err := s.Do(ctx, "WAIT FOR DIGIT", "-1")
	if err != nil && !errors.Is(err, agi.ErrHangup) {
		return err
	}
	return afterHangup(ctx, s, reply.Result)
}

const patience = time.Minute

// afterHangup tells what the session says of itself, by the context that it
// has given the handler.
func afterHangup(ctx context.Context, s *agi.Session, during string) error {
	select {
	case <-ctx.Done():
	case <-time.After(patience):
		return errors.New("the hangup did not end the context")
	}
	if cause := context.Cause(ctx); !errors.Is(cause, agi.ErrHangup) {
		return fmt.Errorf("the context ended with %v", cause)
	}
	_, err := s.Do(ctx, "STREAM FILE", "beep", "")
	if !errors.Is(err, agi.ErrHangup) || errors.Is(err, agi.ErrNotSent) {
		return fmt.Errorf("STREAM FILE after the hangup: %v", err)
	}
	return tell(ctx, s, "hung up, reply "+during)
}

// silentHangup has AGISIGHUP=no: nobody tells of the hangup, but the commands
// do.
func silentHangup(ctx context.Context, s *agi.Session) error {
	if err := ready(ctx, s); err != nil {
		return err
	}
	during, err := s.Do(ctx, "WAIT FOR DIGIT", "-1")
	if err != nil {
		return err
	}
	_, err = s.Do(ctx, "STREAM FILE", "beep", "")
	if !errors.Is(err, agi.ErrHangup) || errors.Is(err, agi.ErrNotSent) || ctx.Err() != nil {
		return fmt.Errorf("STREAM FILE after the hangup: %v, %v", err, ctx.Err())
	}
	return tell(ctx, s, "reply "+during.Result)
}

// exitOnHangup has AGIEXITONHANGUP=yes: the session is over with the channel.
func exitOnHangup(ctx context.Context, s *agi.Session) error {
	if err := ready(ctx, s); err != nil {
		return err
	}
	<-ctx.Done()
	return context.Cause(ctx)
}

// dead runs on a channel that has hung up before the session begins.
func dead(ctx context.Context, s *agi.Session) error {
	_, err := s.Do(ctx, "STREAM FILE", "beep", "")
	if !errors.Is(err, agi.ErrHangup) {
		return fmt.Errorf("STREAM FILE on a dead channel: %v", err)
	}
	text := "dead"
	if ctx.Err() != nil {
		text += ", and told so"
	}
	return tell(ctx, s, strings.TrimSpace(text))
}
