package gateway

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

// Config adjusts a gateway.
//
// A connected user takes some 20 KiB, and 330 bytes for each object that may be seen; users with the same Rights share the latter. 2,000
// agents and supervisors in queues of 190 members, with 200 calls a second, take about one core. docs/performance.md has more.
type Config struct {
	// Servers are the PBXs; at least one.
	Servers []Server

	// Authenticate says who sends the request, by the application's own session, token or certificate. It is asked at each
	// request but for those that a ticket or a cookie of ours answers. An error, a panic or an empty ID is a no.
	Authenticate func(*http.Request) (User, error)
	// Policy says what a user may see and do. Nil allows nothing: [ByRole] is one to begin with.
	Policy Policy

	// Hosts are the names and ports by which browsers reach the gateway, as crm.example.com or 127.0.0.1:8080; at least one. A
	// request with another Host is refused: without that a page of a stranger could reach a gateway in the local network (DNS
	// rebinding). What a proxy says in X-Forwarded-Host counts for nothing: let it pass Host on.
	Hosts []string
	// Origins are those of pages that may connect, as https://crm.example.com. Empty means pages that come from a host of Hosts: by
	// https, or if that is this machine (localhost, 127.0.0.1) by http.
	Origins []string
	// Address returns the address of the browser that sends a request: each may begin 20 connections a second, and 200 at once,
	// and have 200 requests of which it is not known yet who they are of (a Hello or a body has not come, or Authenticate is asked).
	// Nil means the address at the other end of the TCP connection, for anybody can send an X-Forwarded-For. Behind a proxy all
	// browsers have the proxy's, so return what that proxy has added to its requests. An empty text means no limit.
	Address func(*http.Request) string

	// Note keeps what a user writes to a call. Nil refuses notes.
	Note func(ctx context.Context, user User, server, callID, text string) error

	// Log gets what goes wrong, and Audit each Action: who, what, and what became of it. Nil logs nothing.
	Log   *slog.Logger
	Audit *slog.Logger

	// ResumeWindow is how long a client that was away can go on where it was; 0 means 10 minutes.
	ResumeWindow time.Duration
	// ResumeBytes bounds what is kept for that, by estimate; 0 means 64 MiB.
	ResumeBytes int
	// WriteTimeout is how long one write to a browser may take before it is disconnected; 0 means 10 s.
	WriteTimeout time.Duration
	// MaxConnections is how many connections a user may have; 0 means 10.
	MaxConnections int
	// TicketLifetime is how long a ticket can be used; 0 means 30 s.
	TicketLifetime time.Duration
}

// Server is a PBX behind a gateway.
type Server struct {
	// Model has what is shown: its Config.Server is the name of the server. It needs the parts calls, queues, devices, conferences and parking, or
	// what is to be shown of them.
	Model *live.Model
	// Session does what a user asks for. It should be another than the Model's, or have Config.ActionSessions.
	Session ami.Session

	// Context is where the dialplan has the numbers that users dial and transfer to. Empty refuses both.
	Context string
	// CanAnswer says whether a device answers when it is asked to, by NOTIFY with the Event talk. Nil means that none does.
	CanAnswer func(device string) bool
}

func (s *Server) name() string {
	if s.Model == nil { // in tests of the state alone
		return ""
	}
	return s.Model.Server()
}
