package sipua_test

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/memconn"
	"github.com/asterisk-go/asterisk-go/transport"
)

// record keeps all events of a session.
type record struct {
	sub   *event.Subscription
	tasks sync.WaitGroup
	more  chan struct{} // has a token when there are more

	mu     sync.Mutex // guards events
	events []transport.Fields
}

func newRecord(ctx context.Context, client ami.Session) *record {
	r := &record{sub: client.Subscribe(event.Filter{}, &ami.SubscribeConfig{Limit: -1}), more: make(chan struct{}, 1)}
	// Ends with the subscription or ctx; stop waits for it.
	r.tasks.Go(func() { r.read(ctx) })
	return r
}

func (r *record) read(ctx context.Context) {
	for ev := range r.sub.All(ctx) {
		r.mu.Lock()
		r.events = append(r.events, ev.Fields())
		r.mu.Unlock()
		select {
		case r.more <- struct{}{}:
		default:
		}
	}
}

// quiet is how long a server has told nothing that has told all.
const quiet = time.Second

// until waits until the events are those that are wanted, or no more come.
func (r *record) until(enough func(events []transport.Fields) bool) {
	timer := time.NewTimer(quiet)
	defer timer.Stop()
	for {
		r.mu.Lock()
		done := enough(r.events)
		r.mu.Unlock()
		if done {
			return
		}
		select {
		case <-r.more:
			timer.Reset(quiet)
		case <-timer.C:
			return
		}
	}
}

// stop ends the record, and returns all.
func (r *record) stop() []transport.Fields {
	r.sub.Close()
	r.tasks.Wait()
	return r.events
}

// listener takes connections in memory.
type listener struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newListener() *listener {
	return &listener{conns: make(chan net.Conn), done: make(chan struct{})}
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}

func (l *listener) Addr() net.Addr { return memconn.Addr("127.0.0.1:4573") }

// dial is a connection to the listener, whatever the address.
func (l *listener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := memconn.Pipe(0)
	select {
	case l.conns <- server:
		return client, nil
	case <-l.done:
		return nil, errors.New("nobody listens")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
