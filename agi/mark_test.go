package agi_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
)

// asked are the commands whose value has no end of its own.
var asked = map[string]func(context.Context, *agi.Session) (string, bool, error){
	`GET VARIABLE "A"`: func(ctx context.Context, s *agi.Session) (string, bool, error) { return s.GetVariable(ctx, "A") },
	`GET FULL VARIABLE "${A}"`: func(ctx context.Context, s *agi.Session) (string, bool, error) {
		return s.GetFullVariable(ctx, "${A}", "")
	},
	`DATABASE GET "family" "key"`: func(ctx context.Context, s *agi.Session) (string, bool, error) {
		return s.DatabaseGet(ctx, "family", "key")
	},
	`RECEIVE TEXT "1000"`: func(ctx context.Context, s *agi.Session) (string, bool, error) {
		return s.ReceiveText(ctx, time.Second)
	},
}

// A value is what Asterisk wrote, whatever it holds, in whatever pieces it
// comes, and with the notice of a hangup behind it in the same piece.
func TestValues(t *testing.T) {
	values := map[string]string{
		"plain": "x", "empty": "", "parentheses": "a (b) c)", "line break": "a)\nb", "at the end": "a)\n", "at the front": "\nb",
		"a reply": "a)\n200 result=1 (b", "two": "a)\n200 result=0\n200 result=0", "hangup": "a)\nHANGUP", "hangup inside": "a)\nHANGUP\nHANGUP\nb",
		"open": "a\nHANGUP", "environment": "a)\nagi_request: x", "no end": "a)\n200 result=1 (mark-AAAAAAAAAAAAAAAAAAAAAAAAAA)\nb",
	}
	for name, value := range values {
		for command, ask := range asked {
			for _, hungUp := range []bool{false, true} {
				synctest.Test(t, func(t *testing.T) { oneValue(t, name, command, ask, value, hungUp, whole) })
			}
			synctest.Test(t, func(t *testing.T) { oneValue(t, name+" in pieces", command, ask, value, true, iotest.OneByteReader) })
		}
	}
}

// The same around the size of the buffer, 1 KiB.
func TestValuesAtTheBuffersEnd(t *testing.T) {
	const command = `GET VARIABLE "A"`
	for size := 990; size < 1030; size++ {
		long := strings.Repeat("x", size)
		for name, value := range map[string]string{"one line": long, "two lines": long + ")\nb", "hangup": long + ")\nHANGUP\nb"} {
			for _, hungUp := range []bool{false, true} {
				synctest.Test(t, func(t *testing.T) { oneValue(t, name, command, asked[command], value, hungUp, whole) })
			}
		}
	}
}

func whole(r io.Reader) io.Reader { return r }

func oneValue(t *testing.T, name, command string, ask func(context.Context, *agi.Session) (string, bool, error), value string, hungUp bool, network func(io.Reader) io.Reader) {
	reply := "200 result=1 (" + value + ")\n"
	if hungUp {
		reply += "HANGUP\n"
	}
	err := playOver(t, network, func(ctx context.Context, s *agi.Session) error {
		got, ok, err := ask(ctx, s)
		if got != value || !ok || err != nil {
			t.Errorf("%s: %s = %.40q (%d bytes), %t, %v", name, command, got, len(got), ok, err)
		}
		if cause := context.Cause(ctx); hungUp != errors.Is(cause, agi.ErrHangup) {
			t.Errorf("%s: %s, hung up %t: the context has ended with %v", name, command, hungUp, cause)
		}
		return s.SetVariable(ctx, "B", "1")
	}, "?"+command, reply, `?SET VARIABLE "B" "1"`, "200 result=1\n")
	if err != nil {
		t.Errorf("%s: %s, hung up %t: %v", name, command, hungUp, err)
	}
}

// A value that Asterisk could not write to its end is none.
func TestCutValue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_ = play(t, func(ctx context.Context, s *agi.Session) error {
			if value, ok, err := s.GetVariable(ctx, "A"); value != "" || ok || !errors.Is(err, agi.ErrClosed) {
				t.Errorf("A = %q, %t, %v, want %v", value, ok, err, agi.ErrClosed)
			}
			return nil
		}, `?GET VARIABLE "A"`, "200 result=1 (half\n")
	})
}

// silent is a peer that answers no mark. It takes the environment's, and says
// then what it has to.
func silent(t *testing.T, handler agi.HandlerFunc, command, says string) {
	ours, asterisk := net.Pipe()
	defer asterisk.Close()
	peer, told := agitest.NewPeer(asterisk), make(chan struct{})
	// Ends with the pipe.
	go func() {
		defer close(told)
		_, _ = io.WriteString(asterisk, "agi_request: test\nagi_version: 22.10.1\n\n")
		if line, err := peer.Receive(); err != nil || !strings.HasPrefix(line, command) {
			t.Errorf("got %q, %v, want %s", line, err, command)
		}
		// Ends with the pipe.
		go func() { _, _ = io.Copy(io.Discard, asterisk) }()
		_, _ = io.WriteString(asterisk, says)
	}()
	stream := agi.NewStream(ours, ours)
	env, err := stream.ReadEnv()
	if err != nil {
		t.Fatal(err)
	}
	_ = agi.Serve(t.Context(), stream, env, handler, &agi.Config{HangupGrace: time.Second})
	_ = ours.Close()
	stream.Wait()
	<-told
}

