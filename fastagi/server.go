package fastagi

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/internal/agirun"
)

// ErrServerClosed is what [Server.Serve] returns after Shutdown or Close, and
// the cause of the end of a handler's context after Close.
var ErrServerClosed = errors.New("fastagi: server closed")

// DefaultEnvTimeout is how long a new connection has, unless the server says
// otherwise, to send the lines that a call begins with.
const DefaultEnvTimeout = 5 * time.Second

const defaultPort = "4573"

// Server serves FastAGI calls. The zero value is ready to use; its fields must
// not change while it serves.
type Server struct {
	// Addr is the TCP address of ListenAndServe. Without a port it is 4573; ""
	// means "127.0.0.1:4573", because AGI has no passwords.
	Addr string
	// Handler serves the calls, often a [Mux]; nil stands for [NotFound], which
	// fails them.
	Handler agi.Handler

	// EnvTimeout bounds the wait for the environment, which Asterisk sends at
	// once, and for the answer that confirms it; 0 and less mean
	// [DefaultEnvTimeout]. A connection that sends nothing is closed after that
	// time. One that begins as Asterisk does and then stops is told of the failure,
	// for up to 2 s more.
	EnvTimeout time.Duration
	// TrustEnv saves the round trip by which Asterisk confirms the environment:
	// see ReadEnv and ReadTrustedEnv of agi.Stream. Set it only if the dialplan
	// lets no line break pass in what callers choose, for they can forge replies
	// and hangups then.
	TrustEnv bool
	// HangupGrace is that of agi.Config: how long a reply is awaited after the
	// hangup; 0 and less mean agi.DefaultHangupGrace.
	HangupGrace time.Duration

	// MaxSessions is how many handlers run at once; 0 and less mean any number.
	// Calls beyond it fail at once, so that the dialplan can do something else:
	// AGISTATUS is FAILURE.
	MaxSessions int
	// MaxWait is how long calls beyond MaxSessions wait for a place before they
	// fail; 0 means not at all, less than 0 without a limit. The call that has
	// waited longest is next. Callers hear nothing meanwhile. If a caller who waits
	// hangs up, the handler begins in its turn all the same, with a context that
	// ends at once.
	MaxWait time.Duration

	// ConnContext, unless nil, makes the context of a connection's handler: the
	// place to keep the peer's address or certificate in it. It must return a
	// context derived from ctx, whose end then ends the handler's, with its cause.
	ConnContext func(ctx context.Context, conn net.Conn) context.Context
	// ConnState, unless nil, is called when the state of a connection changes,
	// on the connection's goroutine: for metrics.
	ConnState func(net.Conn, State)
	// Logger gets panics with their stack as errors; failed and refused calls, and
	// errors of listeners, as warnings; and connections that are no calls at level
	// debug. Calls have the keys channel, uniqueid, script and peer, and error for
	// the reason. Nil means no logging.
	Logger *slog.Logger

	mu        sync.Mutex // guards what follows
	lifecycle *lifecycle
	closing   bool // Serve is refused; what is accepted still, is served
	closed    bool // no connection is served any more
	listeners map[*net.Listener]struct{}
	conns     map[*conn]struct{}
}

// lifecycle is what the zero value of a Server lacks.
type lifecycle struct {
	ctx      context.Context // of all sessions
	cancel   context.CancelCauseFunc
	closing  chan struct{} // closed by Shutdown and Close
	drainEnd time.Time     // of accepting; read it after closing is closed
	drained  chan struct{} // closed after that, when the last listener and the last connection have gone
	runner   *agirun.Runner
	logger   *slog.Logger
}

// ListenAndServe listens on Addr and calls [Server.Serve].
func (s *Server) ListenAndServe() error {
	listener, err := net.Listen("tcp", address(s.Addr))
	if err != nil {
		return err
	}
	return s.Serve(listener)
}

// address fills in what is missing.
func address(addr string) string {
	if addr == "" {
		addr = "127.0.0.1"
	}
	if _, _, err := net.SplitHostPort(addr); err != nil {
		return net.JoinHostPort(strings.Trim(addr, "[]"), defaultPort)
	}
	return addr
}

// begin returns the server's lifecycle, which begins with the first call.
func (s *Server) begin() *lifecycle {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lifecycle != nil {
		return s.lifecycle
	}
	s.lifecycle = &lifecycle{closing: make(chan struct{}), drained: make(chan struct{}), logger: s.Logger}
	s.lifecycle.ctx, s.lifecycle.cancel = context.WithCancelCause(context.Background())
	s.lifecycle.runner = agirun.New(agirun.Settings{Server: "fastagi", Handler: s.handler(), HangupGrace: s.HangupGrace, MaxSessions: s.MaxSessions, MaxWait: s.MaxWait})
	if s.lifecycle.logger == nil {
		s.lifecycle.logger = slog.New(slog.DiscardHandler)
	}
	s.listeners = make(map[*net.Listener]struct{})
	s.conns = make(map[*conn]struct{})
	return s.lifecycle
}

func (s *Server) handler() agi.Handler {
	if s.Handler == nil {
		return agi.HandlerFunc(NotFound)
	}
	return s.Handler
}
