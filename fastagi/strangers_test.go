package fastagi_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
	"github.com/asterisk-go/asterisk-go/fastagi"
)

// recorded returns what a real Asterisk sent first, when a caller had supplied
// line breaks.
func recorded(t testing.TB, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	env, _, ok := strings.Cut("\n"+string(text), "\n> ")
	if !ok {
		t.Fatalf("%s: no command", file)
	}
	return strings.ReplaceAll(env+"\n", "\n< ", "\n")[1:]
}

// careful takes a call as an IVR does, and sees that nobody but Asterisk
// answers. Asterisk says that no digit was pressed, that a variable is not set,
// and that the channel lives.
func careful(t testing.TB, route string, routes chan<- string) agi.HandlerFunc {
	return func(ctx context.Context, s *agi.Session) error {
		routes <- route
		if got, err := s.GetData(ctx, "enter-pin", 5*time.Second, 4); err != nil || got != (agi.Input{TimedOut: true}) {
			t.Errorf("GetData() = %+v, %v, want a timeout", got, err)
		}
		if err := s.Answer(ctx); err != nil {
			t.Errorf("Answer() = %v", err)
		}
		if value, ok, err := s.GetVariable(ctx, "UNSET"); value != "" || ok || err != nil {
			t.Errorf("GetVariable(UNSET) = %q, %t, %v", value, ok, err)
		}
		if value, ok, err := s.Variable(ctx, "UNSET"); value != "" || ok || err != nil {
			t.Errorf("Variable(UNSET) = %q, %t, %v", value, ok, err)
		}
		if played, err := s.StreamFile(ctx, "goodbye", ""); err != nil || played.Digit != "" {
			t.Errorf("StreamFile() = %+v, %v", played, err)
		}
		if err := context.Cause(ctx); err != nil {
			t.Errorf("the context of a living channel has ended: %v", err)
		}
		return s.SetVariable(ctx, "DONE", "yes")
	}
}

// routed has routes that a caller would like to choose.
func routed(t testing.TB, routes chan<- string) *fastagi.Mux {
	mux := fastagi.NewMux()
	for _, path := range []string{"/ivr", "/ivr/de", "/admin", "/{$}"} {
		mux.Handle(path, careful(t, path, routes))
	}
	return mux
}

// Whatever the caller supplies, replies, hangups and routes are Asterisk's.
func TestStrangers(t *testing.T) {
	files, err := filepath.Glob("../agi/testdata/*.agi")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d transcripts, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".agi"), func(t *testing.T) {
			want := "/ivr"
			switch {
			case strings.Contains(file, "script-"):
				want = "/{$}"
			case strings.Contains(file, "plain-"):
				want = "/ivr/de"
			}
			synctest.Test(t, func(t *testing.T) {
				routes := make(chan string, 1)
				m := serve(t, &fastagi.Server{Handler: routed(t, routes)})
				call := agitest.New(t, m.dial(t), &agitest.Config{RawEnv: recorded(t, file), Automatic: true})
				if err := call.Wait(); err != nil {
					t.Errorf("Wait() = %v", err)
				}
				if done, _ := call.Variable("DONE"); done != "yes" {
					t.Error("the last command did not arrive")
				}
				select {
				case got := <-routes:
					if got != want {
						t.Errorf("route %s, want %s", got, want)
					}
				default:
					t.Error("no handler ran")
				}
			})
		})
	}
}

// A path with a line break in it is nobody's.
func TestMuxRefusesACutPath(t *testing.T) {
	for name, path := range map[string]string{
		"cut":           "admin\n/public",
		"with request":  "admin\nagi_request: agi://127.0.0.1/admin\n/public",
		"with an end":   "admin\nagi_request: agi://127.0.0.1/admin\n\n200 result=1",
		"empty at last": "admin\n",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				routes := make(chan string, 1)
				m := serve(t, &fastagi.Server{Handler: routed(t, routes)})
				call := m.call(t, path)
				if err := call.Wait(); err != agitest.ErrFailure || len(routes) > 0 {
					t.Errorf("Wait() = %v, want %v; %d handlers ran", err, agitest.ErrFailure, len(routes))
				}
				if status, _ := call.Variable("FASTAGI_STATUS"); status != "NOTFOUND" {
					t.Errorf("FASTAGI_STATUS = %q", status)
				}
			})
		})
	}
}

