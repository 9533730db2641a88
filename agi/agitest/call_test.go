package agitest_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
)

// recorder is a test that may fail.
type recorder struct {
	*testing.T
	said string
}

func (r *recorder) Fatalf(format string, arguments ...any) {
	r.said = fmt.Sprintf(format, arguments...)
	runtime.Goexit()
}

// failing returns what test failed with.
func failing(t *testing.T, test func(*recorder)) string {
	t.Helper()
	r := &recorder{T: t}
	done := make(chan struct{})
	// Ends with the test.
	go func() {
		defer close(done)
		test(r)
	}()
	<-done
	return r.said
}

func do(commands ...string) agi.HandlerFunc {
	return func(ctx context.Context, s *agi.Session) error {
		for _, command := range commands {
			if _, err := s.Do(ctx, command); err != nil {
				return err
			}
		}
		return nil
	}
}

func TestFailedExpectationEndsTheTest(t *testing.T) {
	for _, test := range []struct {
		name, want string
		run        func(*recorder)
	}{
		{"another command", "command = VERBOSE, want ANSWER", func(r *recorder) {
			agitest.Start(r, do("VERBOSE"), nil).Expect("ANSWER")
		}},
		{"other arguments", `command = SET VARIABLE "A" "1", want SET VARIABLE "A" "2"`, func(r *recorder) {
			handler := func(ctx context.Context, s *agi.Session) error {
				_, err := s.Do(ctx, "SET VARIABLE", "A", "1")
				return err
			}
			agitest.Start(r, agi.HandlerFunc(handler), nil).Expect("SET VARIABLE", "A", "2")
		}},
		{"the end", "the session has ended (no), want command ANSWER", func(r *recorder) {
			agitest.Start(r, agi.HandlerFunc(func(context.Context, *agi.Session) error { return errors.New("no") }), nil).Expect("ANSWER")
		}},
		{"nothing", "nothing came for 1m0s, want ANSWER", func(r *recorder) {
			agitest.Start(r, agi.HandlerFunc(func(ctx context.Context, _ *agi.Session) error {
				<-ctx.Done()
				return nil
			}), &agitest.Config{Patience: time.Minute}).Expect("ANSWER")
		}},
		{"a command too many", "command = ANSWER, want the end of the session", func(r *recorder) {
			_ = agitest.Start(r, do("ANSWER"), nil).Wait()
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if said := failing(t, test.run); !strings.Contains(said, test.want) {
					t.Errorf("failed with %q, want %q", said, test.want)
				}
			})
		})
	}
}

// lasting is a test with cleanups of its own.
type lasting struct {
	recorder
	cleanups []func()
}

func (l *lasting) Cleanup(f func()) { l.cleanups = append(l.cleanups, f) }

func (l *lasting) Errorf(format string, arguments ...any) { l.said = fmt.Sprintf(format, arguments...) }

func TestPatienceWithAHandlerThatStays(t *testing.T) {
	for _, test := range []struct {
		name, want string
		run        func(*lasting, *agitest.Call)
	}{
		{"Wait", "the session has ended, and the handler has not returned for 1m0s",
			func(_ *lasting, c *agitest.Call) { _ = c.Wait() }},
		{"Expect", "the session has ended (the handler has not returned for 1m0s), want command ANSWER",
			func(_ *lasting, c *agitest.Call) { c.Expect("ANSWER") }},
		{"cleanup", "the call is closed, and the handler has not returned for 1m0s",
			func(l *lasting, _ *agitest.Call) { l.cleanups[0]() }},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				leave := make(chan struct{})
				l := &lasting{recorder: recorder{T: t}}
				call := agitest.Start(l, agi.HandlerFunc(func(context.Context, *agi.Session) error {
					<-leave
					return nil
				}), &agitest.Config{Patience: time.Minute})
				call.Close()
				done := make(chan struct{})
				// Ends with what waits.
				go func() {
					defer close(done)
					test.run(l, call)
				}()
				<-time.After(2 * time.Minute)
				close(leave)
				<-done
				if !strings.Contains(l.said, test.want) {
					t.Errorf("failed with %q, want %q", l.said, test.want)
				}
			})
		})
	}
}

