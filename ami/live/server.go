package live

import (
	"strconv"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
)

// Server is the PBX, and whether the model follows it. Each View has one, and its changes are in each Subscription to all
// objects. It is a picture of one moment: do not write to it.
type Server struct {
	Name   string      `json:",omitempty"` // Config.Server
	State  ServerState // ServerCurrent once Watch has returned
	Since  time.Time   `json:",omitzero"`  // when that began
	Reason string      `json:",omitempty"` // why events are missing, or why the model has ended
}

// ServerState is whether a model follows its PBX.
type ServerState int

const (
	// ServerExpected: a [Group] has no model of it so far.
	ServerExpected ServerState = iota
	// ServerSyncing: events are missing, and lists run that make up for them.
	ServerSyncing
	// ServerCurrent: events keep true what the View has. [Model.Parts] tells what it lacks.
	ServerCurrent
	// ServerAway: the connection is lost, and the session tries to come back. The View is as it was then.
	ServerAway
	// ServerLost: the model has ended, by Close or with its session. The View stays as it was.
	ServerLost
)

var serverStates = [...]string{"expected", "syncing", "current", "away", "lost"}

// String is the state as a word.
func (s ServerState) String() string {
	if s >= 0 && int(s) < len(serverStates) {
		return serverStates[s]
	}
	return "ServerState(" + strconv.Itoa(int(s)) + ")"
}

// MarshalText is String, for JSON.
func (s ServerState) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// String is the server in one line.
func (s *Server) String() string {
	l := newLine("server", s.Name)
	l.add("State", s.State.String())
	l.add("Reason", s.Reason)
	return l.String()
}

func (s *Server) objectName() string        { return "server" }
func (s *Server) subscribedBy() objectKey   { return objectKey{"server", s.Name} }
func (s *Server) changed(by *change) Change { return changed(s, by) }

// becomes takes another state of the server.
func (s *state) becomes(is ServerState, reason string) {
	before := s.server
	if before.State == is && before.Reason == reason {
		return
	}
	s.server = &Server{Name: before.Name, State: is, Since: s.at, Reason: reason}
	s.changed(change{kind: KindUpdated, before: before, after: s.server})
}

// misses takes that events are missing.
func (s *state) misses(e *event.Gap) {
	is := ServerSyncing
	if e.Reason == event.GapDisconnected {
		is = ServerAway
	}
	reason := string(e.Reason)
	if e.Err != nil {
		reason = e.Err.Error()
	}
	s.becomes(is, reason)
}

// lose takes the end of the model, the last change of all.
func (s *state) lose(cause error, at time.Time) {
	s.event, s.at, s.synthetic = nil, at, false
	s.becomes(ServerLost, cause.Error())
}
