package fastagi_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/fastagi"
)

// begin serves at m, and returns where Serve's error comes.
func begin(server *fastagi.Server, m *memory) <-chan error {
	served := make(chan error, 1)
	// Ends with the listener.
	go func() { served <- server.Serve(m) }()
	return served
}

// finish ends a server that has served m.
func finish(t *testing.T, server *fastagi.Server) {
	t.Helper()
	if err := server.Close(); err != nil {
		t.Error(err)
	}
	if err := server.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
}

func accept(err error) error {
	return &net.OpError{Op: "accept", Net: "tcp", Err: os.NewSyscallError("accept4", err)}
}

// Only the listener's end is one.
func TestServeOutlivesErrorsOfAccept(t *testing.T) {
	for _, err := range []error{
		accept(syscall.EMFILE), accept(syscall.ENFILE), accept(syscall.ENOMEM), accept(syscall.ENOBUFS), // the system
		accept(syscall.EPROTO), accept(syscall.ECONNABORTED), accept(syscall.ENETDOWN), accept(syscall.EHOSTUNREACH), // a connection
		accept(syscall.ENETUNREACH), accept(syscall.ENOPROTOOPT), accept(syscall.EOPNOTSUPP), accept(syscall.ETIMEDOUT),
		accept(syscall.EPERM), accept(syscall.EINTR), accept(syscall.EAGAIN), // a firewall, a signal, nothing
		&net.OpError{Op: "accept", Err: os.NewSyscallError("setsockopt", syscall.EINVAL)},
		errors.New("proxy protocol: bad header"), io.EOF, context.DeadlineExceeded, // of a listener around another
	} {
		synctest.Test(t, func(t *testing.T) {
			m := newMemory()
			m.errs <- err
			server := &fastagi.Server{Handler: agi.HandlerFunc(noop)}
			served := begin(server, m)
			synctest.Wait()
			select {
			case ended := <-served:
				t.Errorf("Accept: %v: Serve() = %v", err, ended)
				return
			default:
			}
			if err := m.call(t, "").Wait(); err != nil {
				t.Error(err)
			}
			finish(t, server)
			if ended := <-served; ended != fastagi.ErrServerClosed {
				t.Errorf("Serve() = %v, want %v", ended, fastagi.ErrServerClosed)
			}
		})
	}
}

func TestServeEndsWithItsListener(t *testing.T) {
	for _, err := range []error{net.ErrClosed, &net.OpError{Op: "accept", Err: net.ErrClosed}, accept(syscall.EBADF), accept(syscall.EINVAL), accept(syscall.ENOTSOCK)} {
		synctest.Test(t, func(t *testing.T) {
			m := newMemory()
			m.errs <- err
			server := &fastagi.Server{}
			if ended := server.Serve(m); !errors.Is(ended, err) || m.closes.Load() == 0 {
				t.Errorf("Serve() = %v, want %v, and the listener closed", ended, err)
			}
			finish(t, server)
		})
	}
}

func TestAcceptTriesAgainMoreSlowly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		const failures = 12
		for range failures {
			m.errs <- accept(syscall.EMFILE)
		}
		var log bytes.Buffer
		server := &fastagi.Server{Handler: agi.HandlerFunc(noop), Logger: slog.New(slog.NewTextHandler(&log, nil))}
		began := time.Now()
		served := begin(server, m)
		if err := m.call(t, "").Wait(); err != nil {
			t.Error(err)
		}
		want := 4 * time.Second // the last four
		for pause := 5 * time.Millisecond; pause < time.Second; pause *= 2 {
			want += pause
		}
		if took := time.Since(began); took != want {
			t.Errorf("a call was accepted after %v, want %v", took, want)
		}
		finish(t, server)
		<-served
		if text := log.String(); strings.Count(text, "can't accept") != 4 || strings.Count(text, "again\" failures=12") != 1 {
			t.Errorf("logged %s, want failures 1, 2, 4 and 8, and the end of them", text)
		}
	})
}

func TestCloseEndsThePauseOfAccept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		for range 100 {
			m.errs <- accept(syscall.EMFILE)
		}
		server := &fastagi.Server{}
		served := begin(server, m)
		<-time.After(time.Minute + time.Millisecond)
		began := time.Now()
		finish(t, server)
		if ended := <-served; ended != fastagi.ErrServerClosed || time.Since(began) > 0 {
			t.Errorf("Serve() = %v after %v", ended, time.Since(began))
		}
	})
}