func TestEnvironment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var env agi.Env
		call := agitest.Start(t, agi.HandlerFunc(func(_ context.Context, s *agi.Session) error {
			env = s.Env
			return nil
		}), &agitest.Config{
			Script:    "ivr/de?from=1",
			Arguments: []string{"one", "", "three"},
			Env:       []string{"agi_callerid", "555", "agi_more", "yes"},
		})
		if err := call.Wait(); err != nil {
			t.Fatal(err)
		}
		if env.Path() != "ivr/de" || env.Query().Get("from") != "1" || !env.Network {
			t.Errorf("the script is %q", env.NetworkScript)
		}
		if !slices.Equal(env.Arguments, []string{"one", "", "three"}) {
			t.Errorf("the arguments are %q", env.Arguments)
		}
		if env.CallerID != "555" || env.Fields().Get("agi_more") != "yes" || env.RDNIS != "" || env.Extension != "200" {
			t.Errorf("the environment is %v", env.Fields())
		}
	})
}

func TestRawEnv(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		call := agitest.Start(t, do(), &agitest.Config{RawEnv: "agi_request: half"})
		call.Close()
		if err := call.Wait(); err == nil {
			t.Error("Wait() = nil for an environment without an end")
		}
	})
}

func TestHangupSilently(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		call := agitest.Start(t, do("NOOP", "SET VARIABLE", "STREAM FILE"), &agitest.Config{Automatic: true})
		call.Expect("NOOP").Success()
		call.HangupSilently()
		var refused *agi.Error
		if err := call.Wait(); !errors.As(err, &refused) || refused.Reply.Code != 511 || !errors.Is(err, agi.ErrHangup) {
			t.Errorf("Wait() = %v, want the refusal of a dead channel", err)
		}
	})
}

func TestHandlerEndsItsGoroutine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		said := failing(t, func(r *recorder) {
			call := agitest.Start(r, agi.HandlerFunc(func(context.Context, *agi.Session) error { runtime.Goexit(); return nil }), nil)
			call.Expect("ANSWER")
		})
		if want := "the handler ended its goroutine"; !strings.Contains(said, want) {
			t.Errorf("failed with %q, want %q", said, want)
		}
	})
}

func TestServerEndsWithFailure(t *testing.T) {
	for text, want := range map[string]error{"NOOP\nFailure now\nNOOP\n": agitest.ErrFailure, "NOOP\n": nil} {
		synctest.Test(t, func(t *testing.T) {
			ours, theirs := net.Pipe()
			// Ends with the text.
			go func() {
				defer theirs.Close()
				buf := make([]byte, 4096)
				_, _ = theirs.Read(buf) // the environment
				_, _ = theirs.Write([]byte(text))
				for range 2 {
					_, _ = theirs.Read(buf) // the answer, and the notice at the end
				}
			}()
			call := agitest.New(t, ours, nil)
			call.Expect("NOOP").Success()
			if want == nil {
				theirs.Close()
			}
			if err := call.Wait(); err != want {
				t.Errorf("%q: Wait() = %v, want %v", text, err, want)
			}
		})
	}
}

func TestTokens(t *testing.T) {
	for line, want := range map[string][]string{
		``:                       nil,
		" \t ":                   nil,
		`ANSWER`:                 {"ANSWER"},
		"SAY\tDIGITS  12 \"\"":   {"SAY", "DIGITS", "12", ""},
		`a"b c"d`:                {"ab cd"},
		`"a\"b\\c" ab\ncd`:       {`a"b\c`, "abncd"},
		`x\ y`:                   {"x y"},
		`"open to the end  `:     {"open to the end  "},
		`SET VARIABLE "A" " b "`: {"SET", "VARIABLE", "A", " b "},
	} {
		if got := agitest.Tokens(line); !slices.Equal(got, want) {
			t.Errorf("Tokens(%q) = %q, want %q", line, got, want)
		}
	}
}

func TestApplicationReturnsOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		call := agitest.Start(t, do("EXEC", "NOOP"), nil)
		call.Expect("EXEC").Result("1")
		call.Expect("NOOP").Success()
		if err := call.Wait(); err != nil {
			t.Errorf("Wait() = %v", err)
		}
	})
}

