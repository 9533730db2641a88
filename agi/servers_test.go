package agi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
)

// endings are the ways in which a handler can end, and what each means
// everywhere: to the dialplan, and in the log.
var endings = []struct {
	name    string
	handler agi.Handler
	status  string
	level   string // none: nothing is logged
	message string
	said    string // in the error, the panic or its stack
}{
	{"success", agi.HandlerFunc(func(context.Context, *agi.Session) error { return nil }), "SUCCESS", "", "", ""},
	{"error", returning(errors.New("no tariff")), "FAILURE", "WARN", "handler failed", "no tariff"},
	{"panic", panicking("bug"), "FAILURE", "ERROR", "handler panicked", "servers_test.go"},
	{"panic with nil", panicking(nil), "FAILURE", "ERROR", "handler panicked", "nil argument"},
	{"panic with the hangup", panicking(agi.ErrHangup), "FAILURE", "ERROR", "handler panicked", "servers_test.go"},
	{"panic of another goroutine", returning(fmt.Errorf("worker: %w", &agi.PanicError{Value: "bug", Stack: []byte("worker.go")})),
		"FAILURE", "ERROR", "handler panicked", "worker.go"},
	{"exit", agi.HandlerFunc(func(context.Context, *agi.Session) error { runtime.Goexit(); return nil }),
		"FAILURE", "WARN", "handler failed", "the handler ended its goroutine"},
	{"hangup", returning(agi.ErrHangup), "SUCCESS", "", "", ""},
	{"wrapped hangup", returning(fmt.Errorf("ask: %w", agi.ErrHangup)), "SUCCESS", "", "", ""},
	{"no bill, and hangup", returning(errors.Join(errors.New("no bill"), agi.ErrHangup)), "FAILURE", "WARN", "handler failed", "no bill"},
	{"no function", agi.HandlerFunc(nil), "FAILURE", "WARN", "handler failed", "agi: no handler"},
}

// ofEnding begins the name of the script whose handler ends so.
const ofEnding = "ending: "

func returning(err error) agi.Handler {
	return agi.HandlerFunc(func(context.Context, *agi.Session) error { return err })
}

func panicking(value any) agi.Handler {
	return agi.HandlerFunc(func(context.Context, *agi.Session) error { panic(value) })
}

// The end of a handler means the same behind every server.
func TestEndingsMeanTheSame(t *testing.T) {
	for _, end := range endings {
		for _, way := range sites {
			t.Run(end.name+"/"+way.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var log bytes.Buffer
					s := way.open(t, settings{handler: end.handler, log: &log})
					if got := s.call(t).status(); got != end.status {
						t.Errorf("the dialplan sees %s, want %s", got, end.status)
					}
					synctest.Wait()
					if way.name != "script" { // TestEndingsOfMain
						checkLog(t, &log, way.name, end.level, end.message, end.said)
					}
				})
			})
		}
	}
}

// With the panics of before Go 1.21 a panic(nil) is not seen by recover.
func TestPanicWithNilIsNoSuccess(t *testing.T) {
	t.Setenv("GODEBUG", "panicnil=1")
	for _, way := range sites {
		t.Run(way.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if got := way.open(t, settings{handler: panicking(nil)}).call(t).status(); got != "FAILURE" {
					t.Errorf("the dialplan sees %s, want FAILURE", got)
				}
			})
		})
	}
}

// checkLog wants one entry about a call, or none.
func checkLog(t *testing.T, log *bytes.Buffer, server, level, message, said string) {
	t.Helper()
	text := log.String()
	if level == "" && text == "" {
		return
	}
	var entry map[string]any
	if err := json.Unmarshal([]byte(text), &entry); err != nil {
		t.Errorf("logged %q, want %s %q once", text, level, message)
		return
	}
	if entry["level"] != level || entry["msg"] != server+": "+message {
		t.Errorf("logged %s, want %s %q", text, level, message)
	}
	keys := []string{"channel", "uniqueid", "error"}
	if level == "ERROR" {
		keys = []string{"channel", "uniqueid", "panic", "stack"}
	}
	var why strings.Builder
	for _, key := range keys {
		value, ok := entry[key]
		if !ok || value == "" {
			t.Errorf("logged %s, which lacks %s", text, key)
		}
		fmt.Fprintln(&why, value)
	}
	if !strings.Contains(why.String(), said) {
		t.Errorf("logged %s, want %q in it", text, said)
	}
}

