package main

import (
	"context"
	"fmt"
	"net/http"
	"sync"

	"github.com/gorilla/websocket"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/gateway"
)

// fanOut is one change to all clients, from the event on: each has it before the next one comes.
func (j job) fanOut(ctx context.Context) (result, error) {
	w, err := j.watch(ctx, j.Username, func(int) gateway.Rights { return gateway.Rights{Devices: []gateway.Ref{{Name: phone(0)}}} })
	if err != nil {
		return result{}, err
	}
	defer w.stop()
	return j.fan(w.browsers, func() error {
		_, err := w.client.Do(ctx, action.New("Device"))
		return err
	})
}

// fan measures changes, of which each client has each before the next one comes.
func (j job) fan(b *browsers, change func() error) (result, error) {
	if _, err := b.do("open", 0, fanClients); err != nil {
		return result{}, err
	}
	changes := 0
	r, err := j.measure(gatewayRuns, fanClients, func() error {
		if err := change(); err != nil {
			return err
		}
		changes++
		_, err := b.do("await", changes)
		return err
	})
	if err != nil {
		return r, err
	}
	c, err := b.do("report")
	if want := int64(changes * fanClients); c.Updates != want || c.Closed > 0 {
		r.Invalid = fmt.Sprintf("%d updates came, not %d; %d connections were ended", c.Updates, want, c.Closed)
	}
	return r, err
}

// loop is a server that writes a message to all its sockets, one after the other, and knows nothing else.
type loop struct {
	mu      sync.Mutex // guards sockets
	sockets []*websocket.Conn
}

const loopUpdate = `{"type":"update","revision":1234,"put":[{"key":"device::PJSIP%2F1000","kind":"device","revision":1234,"value":{"name":"PJSIP/1000","state":"NOT_INUSE"}}]}`

func (l *loop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	upgrader := websocket.Upgrader{ReadBufferSize: 512, WriteBufferSize: 1024, WriteBufferPool: new(sync.Pool), CheckOrigin: func(*http.Request) bool { return true }}
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	if _, _, err := conn.ReadMessage(); err != nil { // Hello
		return
	}
	if err := conn.WriteMessage(websocket.TextMessage, []byte(loopUpdate)); err != nil {
		return
	}
	l.mu.Lock()
	l.sockets = append(l.sockets, conn)
	l.mu.Unlock()
	// Ends with the connection.
	go func() { _, _, _ = conn.ReadMessage() }()
}

func (l *loop) write() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	message, err := websocket.NewPreparedMessage(websocket.TextMessage, []byte(loopUpdate))
	for _, conn := range l.sockets {
		if err == nil {
			err = conn.WritePreparedMessage(message)
		}
	}
	return err
}

func (j job) fanLoop(ctx context.Context) (result, error) {
	l := new(loop)
	server, err := serve(func(string) (http.Handler, error) { return l, nil })
	if err != nil {
		return result{}, err
	}
	defer server.server.Close()
	b, err := startBrowsers(ctx, server.address)
	if err != nil {
		return result{}, err
	}
	defer b.stop()
	return j.fan(b, l.write)
}