func TestNobodyPressesADigit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		call := agitest.Start(t, agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			input, err := s.GetData(ctx, "enter-pin", time.Second, 4)
			if want := (agi.Input{TimedOut: true}); input != want {
				t.Errorf("GetData() = %+v, want %+v", input, want)
			}
			return err
		}), nil)
		call.Expect("GET DATA").Success()
		if err := call.Wait(); err != nil {
			t.Errorf("Wait() = %v", err)
		}
	})
}

func TestDigits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []string
		handler := func(ctx context.Context, s *agi.Session) error {
			for _, c := range [][]string{
				{"GET DATA", "a", "1000", "3"}, {"GET DATA", "a", "1000", "9"}, {"STREAM FILE", "a", "0*"},
				{"STREAM FILE", "a", "789"}, {"WAIT FOR DIGIT", "100"}, {"WAIT FOR DIGIT", "100"}, {"GET DATA", "a"},
			} {
				r, err := s.Do(ctx, c[0], c[1:]...)
				if err != nil {
					return err
				}
				got = append(got, strings.TrimPrefix(r.String(), "200 result="))
			}
			return nil
		}
		call := agitest.Start(t, agi.HandlerFunc(handler), &agitest.Config{Automatic: true, Digits: "01234#*5"})
		if err := call.Wait(); err != nil {
			t.Fatal(err)
		}
		want := []string{"012", "34", "42 endpos=4000", "0 endpos=8000", "53", "0", " (timeout)"}
		if !slices.Equal(got, want) {
			t.Errorf("results = %q, want %q", got, want)
		}
	})
}

func TestOtherChannels(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []string
		handler := func(ctx context.Context, s *agi.Session) error {
			for _, c := range [][]string{
				{"CHANNEL STATUS", "PJSIP/200-2"}, {"HANGUP", "PJSIP/200-2"}, {"GET FULL VARIABLE", "${A}", "PJSIP/200-2"},
				{"CHANNEL STATUS", "pjsip/100-1"}, {"GET FULL VARIABLE", "${A}", "PJSIP/100-1"}, {"HANGUP", "PJSIP/100-1"},
			} {
				r, err := s.Do(ctx, c[0], c[1:]...)
				if err != nil {
					return err
				}
				got = append(got, r.Result+r.Data)
			}
			<-ctx.Done()
			return context.Cause(ctx)
		}
		call := agitest.Start(t, agi.HandlerFunc(handler), &agitest.Config{
			Automatic: true, Env: []string{"agi_channel", "PJSIP/100-1"}, Variables: map[string]string{"A": "x"},
		})
		if err := call.Wait(); !errors.Is(err, agi.ErrHangup) {
			t.Errorf("Wait() = %v, want %v", err, agi.ErrHangup)
		}
		if want := []string{"-1", "-1", "0", "4", "1x", "1"}; !slices.Equal(got, want) {
			t.Errorf("results = %q, want %q", got, want)
		}
	})
}

func TestStoredValues(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []string
		handler := func(ctx context.Context, s *agi.Session) error {
			for _, c := range [][]string{
				{"SET VARIABLE", "A", "1"}, {"GET VARIABLE", "A"}, {"GET VARIABLE", "B"}, {"GET VARIABLE", "X"},
				{"GET FULL VARIABLE", "<${A}-${B}>"}, {"DATABASE PUT", "f", "k/l", "v"}, {"DATABASE GET", "f", "k/l"},
				{"DATABASE DELTREE", "f", "k"}, {"DATABASE GET", "f", "k/l"}, {"DATABASE DELTREE", "f"},
				{"CHANNEL STATUS"}, {"ANSWER"}, {"CHANNEL STATUS"}, {"GOSUB", "a", "s", "1"},
			} {
				r, err := s.Do(ctx, c[0], c[1:]...)
				if err != nil {
					return err
				}
				got = append(got, r.Result+r.Data)
			}
			return nil
		}
		call := agitest.Start(t, agi.HandlerFunc(handler), &agitest.Config{Automatic: true, Variables: map[string]string{"X": ""}})
		if err := call.Wait(); err != nil {
			t.Fatal(err)
		}
		want := []string{"1", "11", "0", "1", "1<1->", "1", "1v", "0", "0", "1", "4", "0", "6", "0"}
		if !slices.Equal(got, want) {
			t.Errorf("results = %q, want %q", got, want)
		}
	})
}
