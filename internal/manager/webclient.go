package manager

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"

	"github.com/asterisk-go/asterisk-go/internal/memconn"
)

// HTTPClient returns a client whose requests all reach a handler in memory, whatever their URL; it works in a
// testing/synctest bubble. Begin runs a function on a goroutine, or returns false: then requests fail as those to a dead server do.
func HTTPClient(handler http.Handler, begin func(func()) bool) *http.Client {
	return &http.Client{Transport: memoryTransport{handler, begin}}
}

type memoryTransport struct {
	handler http.Handler
	begin   func(func()) bool
}

func (t memoryTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(r.Context())
	answer := &webAnswer{header: make(http.Header), done: make(chan struct{})}
	begun := t.begin(func() {
		defer cancel()
		answer.serve(t.handler, r.WithContext(ctx))
	})
	if !begun {
		cancel()
		return nil, &net.OpError{Op: "dial", Net: "tcp", Addr: memconn.ServerAddr, Err: syscall.ECONNREFUSED}
	}
	select {
	case <-answer.done:
		return answer.response(r)
	case <-r.Context().Done():
		cancel()
		return nil, r.Context().Err()
	}
}

// webAnswer is the response of a request in memory.
type webAnswer struct {
	header  http.Header
	status  int
	body    strings.Builder
	aborted bool
	done    chan struct{}
}

func (a *webAnswer) serve(handler http.Handler, r *http.Request) {
	defer close(a.done)
	defer func() {
		if cause := recover(); cause != nil {
			if cause != http.ErrAbortHandler {
				panic(cause)
			}
			a.aborted = true
		}
	}()
	handler.ServeHTTP(a, r)
}

func (a *webAnswer) Header() http.Header { return a.header }

func (a *webAnswer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

func (a *webAnswer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(p)
}

func (a *webAnswer) response(r *http.Request) (*http.Response, error) {
	if a.aborted {
		return nil, io.ErrUnexpectedEOF
	}
	a.WriteHeader(http.StatusOK) // an empty answer
	return &http.Response{
		Status: http.StatusText(a.status), StatusCode: a.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: a.header, Body: io.NopCloser(strings.NewReader(a.body.String())), ContentLength: int64(a.body.Len()), Request: r,
	}, nil
}