// A dialplan that cleans what callers supply saves the round trip.
func TestTrustEnv(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := serve(t, &fastagi.Server{Handler: agi.HandlerFunc(noop), TrustEnv: true})
		conn := m.dial(t)
		peer := agitest.NewPeer(conn)
		if _, err := conn.Write([]byte("agi_network: yes\nagi_request: agi://x\n\n")); err != nil {
			t.Fatal(err)
		}
		line := make([]byte, 64)
		n, err := conn.Read(line)
		if string(line[:n]) != "NOOP\n" || err != nil {
			t.Errorf("the first command is %q, %v", line[:n], err)
		}
		peer.Reply("200 result=0")
	})
}

// Nobody answers for Asterisk: the connection ends when the time is over, and
// no handler has seen the call.
func TestMarkWithoutAnAnswer(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":         "",
		"another answer":  "200 result=1 (mark-)\n",
		"the command":     "510 Invalid or unknown command\n",
		"the end alone":   "HANGUP\n",
		"a half answer":   "200 result=1 (mark-",
		"endless answers": strings.Repeat("200 result=1 (mark-AAAAAAAAAAAAAAAAAAAAAAAAAA)\n", 400),
		"endless lines":   strings.Repeat("x\n", 2000),
		"an endless line": strings.Repeat("x", 100_000),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := serve(t, &fastagi.Server{Handler: agi.HandlerFunc(func(context.Context, *agi.Session) error {
					t.Error("the handler was called")
					return nil
				})})
				conn, began := m.dial(t), time.Now()
				closed := make(chan struct{})
				// Ends with the connection.
				go func() {
					defer close(closed)
					for buf := make([]byte, 64); ; {
						if _, err := conn.Read(buf); err != nil {
							return
						}
					}
				}()
				_, _ = conn.Write([]byte("agi_network: yes\nagi_request: agi://x\n\n" + text))
				<-closed
				if took := time.Since(began); took > fastagi.DefaultEnvTimeout+2*time.Second { // the last are for the failure
					t.Errorf("it took %v", took)
				}
			})
		})
	}
}

// A caller who writes more than is read has not passed: Asterisk would take the
// end of the connection alone for SUCCESS.
func TestTooManyLinesFailTheCall(t *testing.T) {
	for name, stranger := range map[string]string{
		"before the end": strings.Repeat("\na", 512),
		"behind an end":  "\n" + strings.Repeat("\na", 512),
		"line feeds":     strings.Repeat("\n", 512),
		"long lines":     "\n" + strings.Repeat("\n"+strings.Repeat("x", 1000), 80),
		"one long line":  "\n\n" + strings.Repeat("x", 200_000),
	} {
		for _, trust := range []bool{false, true} {
			if trust && name != "before the end" {
				continue // it ends at the first empty line
			}
			t.Run(fmt.Sprintf("%s, trusted %t", name, trust), func(t *testing.T) {
				log, states := new(bytes.Buffer), make(chan fastagi.State, 10)
				url := open(t, &fastagi.Server{
					Logger: slog.New(slog.NewTextHandler(log, nil)), TrustEnv: trust,
					ConnState: func(_ net.Conn, state fastagi.State) { states <- state },
					Handler: agi.HandlerFunc(func(context.Context, *agi.Session) error {
						t.Error("the handler was called")
						return nil
					})})
				env := strings.Replace(recorded(t, "../agi/testdata/plain-22.agi"), "agi_rdnis: unknown\n", "agi_rdnis: 1"+stranger+"\n", 1)
				call := agitest.Dial(t, strings.TrimPrefix(url, "agi://"), &agitest.Config{RawEnv: env, Automatic: true})
				if err := call.Wait(); err != agitest.ErrFailure || call.Status() != "FAILURE" {
					t.Errorf("Wait() = %v, Status() = %s", err, call.Status())
				}
				for <-states != fastagi.StateClosed {
				}
				if text := log.String(); !strings.Contains(text, "level=WARN") || !strings.Contains(text, agi.ErrTooLong.Error()) {
					t.Errorf("logged: %s", text)
				}
			})
		}
	}
}
