package amitest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/manager"
	"github.com/asterisk-go/asterisk-go/transport"
)

// webSession is a connection to a script, with an HTTP client's actions put in
// at the other end, and what comes out kept for it.
type webSession struct {
	id   string
	conn net.Conn
	peer *Peer
	over chan struct{} // closed when the script has gone

	mu       sync.Mutex // guards all below
	loggedIn bool
	goodbye  bool // its client has logged off
	users    int  // requests that are being answered
	last     time.Time
	pending  map[string]*webAction // by ActionID
	unnamed  int                   // ActionIDs that we made
	events   strings.Builder
	waiting  chan string // takes what WaitEvent waits for: why it ends
}

// webAction is an action whose answer is not complete.
type webAction struct {
	text    strings.Builder
	listing bool
	done    chan struct{}
}

var errScriptGone = errors.New("amitest: the script has ended")

// webSession finds the session of a request, or begins one; nil after Close.
func (s *Server) webSession(r *http.Request) *webSession {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	if cookie, err := r.Cookie(sessionCookie); err == nil {
		if session := s.sessions[cookie.Value]; session != nil && session.hold() {
			return session
		}
	}
	client, server := PipeSize(s.Buffer)
	peer := s.play(server)
	session := &webSession{id: fmt.Sprintf("%08x", 0x5e4c30a0+s.connections), conn: client, peer: peer, users: 1,
		over: make(chan struct{}), pending: make(map[string]*webAction)}
	if s.sessions == nil {
		s.sessions = make(map[string]*webSession)
	}
	s.sessions[session.id] = session
	// Ends with the script.
	s.tasks.Go(func() {
		session.read()
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.sessions, session.id)
	})
	return session
}

// hold keeps the session for a request, unless it has ended, or is about to: who
// has the answer to a Logoff, or comes after a Cut, does not find it any more.
func (w *webSession) hold() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.goodbye || w.peer.ctx.Err() != nil {
		return false
	}
	select {
	case <-w.over:
		return false
	default:
	}
	if w.users == 0 && time.Since(w.last) > w.lifetime() {
		_ = w.conn.Close()
		return false
	}
	w.users++
	return true
}

func (w *webSession) lifetime() time.Duration {
	if w.loggedIn {
		return httpTimeout
	}
	return loginTime
}

func (w *webSession) release() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.users--
	w.last = time.Now()
}

// do gives an action to the script and returns the whole answer.
func (w *webSession) do(ctx context.Context, fields []string) (string, error) {
	id := field(fields, "ActionID")
	if strings.EqualFold(field(fields, "Action"), "WaitEvent") {
		return w.waitEvent(ctx, fields, id), nil
	}
	w.mu.Lock()
	if id == "" {
		w.unnamed++
		id = "amitest-" + strconv.Itoa(w.unnamed)
		fields = append(fields, "ActionID", id)
	}
	action := &webAction{done: make(chan struct{})}
	w.pending[id] = action
	w.mu.Unlock()
	if _, err := io.WriteString(w.conn, block(fields)); err != nil {
		return "", errScriptGone
	}
	select {
	case <-action.done:
	case <-ctx.Done():
		return "", ctx.Err()
	case <-w.over:
		select {
		case <-action.done: // it went right after the answer
		default:
			return "", errScriptGone
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if strings.HasPrefix(id, "amitest-") {
		return strings.ReplaceAll(action.text.String(), "ActionID: "+id+"\r\n", ""), nil
	}
	return action.text.String(), nil
}

// waitEvent is the action that the script has no part in.
func (w *webSession) waitEvent(ctx context.Context, fields []string, id string) string {
	named := Action{manager.NewAction(transport.ParseFields(block([]string{"ActionID", id})))}
	if id == "" {
		named = Action{}
	}
	w.mu.Lock()
	if !w.loggedIn {
		w.mu.Unlock()
		return block(named.action.Answer("Response", "Error", "Message", "Permission denied"))
	}
	if w.waiting != nil {
		w.waiting <- "replaced"
	}
	waiting := make(chan string, 1)
	w.waiting = waiting
	if w.events.Len() > 0 {
		w.wake()
	}
	w.mu.Unlock()
	why := w.await(ctx, waiting, waitTime(field(fields, "Timeout")))
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.waiting == waiting {
		w.waiting = nil
	}
	if why == "replaced" {
		return ""
	}
	text := block(named.action.Answer("Response", "Success", "Message", "Waiting for Event completed.")) +
		w.events.String() + block(named.action.Answer("Event", "WaitEventComplete"))
	w.events.Reset()
	return text
}

// await returns why WaitEvent ends: "" when its time is over, or either side
// is gone.
func (w *webSession) await(ctx context.Context, waiting <-chan string, most time.Duration) string {
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case why := <-waiting:
		return why
	case <-timer.C:
	case <-w.over:
	case <-ctx.Done():
	}
	return ""
}

func waitTime(text string) time.Duration {
	seconds, err := strconv.Atoi(text)
	most := httpTimeout - waitMargin
	if err != nil || seconds < 0 {
		return most
	}
	return min(time.Duration(seconds)*time.Second, most)
}

// wake ends a WaitEvent. It runs with the mutex held.
func (w *webSession) wake() {
	if w.waiting != nil {
		w.waiting <- "event"
		w.waiting = nil
	}
}
