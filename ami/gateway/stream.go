package gateway

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

// stream is the answer to a POST /stream: what a WebSocket would be sent, as an event stream.
type stream struct {
	gateway *Gateway
	w       http.ResponseWriter
	control *http.ResponseController
	late    atomic.Int64 // when a write is too late, in nanoseconds of Unix time; 0 while none is going on
}

func (g *Gateway) serveStream(w http.ResponseWriter, r *http.Request) {
	if !g.addresses.allow(r) {
		g.refuse(w, refusedAddress)
		return
	}
	known, ok := g.stranger(w, r)
	if !ok {
		return
	}
	defer known()
	s := &stream{gateway: g, w: w, control: http.NewResponseController(w)}
	data, why := g.body(s.control, w, r)
	var hello *message.Hello
	if why == nil {
		hello, why = readHello(data)
	}
	var c *connection
	if why == nil {
		c, why = g.connect(r.Context(), r, hello)
	}
	known()
	if why != nil {
		g.refuse(w, why)
		return
	}
	defer c.leave()
	if s.control.SetReadDeadline(time.Time{}) != nil || s.control.SetWriteDeadline(time.Time{}) != nil { // those of the server are for requests that end soon
		g.log.Error("gateway: no event streams: what wraps the http.ResponseWriter has no method Unwrap")
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	defer g.token(c)()
	stop := context.AfterFunc(r.Context(), func() { c.end(failed(s.cause(gone))) })
	defer stop()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // nginx would keep it until a buffer is full
	c.run(s, hello)
	if c.why != gone && c.why != refusedSlow {
		_ = s.text(c.why.closing())
	}
}

// token gives a connection its token, by which POST /action knows it, and returns what ends it.
func (g *Gateway) token(c *connection) (end func()) {
	c.token = rand.Text()
	key := sha256.Sum256([]byte(c.token))
	g.mu.Lock()
	defer g.mu.Unlock()
	g.streams[key] = c
	return func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		delete(g.streams, key)
	}
}

// body reads a message.
func (g *Gateway) body(control *http.ResponseController, w http.ResponseWriter, r *http.Request) ([]byte, *refusal) {
	_ = control.SetReadDeadline(time.Now().Add(helloTimeout)) // that of the server is for all of its requests
	stop := context.AfterFunc(g.ctx, func() { _ = control.SetReadDeadline(time.Unix(1, 0)) })
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, message.MaxRequest))
	if stop() && err == nil { // what follows may take long, and the server watches the connection meanwhile
		_ = control.SetReadDeadline(time.Time{})
	}
	if err != nil {
		w.Header().Set("Connection", "close") // else the server waits for the rest before it answers
	}
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, refusedLarge
	case err != nil && g.ctx.Err() != nil:
		return nil, refusedClosing
	case err != nil:
		return nil, refusedLate
	}
	return data, nil
}

func (s *stream) text(data []byte) error {
	deadline := time.Now().Add(s.gateway.config.WriteTimeout)
	s.late.Store(deadline.UnixNano())
	err := s.control.SetWriteDeadline(deadline)
	for _, part := range [][]byte{[]byte("data: "), data, []byte("\n\n")} {
		if err == nil {
			_, err = s.w.Write(part)
		}
	}
	if err == nil {
		err = s.control.Flush()
	}
	if err != nil {
		return s.cause(err)
	}
	s.late.Store(0)
	return s.control.SetWriteDeadline(time.Time{}) // HTTP/2 would end a stream that is idle then
}

// cause is why a stream has failed: the server ends its context, too, when a write was too late, and HTTP/2 says nothing of deadlines.
func (s *stream) cause(err error) error {
	if late := s.late.Load(); late != 0 && time.Now().UnixNano() >= late {
		return os.ErrDeadlineExceeded
	}
	return err
}

func (s *stream) update(f *frame) error { return s.text(f.data()) }

func (s *stream) alive() error { return s.text(aliveText) }

// serveAction runs an Action, and answers with its Result.
func (g *Gateway) serveAction(w http.ResponseWriter, r *http.Request) {
	known, ok := g.stranger(w, r)
	if !ok {
		return
	}
	defer known()
	data, why := g.body(http.NewResponseController(w), w, r)
	var a *message.Action
	if why == nil {
		a, why = readAction(data)
	}
	if why != nil {
		g.refuse(w, why)
		return
	}
	s, leave, why := g.asker(r)
	known()
	if why != nil {
		g.refuse(w, why)
		return
	}
	defer leave()
	answer := make(chan []byte, 1)
	s.start(a, func(result []byte) { answer <- result })
	select {
	case result := <-answer:
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(g.config.WriteTimeout))
		writeJSON(w, http.StatusOK, result)
	case <-r.Context().Done(): // the Action goes on
	}
}

// asker returns the session of who sends a request, which counts as a message: that of the event stream whose token it has, or, without
// one, that of the user who signs in with it.
func (g *Gateway) asker(r *http.Request) (s *session, leave func(), why *refusal) {
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		if s := g.streaming(token); s != nil {
			if !s.messages.Allow() {
				s.leave()
				return nil, nil, refusedMessages
			}
			return s, s.leave, nil
		}
	}
	in, why := g.signIn(r.Context(), r, "")
	if why != nil {
		if !g.addresses.allow(r) {
			why = refusedAddress
		}
		return nil, nil, why
	}
	if !g.messages.of(in.user.ID).Allow() { // before the Policy is asked
		return nil, nil, refusedMessages
	}
	s, why = g.join(in)
	if why != nil {
		return nil, nil, why
	}
	return s, s.leave, nil
}

// streaming joins the session of an event stream; nil if there is none with that token.
func (g *Gateway) streaming(token string) *session {
	g.mu.Lock()
	defer g.mu.Unlock()
	c := g.streams[sha256.Sum256([]byte(token))]
	if c == nil || c.hasEnded() || g.sessions[c.session.id] != c.session {
		return nil
	}
	c.session.uses++
	return c.session
}
