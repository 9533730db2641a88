// Package sipua is a SIP phone for tests on real servers, and for the demo: it registers, calls and is called, holds, redirects and
// transfers. It is a module of its own, so that the SDK has no SIP stack among its dependencies. What no stack would
// write, package stranger does.
package sipua

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

// Phone is a phone of a server, or who sends calls from outside. Its methods may be called from several goroutines.
type Phone struct {
	user, password string
	server         sip.Uri // of the server, without a user
	address        string  // where it listens

	agent    *sipgo.UserAgent
	client   *sipgo.Client
	outgoing *sipgo.DialogClientCache
	incoming *sipgo.DialogServerCache

	conn    net.PacketConn
	serving sync.WaitGroup

	mu      sync.Mutex // guards all below
	answer  func(*Incoming)
	calls   map[string]*Call       // by Call-ID
	ringing map[*Incoming]struct{} // not answered so far
}

// Open makes one of the lab's phones: 100 to 102, those of lab.Config.Phones, and 200 to 203 where lab.Config.Trunk is set. It
// listens on a port of its own, does not register by itself, and closes with the test.
func Open(t testing.TB, s *lab.Server, user string) *Phone {
	t.Helper()
	p, err := New(nil, s.SIP(), user)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// New makes a phone of the server at an address, with the password that the lab's phones have. It listens at conn, which it
// closes; nil is a port of its own on loopback. It does not register by itself.
func New(conn net.PacketConn, server, user string) (*Phone, error) {
	if conn == nil {
		var err error
		if conn, err = net.ListenPacket("udp4", "127.0.0.1:0"); err != nil {
			return nil, fmt.Errorf("sipua: %w", err)
		}
	}
	p := &Phone{user: user, password: "secret-" + user, address: conn.LocalAddr().String(), conn: conn,
		calls: make(map[string]*Call), ringing: make(map[*Incoming]struct{})}
	host, port, err := split(server)
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	p.server = sip.Uri{Scheme: "sip", Host: host, Port: port}
	serve, err := p.build(host)
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	socket := &socket{PacketConn: conn, read: make(chan struct{})}
	// Ends with the socket; Close waits for it.
	p.serving.Go(func() { _ = serve.ServeUDP(socket) })
	<-socket.read
	return p, nil
}

// Close ends the phone and its calls without a word to the server.
func (p *Phone) Close() {
	p.mu.Lock()
	calls := slices.Collect(maps.Values(p.calls))
	p.mu.Unlock()
	for _, call := range calls {
		call.end()
	}
	_ = p.agent.Close()
	_ = p.conn.Close()
	p.serving.Wait()
}

// socket says when it is first read: before that, the stack would open another one to send from.
type socket struct {
	net.PacketConn
	once sync.Once
	read chan struct{}
}

func (s *socket) ReadFrom(p []byte) (int, net.Addr, error) {
	s.once.Do(func() { close(s.read) })
	return s.PacketConn.ReadFrom(p)
}

// quiet is a logger that writes nothing, which is the stack's default from the first call on: that is one for all phones.
var quiet = sync.OnceValue(func() *slog.Logger {
	silent := slog.New(slog.DiscardHandler)
	sip.SetDefaultLogger(silent)
	return silent
})

// build makes the parts of the stack, which say what they do only where something has to be found out.
func (p *Phone) build(domain string) (*sipgo.Server, error) {
	silent := quiet()
	host, port, err := split(p.address)
	if err != nil {
		return nil, err
	}
	if p.agent, err = sipgo.NewUA(sipgo.WithUserAgent(p.user), sipgo.WithUserAgentHostname(domain)); err != nil {
		return nil, err
	}
	p.client, err = sipgo.NewClient(p.agent, sipgo.WithClientAddr(p.address), sipgo.WithClientConnectionAddr(p.address),
		sipgo.WithClientLogger(silent))
	if err != nil {
		return nil, err
	}
	contact := sip.ContactHeader{Address: sip.Uri{Scheme: "sip", User: p.user, Host: host, Port: port}}
	p.outgoing = sipgo.NewDialogClientCache(p.client, contact)
	p.incoming = sipgo.NewDialogServerCache(p.client, contact)
	server, err := sipgo.NewServer(p.agent, sipgo.WithServerLogger(silent))
	if err != nil {
		return nil, err
	}
	server.OnInvite(p.onInvite)
	server.OnAck(func(req *sip.Request, tx sip.ServerTransaction) { _ = p.incoming.ReadAck(req, tx) })
	server.OnBye(p.onBye)
	server.OnNotify(p.onNotify)
	server.OnOptions(func(req *sip.Request, tx sip.ServerTransaction) { respond(req, tx, 200, "OK") })
	return server, nil
}

// Address is where the phone listens, as host:port.
func (p *Phone) Address() string { return p.address }

// Register tells the server where the phone is, for ten minutes.
func (p *Phone) Register(ctx context.Context) error { return p.register(ctx, 600) }

// Unregister tells it that the phone is gone.
func (p *Phone) Unregister(ctx context.Context) error { return p.register(ctx, 0) }

func (p *Phone) register(ctx context.Context, seconds int) error {
	own := p.server
	own.User = p.user
	req := sip.NewRequest(sip.REGISTER, p.server)
	req.AppendHeader(&sip.ToHeader{Address: own})
	req.AppendHeader(sip.NewHeader("Contact", fmt.Sprintf("<sip:%s@%s>", p.user, p.address)))
	req.AppendHeader(sip.NewHeader("Expires", strconv.Itoa(seconds)))
	res, err := p.client.Do(ctx, req)
	if err == nil && res.StatusCode == sip.StatusUnauthorized {
		res, err = p.client.DoDigestAuth(ctx, req, res, sipgo.DigestAuth{Username: p.user, Password: p.password})
	}
	if err != nil {
		return fmt.Errorf("sipua: register %s: %w", p.user, err)
	}
	return accepted(res)
}

// Refused is a final response that is no success.
type Refused struct {
	Code   int
	Reason string
}

func (r *Refused) Error() string { return fmt.Sprintf("sipua: refused: %d %s", r.Code, r.Reason) }

func accepted(res *sip.Response) error {
	if res.IsSuccess() {
		return nil
	}
	return &Refused{res.StatusCode, res.Reason}
}

func respond(req *sip.Request, tx sip.ServerTransaction, code int, reason string) {
	_ = tx.Respond(sip.NewResponseFromRequest(req, code, reason, nil)) // whoever asked asks again
}

func split(address string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		return "", 0, err
	}
	port, err = strconv.Atoi(text)
	return host, port, err
}