// A program exits with 1 when the dialplan is to see a failure, and says why.
func TestEndingsOfMain(t *testing.T) {
	for _, end := range endings {
		t.Run(end.name, func(t *testing.T) {
			got := runProgram(t, ofEnding+end.name, scriptEnv, nil)
			failed := len(got.lines) > 0 && got.lines[len(got.lines)-1] == "failure"
			if want := end.status == "FAILURE"; failed != want || (got.exit == 1) != want || got.exit > 1 {
				t.Errorf("exit %d, lines %q, want a failure: %t", got.exit, got.lines, want)
			}
			if !strings.Contains(got.stderr, end.said) || end.said == "" && got.stderr != "" {
				t.Errorf("stderr %q, want %q in it", got.stderr, end.said)
			}
			if hasStack := strings.Contains(got.stderr, "\n"+"goroutine "); hasStack && end.level != "ERROR" {
				t.Errorf("stderr %q, want no stack", got.stderr)
			}
		})
	}
}

// Without a handler no call succeeds, and none panics.
func TestNoHandler(t *testing.T) {
	for _, way := range sites[:2] { // asyncagi.Server does not begin to serve without
		t.Run(way.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				if got := way.open(t, settings{log: &log}).call(t).status(); got != "FAILURE" {
					t.Errorf("the dialplan sees %s, want FAILURE", got)
				}
				synctest.Wait()
				if strings.Contains(log.String(), "panic") {
					t.Errorf("logged %s", log.String())
				}
			})
		})
	}
	got := runProgram(t, "none", scriptEnv, nil)
	if got.exit != 1 || !strings.HasSuffix(got.stderr, "agi: no handler\n") || strings.Contains(got.stderr, "goroutine") {
		t.Errorf("exit %d, stderr %q, want 1 and no handler", got.exit, got.stderr)
	}
}

// The grace begins with the hangup; a server over AMI, where no reply comes after
// it, needs none.
func TestHangupGraceMeansTheSame(t *testing.T) {
	for grace, want := range map[time.Duration]time.Duration{
		0:             agi.DefaultHangupGrace,
		-1:            agi.DefaultHangupGrace,
		time.Minute:   time.Minute,
		math.MaxInt64: 1000 * time.Hour, // the caller's patience
	} {
		for _, way := range sites {
			t.Run(grace.String()+"/"+way.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					result := make(chan error, 1)
					c := way.open(t, settings{handler: handled(result), hangupGrace: grace}).call(t)
					c.expect(t, "STREAM FILE")
					<-time.After(time.Hour)
					began := time.Now()
					c.hangUp()
					if stream, ok := c.(streamCaller); ok && grace == math.MaxInt64 {
						<-time.After(want)
						stream.Close()
					}
					err := <-result
					if !errors.Is(err, agi.ErrHangup) || agi.Failed(err) {
						t.Errorf("STREAM FILE = %v, want %v", err, agi.ErrHangup)
					}
					if took := time.Since(began); way.name != "asyncagi" && took < want || took > want+100*time.Millisecond { // in which a script awaits the signal
						t.Errorf("it took %v, want %v", took, want)
					}
					if got := c.status(); got != "HANGUP" {
						t.Errorf("the dialplan sees %s, want HANGUP", got)
					}
				})
			})
		}
	}
}

// The end of what a server's contexts are made of ends the handler's, with its
// cause, and the command that runs.
func TestBaseContextMeansTheSame(t *testing.T) {
	for _, way := range sites {
		t.Run(way.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				why := errors.New("going home")
				base, end := context.WithCancelCause(context.WithValue(t.Context(), baseKey{}, "value"))
				result := make(chan error, 1)
				c := way.open(t, settings{base: base, handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
					if got := ctx.Value(baseKey{}); got != "value" {
						t.Errorf("the handler's context has %v, want value", got)
					}
					return handled(result).ServeAGI(ctx, s)
				})}).call(t)
				c.expect(t, "STREAM FILE")
				end(why)
				if err := <-result; !errors.Is(err, why) || !errors.Is(err, agi.ErrClosed) || errors.Is(err, agi.ErrHangup) {
					t.Errorf("STREAM FILE = %v, want %v and %v", err, agi.ErrClosed, why)
				}
				if got := c.status(); got != "FAILURE" {
					t.Errorf("the dialplan sees %s, want FAILURE", got)
				}
			})
		})
	}
}
