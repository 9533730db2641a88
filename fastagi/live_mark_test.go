package fastagi_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/fastagi"
)

// hangingUp is a connection whose channel hangs up at a command: before it is
// sent, or as soon as it has been. What Asterisk writes of it, notice and all,
// is then read in one piece.
type hangingUp struct {
	net.Conn
	pbx     *pbx
	command string
	after   bool
	ahead   bytes.Buffer // read, but not passed on
	seen    bytes.Buffer // the environment
	sent    atomic.Bool  // the command is
	done    bool
}

func (h *hangingUp) Read(p []byte) (int, error) {
	if h.ahead.Len() > 0 {
		return h.ahead.Read(p)
	}
	n, err := h.Conn.Read(p)
	if h.done || err != nil {
		return n, err
	}
	if !h.sent.Load() {
		h.seen.Write(p[:n])
		return n, nil
	}
	h.ahead.Write(p[:n])
	h.hangUp()
	return h.ahead.Read(p)
}

func (h *hangingUp) Write(p []byte) (int, error) {
	if strings.HasPrefix(string(p), h.command) {
		if !h.after && !h.done { // before the session: nothing else reads
			h.hangUp()
		}
		h.sent.Store(true)
	}
	return h.Conn.Write(p)
}

// hangUp returns when the notice has come.
func (h *hangingUp) hangUp() {
	h.done = true
	_, rest, _ := strings.Cut(h.seen.String(), "\nagi_channel: ")
	channel, _, _ := strings.Cut(rest, "\n")
	if _, err := h.pbx.manager.Do(context.Background(), action.Hangup{Channel: channel}); err != nil {
		h.pbx.t.Errorf("Hangup(%q) = %v", channel, err)
	}
	for buf := make([]byte, 4096); !bytes.HasSuffix(h.ahead.Bytes(), []byte("HANGUP\n")); {
		n, err := h.Conn.Read(buf)
		h.ahead.Write(buf[:n])
		if err != nil {
			h.pbx.t.Errorf("no notice of the hangup: %v", err)
			return
		}
	}
}

// hangingListener has all its connections hang up.
type hangingListener struct {
	net.Listener
	wrap func(net.Conn) net.Conn
}

func (l hangingListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return l.wrap(conn), nil
}

// openHangingUp is open for such connections.
func openHangingUp(t *testing.T, p *pbx, command string, after bool, handler agi.HandlerFunc) string {
	t.Helper()
	listener := tcp(t)
	server, served := &fastagi.Server{Handler: handler}, make(chan error, 1)
	// Ends with the server.
	go func() {
		served <- server.Serve(hangingListener{listener, func(conn net.Conn) net.Conn {
			return &hangingUp{Conn: conn, pbx: p, command: command, after: after}
		}})
	}()
	t.Cleanup(func() {
		_ = server.Close()
		_ = server.Shutdown(context.Background())
		<-served
	})
	return "agi://" + listener.Addr().String()
}

// A channel that hangs up before Asterisk has confirmed the environment has
// hung up when the handler begins.
func TestLiveHangupBeforeTheMark(t *testing.T) {
	onAsterisk(t, func(t *testing.T, p *pbx) {
		url := openHangingUp(t, p, "GET FULL VARIABLE", false, func(ctx context.Context, s *agi.Session) error {
			if cause := context.Cause(ctx); !errors.Is(cause, agi.ErrHangup) {
				t.Errorf("the context has ended with %v, want %v", cause, agi.ErrHangup)
			}
			if _, err := s.StreamFile(ctx, "beep", ""); !errors.Is(err, agi.ErrHangup) || errors.Is(err, agi.ErrNotSent) {
				t.Errorf("StreamFile = %v, want %v", err, agi.ErrHangup)
			}
			return s.SetVariable(ctx, "TOLD", "hung up")
		})
		if got := p.call(t, url+"/ivr"); got.told != "hung up" {
			t.Errorf("got %+v", got)
		}
	})
}

// A value with the notice of the hangup behind it in one piece, of any length
// around that of the buffer.
func TestLiveValueAndHangupInOnePiece(t *testing.T) {
	onAsterisk(t, func(t *testing.T, p *pbx) {
		for size := 1001; size <= 1008; size++ {
			value := strings.Repeat("x", size)
			url := openHangingUp(t, p, "GET VARIABLE", true, func(ctx context.Context, s *agi.Session) error {
				if err := s.SetVariable(ctx, "LONG", value); err != nil {
					return err
				}
				if got, ok, err := s.GetVariable(ctx, "LONG"); got != value || !ok || err != nil {
					t.Errorf("LONG of %d bytes = %d bytes, %t, %v", size, len(got), ok, err)
				}
				if cause := context.Cause(ctx); !errors.Is(cause, agi.ErrHangup) {
					t.Errorf("the context has ended with %v, want %v", cause, agi.ErrHangup)
				}
				return s.SetVariable(ctx, "TOLD", "hung up")
			})
			if got := p.call(t, url+"/ivr"); got.told != "hung up" {
				t.Errorf("%d bytes: got %+v", size, got)
			}
		}
	})
}
