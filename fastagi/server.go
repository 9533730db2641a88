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
	// once, and for the answer that confirms it; 0 means [DefaultEnvTimeout]. It
	// is what a connection that sends nothing costs. One that began as Asterisk
	// does and did not go on so is told of the failure, for up to 2 s more.
	EnvTimeout time.Duration
	// TrustEnv saves the round trip by which Asterisk confirms the environment:
	// see ReadEnv and ReadTrustedEnv of agi.Stream. Set it only if the dialplan
	// lets no line break pass in what callers choose, for they can forge replies
	// and hangups then.
	TrustEnv bool
	// HangupGrace is that of agi.Config.
	HangupGrace time.Duration

	// MaxSessions is how many handlers run at once; 0 and less mean any number.
	// Calls beyond it fail at once, so that the dialplan can do something else:
	// AGISTATUS is FAILURE.
	MaxSessions int
	// MaxWait lets calls beyond MaxSessions wait that long before they fail, the
	// first first; 0 not at all, less than 0 without end. Their callers hear
	// nothing meanwhile. The handler of one who hangs up begins in its turn, with a
	// context that ends at once.
	MaxWait time.Duration

	// ConnContext, unless nil, makes the context of a connection's handler: the
	// place to keep the peer's address or certificate in it. It must return one
	// that is made of ctx, whose end ends the handler's, with its cause.
	ConnContext func(ctx context.Context, conn net.Conn) context.Context
	// ConnState, unless nil, is called when the state of a connection changes,
	// on the connection's goroutine: for metrics.
	ConnState func(net.Conn, State)
	// Logger is told of panics with their stack as errors, of failed and refused
	// calls and of troubles of listeners as warnings, and at level debug of peers
	// that are no Asterisk. Calls have the keys channel, uniqueid, script and
	// peer, and error for why. Nil means no logging.
	Logger *slog.Logger

	mu        sync.Mutex // guards what follows
	life      *life
	closing   bool // Serve is refused; what is accepted still, is served
	closed    bool // no connection is served any more
	listeners map[*net.Listener]struct{}
	conns     map[*conn]struct{}
}

// life is what the zero value of a Server lacks.
type life struct {
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

// begin returns the server's life, which begins with the first call.
func (s *Server) begin() *life {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.life != nil {
		return s.life
	}
	s.life = &life{closing: make(chan struct{}), drained: make(chan struct{}), logger: s.Logger}
	s.life.ctx, s.life.cancel = context.WithCancelCause(context.Background())
	s.life.runner = agirun.New(agirun.Settings{Server: "fastagi", Handler: s.handler(), HangupGrace: s.HangupGrace, MaxSessions: s.MaxSessions, MaxWait: s.MaxWait})
	if s.life.logger == nil {
		s.life.logger = slog.New(slog.DiscardHandler)
	}
	s.listeners = make(map[*net.Listener]struct{})
	s.conns = make(map[*conn]struct{})
	return s.life
}

func (s *Server) handler() agi.Handler {
	if s.Handler == nil {
		return agi.HandlerFunc(NotFound)
	}
	return s.Handler
}
