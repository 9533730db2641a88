package fastagi_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
	"github.com/asterisk-go/asterisk-go/fastagi"
)

// parked waits for the end of the call.
func parked(ctx context.Context, _ *agi.Session) error {
	<-ctx.Done()
	return context.Cause(ctx)
}

// noop runs one command.
func noop(ctx context.Context, s *agi.Session) error {
	_, err := s.Do(ctx, "NOOP")
	return err
}

func TestHandlerDecidesTheStatus(t *testing.T) {
	for _, test := range []struct {
		name    string
		handler agi.HandlerFunc
		want    error
		log     string
	}{
		{"nil", noop, nil, ""},
		{"error", func(context.Context, *agi.Session) error { return errors.New("no tariff") }, agitest.ErrFailure, "no tariff"},
		{"exit", func(context.Context, *agi.Session) error { runtime.Goexit(); return nil }, agitest.ErrFailure, "ended its goroutine"},
		{"panic", func(context.Context, *agi.Session) error { panic("at the disco") }, agitest.ErrFailure, "TestHandlerDecidesTheStatus"},
		{"hangup", func(context.Context, *agi.Session) error { return agi.ErrHangup }, nil, ""},
		{"none", nil, agitest.ErrFailure, "no handler for the path"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				server := &fastagi.Server{Logger: slog.New(slog.NewTextHandler(&log, nil))}
				if test.handler != nil {
					server.Handler = test.handler
				}
				if err := serve(t, server).call(t, "").Wait(); err != test.want {
					t.Errorf("Wait() = %v, want %v", err, test.want)
				}
				if err := server.Shutdown(t.Context()); err != nil {
					t.Error(err)
				}
				if text := log.String(); !strings.Contains(text, test.log) || test.log == "" && text != "" {
					t.Errorf("logged %q, want %q in it", text, test.log)
				}
			})
		})
	}
}

func TestPeersThatAreNoAsterisk(t *testing.T) {
	for name, text := range map[string]string{
		"silent":      "",
		"half a line": "agi_request: x",
		"HTTP":        "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
		"no call":     "hello\n\n",
		"long line":   strings.Repeat("x", 100_000),
		"many lines":  strings.Repeat("agi_x: y\n", 1000),
		"much":        strings.Repeat("agi_x: "+strings.Repeat("y", 500)+"\n", 500),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := serve(t, &fastagi.Server{Handler: agi.HandlerFunc(func(context.Context, *agi.Session) error {
					t.Error("the handler was called")
					return nil
				})})
				conn, began := m.dial(t), time.Now()
				_, _ = io.WriteString(conn, text)
				answer, err := io.ReadAll(conn)
				limit := fastagi.DefaultEnvTimeout
				if name == "half a line" { // it may be Asterisk, and is told
					limit += 2 * time.Second
					answer = bytes.TrimPrefix(answer, []byte("failure\n"))
				}
				if len(answer) > 0 {
					t.Errorf("read %q, %v", answer, err)
				}
				if took := time.Since(began); took > limit {
					t.Errorf("it took %v", took)
				}
			})
		})
	}
}

func TestEnvTimeoutEndsWithTheEnvironment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := serve(t, &fastagi.Server{Handler: agi.HandlerFunc(noop), EnvTimeout: time.Second})
		call := agitest.New(t, m.dial(t), &agitest.Config{Patience: -1})
		command := call.Expect("NOOP")
		<-time.After(time.Hour)
		command.Success()
		if err := call.Wait(); err != nil {
			t.Error(err)
		}
	})
}

func TestMaxSessions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := serve(t, &fastagi.Server{Handler: agi.HandlerFunc(noop), MaxSessions: 1})
		silent := m.dial(t) // takes no place
		first := agitest.New(t, m.dial(t), nil)
		command := first.Expect("NOOP")
		if err := m.call(t, "").Wait(); err != agitest.ErrFailure {
			t.Errorf("the call beyond MaxSessions: %v, want %v", err, agitest.ErrFailure)
		}
		command.Success()
		if err := first.Wait(); err != nil {
			t.Error(err)
		}
		if err := m.call(t, "").Wait(); err != nil {
			t.Errorf("the call behind it: %v", err)
		}
		silent.Close()
	})
}

func TestMaxWait(t *testing.T) {
	for wait, want := range map[time.Duration]error{time.Second: agitest.ErrFailure, time.Minute: nil, -1: nil} {
		t.Run(wait.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := serve(t, &fastagi.Server{Handler: agi.HandlerFunc(noop), MaxSessions: 1, MaxWait: wait})
				first := agitest.New(t, m.dial(t), nil)
				command := first.Expect("NOOP")
				second := m.call(t, "")
				<-time.After(2 * time.Second)
				command.Success()
				if err := second.Wait(); err != want {
					t.Errorf("Wait() = %v, want %v", err, want)
				}
			})
		})
	}
}

func TestShutdownDrains(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &fastagi.Server{Handler: agi.HandlerFunc(noop)}
		m := serve(t, server)
		call := agitest.New(t, m.dial(t), &agitest.Config{Patience: -1})
		command := call.Expect("NOOP")
		short, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := server.Shutdown(short); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Shutdown() = %v during a call, want %v", err, context.DeadlineExceeded)
		}
		select {
		case <-m.closed:
		default:
			t.Error("the listener is open after Shutdown")
		}
		done := make(chan error, 1)
		// Ends with the call.
		go func() { done <- server.Shutdown(t.Context()) }()
		synctest.Wait()
		if len(done) > 0 {
			t.Error("Shutdown returned during a call")
		}
		command.Success()
		if err := call.Wait(); err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil {
			t.Errorf("Shutdown() = %v", err)
		}
		if err := server.Serve(newMemory()); err != fastagi.ErrServerClosed {
			t.Errorf("Serve() = %v after Shutdown, want %v", err, fastagi.ErrServerClosed)
		}
	})
}

func TestCloseCutsCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cause := make(chan error, 1)
		server := &fastagi.Server{Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
			_, err := s.Do(ctx, "WAIT FOR DIGIT", "-1")
			cause <- context.Cause(ctx)
			return err
		})}
		m := serve(t, server)
		call := agitest.New(t, m.dial(t), nil)
		call.Expect("WAIT FOR DIGIT")
		if err := server.Close(); err != nil {
			t.Errorf("Close() = %v", err)
		}
		if err := call.Wait(); err != agitest.ErrFailure {
			t.Errorf("Wait() = %v, want %v", err, agitest.ErrFailure)
		}
		if err := <-cause; err != fastagi.ErrServerClosed {
			t.Errorf("the context ended with %v, want %v", err, fastagi.ErrServerClosed)
		}
	})
}

func TestCloseFailsWaitingCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &fastagi.Server{Handler: agi.HandlerFunc(parked), MaxSessions: 1, MaxWait: -1}
		m := serve(t, server)
		var calls []*agitest.Call
		for range 20 {
			calls = append(calls, m.call(t, ""))
		}
		synctest.Wait()
		if err := server.Close(); err != nil {
			t.Errorf("Close() = %v", err)
		}
		for _, call := range calls {
			if err := call.Wait(); err != agitest.ErrFailure {
				t.Errorf("Wait() = %v, want %v", err, agitest.ErrFailure)
			}
		}
	})
}

func TestHandlerMayClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := new(fastagi.Server)
		server.Handler = agi.HandlerFunc(func(context.Context, *agi.Session) error { return server.Close() })
		if err := serve(t, server).call(t, "").Wait(); err != agitest.ErrFailure {
			t.Errorf("Wait() = %v, want %v", err, agitest.ErrFailure)
		}
	})
}

func TestServerClosesAfterHangup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := serve(t, &fastagi.Server{Handler: agi.HandlerFunc(parked)})
		call := m.call(t, "")
		call.Hangup()
		if err := call.Wait(); err != nil {
			t.Errorf("Wait() = %v", err)
		}
	})
}

func TestConnState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		states := make(map[net.Conn][]string)
		m := serve(t, &fastagi.Server{
			Handler: agi.HandlerFunc(noop), MaxSessions: 1, MaxWait: time.Second,
			ConnState: func(conn net.Conn, state fastagi.State) {
				mu.Lock()
				defer mu.Unlock()
				states[conn] = append(states[conn], state.String())
			},
		})
		first := agitest.New(t, m.dial(t), nil)
		command := first.Expect("NOOP")
		refused := m.call(t, "")
		if err := refused.Wait(); err != agitest.ErrFailure {
			t.Errorf("Wait() = %v", err)
		}
		command.Success()
		if err := first.Wait(); err != nil {
			t.Error(err)
		}
		m.dial(t).Close()
		synctest.Wait()
		var got []string
		mu.Lock()
		for _, s := range states {
			got = append(got, strings.Join(s, " "))
		}
		mu.Unlock()
		slices.Sort(got)
		want := []string{"new active closed", "new closed", "new waiting refused closed"}
		if !slices.Equal(got, want) {
			t.Errorf("states = %q, want %q", got, want)
		}
	})
}

func TestConnContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type key struct{}
		m := serve(t, &fastagi.Server{
			ConnContext: func(ctx context.Context, conn net.Conn) context.Context {
				return context.WithValue(ctx, key{}, conn.RemoteAddr())
			},
			Handler: agi.HandlerFunc(func(ctx context.Context, _ *agi.Session) error {
				if _, ok := ctx.Value(key{}).(net.Addr); !ok {
					t.Error("the handler's context lacks the address")
				}
				return nil
			}),
		})
		if err := m.call(t, "").Wait(); err != nil {
			t.Error(err)
		}
	})
}

// late is a listener that accepts nothing before it has a deadline.
type late struct {
	*net.TCPListener
	gate chan struct{}
	open func()
}

func (l *late) Accept() (net.Conn, error) {
	<-l.gate
	return l.TCPListener.Accept()
}

func (l *late) SetDeadline(at time.Time) error {
	defer l.open()
	return l.TCPListener.SetDeadline(at)
}

func TestShutdownServesWhatHasConnected(t *testing.T) {
	listener, gate := tcp(t).(*net.TCPListener), make(chan struct{})
	server := &fastagi.Server{Handler: agi.HandlerFunc(noop)}
	served := make(chan error, 1)
	// Ends with the Shutdown.
	go func() { served <- server.Serve(&late{listener, gate, sync.OnceFunc(func() { close(gate) })}) }()
	var calls []*agitest.Call
	for range 5 {
		calls = append(calls, agitest.Dial(t, listener.Addr().String(), nil))
	}
	// Ends with the calls.
	stopped := make(chan error, 1)
	go func() { stopped <- server.Shutdown(context.Background()) }()
	for _, call := range calls {
		call.Expect("NOOP").Success()
		if err := call.Wait(); err != nil {
			t.Error(err)
		}
	}
	if err := <-stopped; err != nil {
		t.Errorf("Shutdown() = %v", err)
	}
	if err := <-served; err != fastagi.ErrServerClosed {
		t.Errorf("Serve() = %v", err)
	}
}