// A hangup counts while a value is read of which no more comes.
func TestHangupInAValue(t *testing.T) {
	for _, test := range []struct {
		name, command string
		ask           func(context.Context, *agi.Session) (string, bool, error)
	}{
		{"with a mark", "GET VARIABLE", asked[`GET VARIABLE "A"`]},
		{"with a tail", "GET FULL VARIABLE", func(ctx context.Context, s *agi.Session) (string, bool, error) { return s.Variable(ctx, "A") }},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				silent(t, func(ctx context.Context, s *agi.Session) error {
					value, ok, err := test.ask(ctx, s)
					if value != "" || ok || !errors.Is(err, agi.ErrHangup) || !errors.Is(err, agi.ErrClosed) {
						t.Errorf("A = %q, %t, %v, want %v", value, ok, err, agi.ErrHangup)
					}
					if cause := context.Cause(ctx); !errors.Is(cause, agi.ErrHangup) {
						t.Errorf("the context ended with %v, want %v", cause, agi.ErrHangup)
					}
					return nil
				}, test.command, "200 result=1 (x\nHANGUP\nHANGUP\n")
				if took := time.Since(began); took != agi.DefaultHangupGrace {
					t.Errorf("it took %v, want the default grace, for all that a shorter one is set", took)
				}
			})
		})
	}
}

// A line of the environment where a reply is due says that the environment was
// cut, and that nothing read since can be trusted.
func TestEnvironmentWhereAReplyIsDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_ = play(t, func(ctx context.Context, s *agi.Session) error {
			err := s.NoOp(ctx)
			if !errors.Is(err, agi.ErrClosed) || !strings.Contains(err.Error(), "line break") {
				t.Errorf("NoOp = %v, want %v", err, agi.ErrClosed)
			}
			return nil
		}, "?NOOP", "agi_dnid: 200\n")
	})
}

// A hangup after the environment, and before the answer that confirms it, is
// one; a line that looks like it in the environment is none.
func TestHangupBeforeTheMark(t *testing.T) {
	const end = "agi_threadid: 1\n\n"
	for name, test := range map[string]struct {
		env, behind string
		hungUp      bool
	}{
		"none":       {"agi_callerid: 1\n" + end, "", false},
		"real":       {"agi_callerid: 1\n" + end, "HANGUP\n", true},
		"glued":      {"agi_callerid: 1\n" + end, "HANGUP", true},
		"forged":     {"agi_callerid: 1\n\nHANGUP\n" + end, "", false},
		"forged end": {"agi_callerid: 1\n" + end + "HANGUP\n" + end, "", false},
		"both":       {"agi_callerid: 1\n\nHANGUP\n" + end, "HANGUP\n", true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ours, asterisk := net.Pipe()
				marked := make(chan struct{})
				// Ends when the answer is written.
				go func() {
					defer close(marked)
					_, _ = io.WriteString(asterisk, "agi_request: x\n"+test.env)
					line := make([]byte, 100)
					n, _ := asterisk.Read(line)
					reply, ok := agitest.MarkReply(strings.TrimSuffix(string(line[:n]), "\n"))
					if !ok {
						t.Errorf("the first command is %q", line[:n])
					}
					_, _ = io.WriteString(asterisk, test.behind+reply+"\n")
				}()
				stream := agi.NewStream(ours, ours)
				env, err := stream.ReadEnv()
				if err != nil {
					t.Error(err)
				}
				<-marked
				_ = agi.Serve(t.Context(), stream, env, agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
					if cause := context.Cause(ctx); errors.Is(cause, agi.ErrHangup) != test.hungUp {
						t.Errorf("the context has ended with %v", cause)
					}
					return nil
				}), nil)
				asterisk.Close()
				ours.Close()
				stream.Wait()
			})
		})
	}
}

// What was written to stdout before the session began is answered first.
func TestAnswerBeforeTheMark(t *testing.T) {
	ours, asterisk := net.Pipe()
	defer asterisk.Close()
	// Ends with the pipe.
	go func() {
		_, _ = io.WriteString(asterisk, "agi_request: x\n\n510 Invalid or unknown command\n")
		_, _ = agitest.NewPeer(asterisk).Receive()
	}()
	_, err := agi.NewStream(ours, ours).ReadEnv()
	if err == nil || !strings.Contains(err.Error(), "510 Invalid") || !strings.Contains(err.Error(), "written before") {
		t.Errorf("ReadEnv() = %v", err)
	}
	ours.Close()
}

// Asterisk that never answers does not keep a script for ever.
func TestScriptWithoutAnAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stdin, toScript := io.Pipe()
		began := time.Now()
		// Ends with the pipe.
		go func() { _, _ = io.WriteString(toScript, "agi_request: x\n\n") }()
		err := agi.RunOver(t.Context(), stdin, io.Discard, make(chan os.Signal), agi.HandlerFunc(func(context.Context, *agi.Session) error {
			t.Error("the handler was called")
			return nil
		}))
		if err == nil || !agi.Failed(err) || time.Since(began) != 10*time.Second {
			t.Errorf("Run() = %v after %v", err, time.Since(began))
		}
		toScript.Close()
	})
}
