package asyncagi

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/internal/agirun"
	"github.com/asterisk-go/asterisk-go/internal/ended"
)

// ErrServerClosed is what Serve returns after Shutdown or Close, and the cause
// of the handlers' contexts after Close.
var ErrServerClosed = errors.New("asyncagi: server closed")

var errNoHandler = errors.New("asyncagi: Server.Handler is nil")

// Server runs a handler for each AGI(agi:async) channel of any number of
// Asterisk servers. Set its fields before the first Serve; its methods are
// safe for concurrent use. The zero value with a Handler works.
type Server struct {
	// Handler serves the calls. It must be set: Serve refuses to begin without.
	Handler agi.Handler

	// Accept tells which calls are this program's, by their environment; nil
	// takes all. Others are left alone, for another program: if two programs
	// accept the same call, both run a handler for it. It is called from many
	// goroutines at once, and may be given a part of an environment that was cut.
	//
	// An environment of more than 1,024 bytes is read by a command, before it is
	// known whose call it is: programs that share an Asterisk then take pieces
	// of it from each other. Keep it shorter there, with few arguments.
	Accept func(env agi.Env) bool

	// Listening, unless nil, is called once by each Serve, as soon as that hears of
	// calls: it serves each call that enters AGI(agi:async) after Listening was
	// called. If the session is away at that time, as an [*ami.Client] may be, it
	// is called when the session is back. It is called on a goroutine of its own,
	// with the session that Serve was given, and may make calls; Serve does not
	// return before it has. It is not called again when a lost connection has come
	// back, and not at all if ctx, the session or the server ends before Serve hears
	// of calls.
	Listening func(session ami.Session)

	// MaxSessions is how many handlers run at once, over all servers; 0 and less
	// mean any number. A call beyond it goes on in the dialplan at once, with the
	// status [StatusBusy].
	MaxSessions int
	// MaxWait is how long calls beyond MaxSessions wait for a place before they go
	// on in the dialplan; 0 means not at all, less than 0 without a limit. The call
	// that has waited longest is next. Callers hear nothing meanwhile. For one who
	// hangs up while waiting no handler runs.
	MaxWait time.Duration

	// Logger gets panics with their stack as errors; failed, refused and lost calls
	// as warnings; and starts that can't be believed. Calls have the keys channel
	// and uniqueid, and error for the reason. Nil means no logging.
	Logger *slog.Logger

	mu       sync.Mutex // guards all below
	managers map[*manager]struct{}
	runner   *agirun.Runner // made by the first Serve
	closed   bool           // no further Serve
	aborted  bool           // no further handler
}

// Serve serves the calls of one Asterisk, whose session it uses and does not
// close: an [*ami.Client], an [*ami.Conn] or a client of package ajam. Call it
// once for each of several. It blocks until ctx ends, whose
// cause it returns, the session is closed, or the server is. Handlers that run
// then have a context that ends too, except at Shutdown; Serve returns after
// they have. Their contexts are derived from ctx: a value in it can tell them
// which Asterisk it is. [Server].Listening says when calls are served.
//
// A connection that is lost ends its handlers' contexts, with the cause. An
// [*ami.Client] connects again, and Serve goes on with it.
func (s *Server) Serve(ctx context.Context, session ami.Session) error {
	if s.Handler == nil {
		return errNoHandler
	}
	m := newManager(ctx, s, session)
	if !s.add(m) {
		return ErrServerClosed
	}
	defer s.remove(m)
	return m.serve()
}

// Shutdown takes no more calls, and waits until the handlers of all calls so far
// have returned, also of those that still wait for MaxSessions. If ctx ends
// first, it returns the cause. Calls that come meanwhile go on in the dialplan with the
// status [StatusUnavailable].
func (s *Server) Shutdown(ctx context.Context) error {
	running := s.close(false)
	for _, m := range running {
		m.drain()
	}
	for _, m := range running {
		select {
		case <-m.done:
		case <-ctx.Done():
			return ended.Error(ctx)
		}
	}
	return nil
}

// Close ends the contexts of all handlers with the cause [ErrServerClosed], and
// does not wait for them, so a handler may call it. Calls that wait for
// MaxSessions go on with the status [StatusUnavailable]. Serve returns when all have
// ended.
func (s *Server) Close() error {
	for _, m := range s.close(true) {
		m.cancel(ErrServerClosed)
	}
	return nil
}

// close refuses further Serves, and further handlers if abort is set. It returns
// the Serves that run.
func (s *Server) close(abort bool) []*manager {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.aborted = s.aborted || abort
	running := make([]*manager, 0, len(s.managers))
	for m := range s.managers {
		running = append(running, m)
	}
	return running
}

func (s *Server) isAborted() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.aborted
}

func (s *Server) add(m *manager) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	if s.managers == nil {
		s.managers = make(map[*manager]struct{})
		s.runner = agirun.New(agirun.Settings{Server: "asyncagi", Handler: s.Handler, MaxSessions: s.MaxSessions, MaxWait: s.MaxWait})
	}
	s.managers[m], m.runner = struct{}{}, s.runner
	return true
}

func (s *Server) remove(m *manager) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.managers, m)
	close(m.done)
}

func (s *Server) logger() *slog.Logger {
	if s.Logger == nil {
		return slog.New(slog.DiscardHandler)
	}
	return s.Logger
}
