package agi_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/agitest"
	"github.com/asterisk-go/asterisk-go/agi/asyncagi"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/fastagi"
)

// settings are what all ways to serve a call have, or both servers.
type settings struct {
	handler     agi.Handler
	base        context.Context // of handlers; nil is Background
	hangupGrace time.Duration
	maxSessions int
	maxWait     time.Duration
	log         io.Writer // of JSON
}

func (s settings) logger() *slog.Logger {
	if s.log == nil {
		return nil
	}
	return slog.New(slog.NewJSONHandler(s.log, nil))
}

func (s settings) context() context.Context {
	if s.base == nil {
		return context.Background()
	}
	return s.base
}

// site serves calls, in a synctest bubble.
type site interface {
	call(t *testing.T) caller
	shutdown(ctx context.Context) error
	close() error
}

// baseKey is that of a value in the base context.
type baseKey struct{}

// caller is one call, seen from Asterisk.
type caller interface {
	expect(t *testing.T, command string) // is not answered
	hangUp()
	status() string // waits for the end
}

// sites are the ways to serve calls. A script is one for each call.
var sites = []struct {
	name string
	open func(t *testing.T, s settings) site
}{{"script", openScript}, {"fastagi", openFastAGI}, {"asyncagi", openAsyncAGI}}

// full and closed are what the dialplan sees of a call that gets no handler.
var (
	full   = map[string]string{"fastagi": "FAILURE", "asyncagi": "BUSY"}
	closed = map[string]string{"fastagi": "FAILURE", "asyncagi": "UNAVAILABLE"}
)

// streamCaller is the caller of a script or of FastAGI.
type streamCaller struct{ *agitest.Call }

func newStreamCaller(t *testing.T, conn net.Conn) caller {
	return streamCaller{agitest.New(t, conn, &agitest.Config{Automatic: true, Patience: -1})}
}

func (c streamCaller) expect(_ *testing.T, command string) { c.Expect(command) }
func (c streamCaller) hangUp()                             { c.Hangup() }
func (c streamCaller) status() string {
	_ = c.Wait()
	return c.Status()
}

type scriptSite struct{ settings }

func openScript(_ *testing.T, s settings) site { return scriptSite{s} }

func (s scriptSite) call(t *testing.T) caller {
	asterisk, ours := net.Pipe()
	// Ends with the handler, which may end it.
	go func() {
		defer ours.Close()
		script := &agi.Script{HangupGrace: s.hangupGrace}
		_ = agi.RunScript(script, s.context(), ours, ours, make(chan os.Signal), s.handler)
	}()
	return newStreamCaller(t, asterisk)
}

func (scriptSite) shutdown(context.Context) error { return nil }
func (scriptSite) close() error                   { return nil }

// fastSite is a server and the listener that it has.
type fastSite struct {
	server *fastagi.Server
	conns  chan net.Conn
	once   sync.Once
	ended  chan struct{} // closed with the listener
}

func openFastAGI(t *testing.T, s settings) site {
	f := &fastSite{conns: make(chan net.Conn), ended: make(chan struct{})}
	f.server = &fastagi.Server{
		Handler: s.handler, HangupGrace: s.hangupGrace, MaxSessions: s.maxSessions, MaxWait: s.maxWait, Logger: s.logger(),
		ConnContext: func(ctx context.Context, _ net.Conn) context.Context {
			ctx, cancel := context.WithCancelCause(context.WithValue(ctx, baseKey{}, s.context().Value(baseKey{})))
			context.AfterFunc(s.context(), func() { cancel(context.Cause(s.context())) })
			return ctx
		},
	}
	served := make(chan error, 1)
	// Ends with the server.
	go func() { served <- f.server.Serve(f) }()
	t.Cleanup(func() {
		_ = f.close()
		if err := f.shutdown(context.Background()); err != nil {
			t.Errorf("Shutdown() = %v", err)
		}
		<-served
	})
	return f
}

func (f *fastSite) Accept() (net.Conn, error) {
	select {
	case conn := <-f.conns:
		return conn, nil
	case <-f.ended:
		return nil, net.ErrClosed
	}
}

func (f *fastSite) Close() error   { f.once.Do(func() { close(f.ended) }); return nil }
func (f *fastSite) Addr() net.Addr { return &net.UnixAddr{Name: "memory", Net: "memory"} }

func (f *fastSite) call(t *testing.T) caller {
	asterisk, ours := net.Pipe()
	f.conns <- ours
	return newStreamCaller(t, asterisk)
}

