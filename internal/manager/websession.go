package manager

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/transport"
)

// webSession is a connection to a manager, with an HTTP client's actions put in
// at the other end, and what comes out kept for it.
type webSession struct {
	id    string
	conn  net.Conn
	ended <-chan struct{} // closed when the manager has ended it
	over  chan struct{}   // closed when all that it sent was read

	mu       sync.Mutex // guards all below
	loggedIn bool
	goodbye  bool // its client has logged off
	gone     bool // the manager has ended it
	users    int  // requests that are being answered
	last     time.Time
	pending  map[string]*webAction // by ActionID
	unnamed  int                   // ActionIDs that we made
	events   strings.Builder
	keep     func(bytes int) // see Web.Connect
	expiry   *time.Timer     // runs while no request is being answered
	waiting  chan string     // takes what WaitEvent waits for: why it ends
}

// webAction is an action whose answer is not complete.
type webAction struct {
	text    strings.Builder
	listing bool
	done    chan struct{}
}

var errScriptGone = errors.New("the manager has ended the session")

// webSession finds the session of a request, or begins one; nil after Close.
func (s *Web) webSession(r *http.Request) *webSession {
	s.mu.Lock()
	defer s.mu.Unlock()
	if cookie, err := r.Cookie(sessionCookie); err == nil {
		if session := s.sessions[cookie.Value]; session != nil && session.hold() {
			return session
		}
	}
	conn, ended, ok := s.Connect()
	if !ok {
		return nil
	}
	s.begun++
	session := &webSession{id: fmt.Sprintf("%08x", 0x5e4c30a0+s.begun), conn: conn, ended: ended, users: 1,
		over: make(chan struct{}), pending: make(map[string]*webAction)}
	session.keep = func(int) {}
	if counted, ok := conn.(interface{ Keep(bytes int) }); ok {
		session.keep = counted.Keep
	}
	// Ends with the connection.
	if !s.Go(func() { s.follow(session) }) {
		_ = conn.Close()
		return nil
	}
	if s.sessions == nil {
		s.sessions = make(map[string]*webSession)
	}
	s.sessions[session.id] = session
	return session
}

// follow reads what the manager sends until it has ended the session, which is forgotten then.
func (s *Web) follow(session *webSession) {
	session.read()
	session.forget()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, session.id)
}

// hold keeps the session for a request, unless it has ended, or is about to: who
// has the answer to a Logoff, or comes after a Cut, does not find it any more.
func (w *webSession) hold() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.goodbye {
		return false
	}
	select {
	case <-w.ended:
		return false
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
	if w.gone || w.users > 0 {
		return
	}
	if w.expiry == nil {
		w.expiry = time.AfterFunc(w.lifetime(), w.expire)
	} else {
		w.expiry.Reset(w.lifetime())
	}
}

// expire ends the session if there was no request for too long.
func (w *webSession) expire() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.users == 0 && time.Since(w.last) >= w.lifetime() {
		_ = w.conn.Close()
	}
}

// forget gives back what the session has kept, once it has ended.
func (w *webSession) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.gone = true
	if w.expiry != nil {
		w.expiry.Stop()
	}
	w.takeEvents()
}

// addEvent keeps an event for WaitEvent. The caller holds mu.
func (w *webSession) addEvent(text string) {
	if w.gone {
		return
	}
	w.events.WriteString(text)
	w.keep(len(text))
	w.wake()
}

// takeEvents returns the events that were kept. The caller holds mu.
func (w *webSession) takeEvents() string {
	text := w.events.String()
	w.events.Reset()
	w.keep(-len(text))
	return text
}

// do gives an action to the manager and returns the whole answer.
func (w *webSession) do(ctx context.Context, fields []string) (string, error) {
	id := field(fields, "ActionID")
	if strings.EqualFold(field(fields, "Action"), "WaitEvent") {
		return w.waitEvent(ctx, fields, id), nil
	}
	w.mu.Lock()
	if id == "" {
		w.unnamed++
		id = "manager-" + strconv.Itoa(w.unnamed)
		fields = append(fields, "ActionID", id)
	}
	action := &webAction{done: make(chan struct{})}
	w.pending[id] = action
	w.mu.Unlock()
	if _, err := w.conn.Write(AppendBlock(nil, fields...)); err != nil {
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
	if strings.HasPrefix(id, "manager-") {
		return strings.ReplaceAll(action.text.String(), "ActionID: "+id+"\r\n", ""), nil
	}
	return action.text.String(), nil
}

// waitEvent is the action that the manager has no part in.
func (w *webSession) waitEvent(ctx context.Context, fields []string, id string) string {
	named := NewAction(transport.ParseFields("ActionID: " + id + "\r\n"))
	if id == "" {
		named = Action{}
	}
	w.mu.Lock()
	if !w.loggedIn {
		w.mu.Unlock()
		return string(AppendBlock(nil, named.Answer("Response", "Error", "Message", "Permission denied")...))
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
	text := string(AppendBlock(nil, named.Answer("Response", "Success", "Message", "Waiting for Event completed.")...)) +
		w.takeEvents() + string(AppendBlock(nil, named.Answer("Event", "WaitEventComplete")...))
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
