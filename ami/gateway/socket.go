package gateway

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/gorilla/websocket"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

const (
	pongTimeout  = 2*aliveEvery + 10*time.Second
	closeTimeout = time.Second // for the end of a connection, and for the browser to say goodbye, too
)

// socket is a WebSocket. One goroutine reads, and one writes.
type socket struct {
	gateway *Gateway
	conn    *websocket.Conn
	flood   func() *refusal // of pings and pongs
}

// serveSocket makes a WebSocket of a request. What it does on it is not the server's any more.
func (g *Gateway) serveSocket(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.ProtoMajor != 1:
		http.Error(w, "a WebSocket needs HTTP/1.1 here", http.StatusUpgradeRequired)
		return
	case !g.origins.page(r):
		g.counts.foreign.Add(1)
		g.refuse(w, refusedPage)
		return
	case !g.addresses.allow(r):
		g.refuse(w, refusedAddress)
		return
	}
	known, ok := g.stranger(w, r)
	if !ok {
		return
	}
	conn, err := g.upgrader.Upgrade(w, r, nil)
	if err != nil {
		known()
		return // it was answered
	}
	s := &socket{gateway: g, conn: conn}
	// It ends with the connection; Close waits for it, as for this handler. The server's goroutine, with its buffers, ends now.
	g.tasks.Go(func() { s.serve(r, known) })
}

// serve is a WebSocket from Hello to its end. It calls known once it is known who that is.
func (s *socket) serve(r *http.Request, known func()) {
	g := s.gateway
	defer s.conn.Close()
	hello, why := s.hello()
	var c *connection
	if why == nil {
		c, why = g.connect(g.ctx, r, hello)
	}
	known()
	if why != nil {
		g.counts.ended(why)
		ended := make(chan struct{})
		if why != gone {
			// It ends when the connection is closed below.
			go func() { defer close(ended); s.drain() }()
			s.goodbye(why, ended)
			s.conn.Close()
			<-ended
		}
		return
	}
	s.flood = func() *refusal {
		if !c.session.messages.Allow() {
			return refusedMessages
		}
		return nil
	}
	ended := make(chan struct{})
	// read ends when the connection is closed below.
	go func() { defer close(ended); s.read(c) }()
	c.run(s, hello)
	if c.why != gone && c.why != refusedSlow {
		s.goodbye(c.why, ended)
	}
	c.leave() // first, so that a browser that has seen the end may connect again
	s.conn.Close()
	<-ended
}

// hello waits for the first message.
func (s *socket) hello() (*message.Hello, *refusal) {
	_ = s.conn.SetReadDeadline(time.Now().Add(helloTimeout))
	stop := context.AfterFunc(s.gateway.ctx, func() { _ = s.conn.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	s.flood = func() *refusal { return refusedOrder } // nobody has a reason to ping before
	s.conn.SetPingHandler(s.ping)
	s.conn.SetPongHandler(s.pong)
	data, why := s.next()
	switch {
	case why == nil:
		return readHello(data)
	case s.gateway.ctx.Err() != nil:
		return nil, refusedClosing
	}
	return nil, why
}

// next returns the next message.
func (s *socket) next() ([]byte, *refusal) {
	kind, r, err := s.conn.NextReader()
	if err != nil {
		return nil, unread(err)
	}
	if kind != websocket.TextMessage {
		return nil, refusedBinary
	}
	data, err := io.ReadAll(io.LimitReader(r, message.MaxRequest+1))
	switch {
	case err != nil:
		return nil, unread(err)
	case len(data) > message.MaxRequest:
		return nil, refusedLarge
	}
	return data, nil
}

// unread says why there is no message.
func unread(err error) *refusal {
	var closed *websocket.CloseError
	var network net.Error
	var flood *refusal
	switch {
	case errors.As(err, &flood):
		return flood
	case errors.As(err, &network) && network.Timeout():
		return refusedLate
	case errors.As(err, &closed), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &network), errors.Is(err, net.ErrClosed):
		return gone
	}
	return refusedFrame
}

// read takes messages until the connection is closed.
func (s *socket) read(c *connection) {
	_ = s.conn.SetReadDeadline(time.Now().Add(pongTimeout))
	for {
		data, why := s.next()
		if why == refusedLate { // nothing from the browser for long: it is not there
			why = gone
		}
		if why == nil {
			why = c.take(data)
		}
		if why == nil {
			continue
		}
		c.end(why)
		if why != gone {
			s.drain()
		}
		return
	}
}

// drain throws away what still comes, until the connection is closed: a connection that is closed with something unread
// would be reset, and the browser might not get to know why.
func (s *socket) drain() { _, _ = io.Copy(io.Discard, s.conn.NetConn()) }

func (s *socket) ping(data string) error {
	if why := s.flood(); why != nil {
		return why
	}
	err := s.conn.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(s.gateway.config.WriteTimeout))
	if errors.Is(err, websocket.ErrCloseSent) {
		return nil
	}
	return err
}

func (s *socket) pong(string) error {
	if why := s.flood(); why != nil {
		return why
	}
	return s.conn.SetReadDeadline(time.Now().Add(pongTimeout))
}

func (s *socket) text(data []byte) error {
	_ = s.conn.SetWriteDeadline(time.Now().Add(s.gateway.config.WriteTimeout))
	return s.conn.WriteMessage(websocket.TextMessage, data)
}

func (s *socket) update(f *frame) error {
	prepared, err := f.prepared()
	switch {
	case err != nil:
		return err
	case prepared == nil:
		return s.text(f.data())
	}
	_ = s.conn.SetWriteDeadline(time.Now().Add(s.gateway.config.WriteTimeout))
	return s.conn.WritePreparedMessage(prepared)
}

var aliveText = encoded(message.Alive{Type: "alive"})

func (s *socket) alive() error {
	if err := s.text(aliveText); err != nil {
		return err
	}
	return s.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(s.gateway.config.WriteTimeout))
}

// goodbye tells the browser why the connection ends, and waits a moment for it to end it, too.
func (s *socket) goodbye(why *refusal, ended <-chan struct{}) {
	deadline := time.Now().Add(s.gateway.ending)
	_ = s.conn.SetWriteDeadline(deadline)
	if err := s.conn.WriteMessage(websocket.TextMessage, why.closing()); err != nil && !errors.Is(err, websocket.ErrCloseSent) {
		return
	}
	_ = s.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(int(why.code), why.reason), deadline)
	wait := time.NewTimer(s.gateway.ending)
	defer wait.Stop()
	select {
	case <-ended:
	case <-wait.C:
	}
}