func (f *fastSite) shutdown(ctx context.Context) error { return f.server.Shutdown(ctx) }
func (f *fastSite) close() error                       { return f.server.Close() }

// asyncSite is a server and the manager that it is connected to.
type asyncSite struct {
	server  *asyncagi.Server
	manager *amitest.Server

	mu    sync.Mutex // guards calls
	calls map[string]*asyncCaller
}

type asyncCaller struct {
	site     *asyncSite
	id       string
	commands chan string
	ended    chan string // the status
	told     string
}

func openAsyncAGI(t *testing.T, s settings) site {
	a := &asyncSite{calls: make(map[string]*asyncCaller)}
	a.server = &asyncagi.Server{Handler: s.handler, MaxSessions: s.maxSessions, MaxWait: s.maxWait, Logger: s.logger()}
	listening := make(chan struct{}, 1)
	a.manager = amitest.NewServer(func(p *amitest.Peer) {
		p.Handle("ListCommands", func(p *amitest.Peer, action amitest.Action) {
			p.Success(action, "AGI", "Add an AGI command  (Priv: agi,all)")
			listening <- struct{}{}
		})
		p.Handle("Getvar", func(p *amitest.Peer, action amitest.Action) { p.Error(action, "No such channel") }) // each end is a hangup
		p.Handle("AGI", a.command)
		p.Login()
		p.Serve()
	})
	conn, err := ami.Dial(t.Context(), a.manager.Addr(), &ami.Config{Dial: a.manager.Dial, Username: "u", Secret: "s", PingInterval: -1})
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	// Ends with the server.
	go func() { served <- a.server.Serve(s.context(), conn) }()
	<-listening
	t.Cleanup(func() {
		_ = a.close()
		<-served
		_ = conn.Close()
		if err := a.manager.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

func (a *asyncSite) shutdown(ctx context.Context) error { return a.server.Shutdown(ctx) }
func (a *asyncSite) close() error                       { return a.server.Close() }

func (a *asyncSite) call(*testing.T) caller {
	a.mu.Lock()
	c := &asyncCaller{site: a, id: "1." + string(rune('1'+len(a.calls))), commands: make(chan string, 100), ended: make(chan string, 1)}
	a.calls[c.id] = c
	a.mu.Unlock()
	c.emit("AsyncAGIStart", "Env", url.PathEscape("agi_request: async\nagi_channel: PJSIP/"+c.id+"\nagi_language: en\nagi_type: PJSIP\n"+
		"agi_uniqueid: "+c.id+"\nagi_version: 22.10.1\nagi_callerid: 100\n\n"))
	return c
}

// command runs what the server and its handler send.
func (a *asyncSite) command(p *amitest.Peer, action amitest.Action) {
	a.mu.Lock()
	c := a.calls[action.Get("Channel")]
	a.mu.Unlock()
	p.Success(action, "Message", "Added AGI command to queue")
	line, reply := action.Get("Command"), "200 result=1\n"
	told, isStatus := strings.CutPrefix(line, `SET VARIABLE "`+asyncagi.StatusVariable+`" `)
	switch {
	case isStatus:
		c.told = strings.Trim(told, `"`)
	case line != "ASYNCAGI BREAK":
		c.commands <- line
		return
	}
	c.emit("AsyncAGIExec", "CommandId", action.Get("CommandID"), "Result", url.PathEscape(reply))
	if line == "ASYNCAGI BREAK" {
		c.emit("AsyncAGIEnd")
		c.ended <- c.told
	}
}

func (c *asyncCaller) emit(name string, fields ...string) {
	c.site.manager.Emit(append([]string{"Event", name, "Privilege", "agi,all", "Channel", "PJSIP/" + c.id, "Exten", "1", "Uniqueid", c.id}, fields...)...)
}

func (c *asyncCaller) expect(t *testing.T, command string) {
	if line := <-c.commands; !strings.HasPrefix(line, command) {
		t.Errorf("the command is %q, want %s", line, command)
	}
}

// hangUp ends the stay as Asterisk does, which takes no more commands.
func (c *asyncCaller) hangUp() {
	c.emit("AsyncAGIEnd")
	c.ended <- "HANGUP"
}

func (c *asyncCaller) status() string { return <-c.ended }

// handled is a handler that is given the error of a command that it runs until
// its caller hangs up.
func handled(result chan<- error) agi.Handler {
	return agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
		_, err := s.Do(ctx, "STREAM FILE", "hello", "")
		result <- errors.Join(err, context.Cause(ctx))
		return err
	})
}
