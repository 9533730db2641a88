package gateway

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

// edge is a gateway behind a real HTTP server, in front of a scripted PBX. Who sends the header User is that user, and owns
// the device PJSIP/USER.
type edge struct {
	t    *testing.T
	g    *Gateway
	http *httptest.Server
	host string
	page string // origin that may connect
	pbx  *amitest.Server
	log  *logged
	ctx  context.Context // of requests: a test that would hang fails
}

// logged is what was logged.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// model is one of a PBX of channels that the test makes by events.
func model(t testing.TB) (*amitest.Server, *live.Model, ami.Session) {
	t.Helper()
	srv := amitest.Start(t, func(p *amitest.Peer) {
		p.Handle("BridgeList", func(p *amitest.Peer, a amitest.Action) { p.List(a, "BridgeListComplete") })
		p.Handle("Status", func(p *amitest.Peer, a amitest.Action) { p.List(a, "StatusComplete") })
		p.Login()
		p.Serve()
	})
	client, err := ami.Connect(t.Context(), srv.Addr(), &ami.Config{Username: "u", Secret: "s", Dial: srv.Dial})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	m, err := live.Watch(t.Context(), client, &live.Config{Parts: []live.PartName{live.PartCalls}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return srv, m, client
}

// byHeader is an Authenticate.
func byHeader(r *http.Request) (User, error) {
	if id := r.Header.Get("User"); id != "" {
		return User{ID: id, Role: r.Header.Get("Role")}, nil
	}
	return User{}, errors.New("nobody")
}

func newEdge(t *testing.T, adjust func(*Config)) *edge {
	t.Helper()
	e := &edge{t: t, log: new(logged)}
	var cancel context.CancelFunc
	e.ctx, cancel = context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	var m *live.Model
	var s ami.Session
	e.pbx, m, s = model(t)
	e.http = httptest.NewUnstartedServer(nil)
	e.host = e.http.Listener.Addr().String()
	e.page = "http://" + e.host
	config := &Config{
		Servers:      []Server{{Model: m, Session: s}},
		Authenticate: byHeader,
		Policy: func(_ context.Context, user User) (Rights, error) {
			return Rights{Own: []Ref{{Name: "PJSIP/" + user.ID}}}, nil
		},
		Hosts: []string{e.host},
		Log:   slog.New(slog.NewTextHandler(e.log, nil)),
	}
	if adjust != nil {
		adjust(config)
	}
	var err error
	if e.g, err = New(config); err != nil {
		t.Fatal(err)
	}
	e.g.ending = time.Minute // the machine may have other things to do
	e.http.Config.Handler = e.g
	e.http.Start()
	t.Cleanup(func() {
		e.g.Close()
		e.http.Close()
	})
	return e
}

// ring makes a channel of a user's phone that rings.
func (e *edge) ring(user, id, number string) {
	e.pbx.Emit("Event", "Newchannel", "Privilege", "call,all", "Channel", "PJSIP/"+user+"-"+strings.Repeat("0", 8-len(id))+id, "ChannelState", "5", "ChannelStateDesc", "Ringing",
		"CallerIDNum", user, "CallerIDName", "<unknown>", "ConnectedLineNum", number, "ConnectedLineName", "<unknown>", "Language", "en", "AccountCode", "",
		"Context", "default", "Exten", "", "Priority", "1", "Uniqueid", "1."+id, "Linkedid", "1."+id)
}

// received is a message of the gateway, of any type.
type received struct {
	Type     string
	Version  int
	Instance string
	Revision uint64
	Resumed  bool
	User     string
	Token    string
	Put      []message.Object
	Delete   []string
	More     bool
	Code     message.Code
	Reason   string
	Expires  time.Time
	ID       string
	Outcome  message.Outcome
}

// visitor is a connection of a page, by either transport.
type visitor struct {
	t      testing.TB
	conn   *websocket.Conn // nil of an event stream
	body   io.ReadCloser
	lines  *bufio.Scanner
	status int // of HTTP
}

// header is that of a page which may connect.
func (e *edge) header(user string, more ...string) http.Header {
	h := http.Header{"Origin": {e.page}}
	if user != "" {
		h.Set("User", user)
	}
	for i := 0; i < len(more); i += 2 {
		h.Set(more[i], more[i+1])
	}
	return h
}

// dial opens a WebSocket, and returns the status of the answer if it was refused.
func (e *edge) dial(h http.Header) (*visitor, int) {
	e.t.Helper()
	if host := h.Get("Host"); host != "" {
		defer h.Set("Host", host)
	}
	conn, answer, err := (&websocket.Dialer{HandshakeTimeout: 2 * time.Minute}).DialContext(e.ctx, "ws://"+e.host+"/socket", h)
	if err != nil {
		if answer == nil {
			e.t.Fatal(err)
		}
		return nil, answer.StatusCode
	}
	e.t.Cleanup(func() { conn.Close() })
	deadline, _ := e.ctx.Deadline()
	_ = conn.SetReadDeadline(deadline)
	return &visitor{t: e.t, conn: conn}, 0
}

// socket opens a WebSocket.
func (e *edge) socket(h http.Header) *visitor {
	e.t.Helper()
	b, status := e.dial(h)
	if b == nil {
		e.t.Fatalf("the upgrade was answered with %d", status)
	}
	return b
}

// post sends a POST.
func (e *edge) post(path string, h http.Header, body any) *http.Response {
	e.t.Helper()
	text, ok := body.(string)
	if !ok {
		text = string(encoded(body))
	}
	r, err := http.NewRequestWithContext(e.ctx, http.MethodPost, e.http.URL+path, strings.NewReader(text))
	if err != nil {
		e.t.Fatal(err)
	}
	r.Header = h.Clone()
	if host := h.Get("Host"); host != "" {
		r.Host = host
	}
	if r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := e.http.Client().Do(r)
	if err != nil {
		e.t.Fatal(err)
	}
	e.t.Cleanup(func() { answer.Body.Close() })
	return answer
}

// stream opens an event stream.
func (e *edge) stream(h http.Header, hello message.Hello) *visitor {
	e.t.Helper()
	answer := e.post("/stream", h, hello)
	b := &visitor{t: e.t, body: answer.Body, lines: bufio.NewScanner(answer.Body), status: answer.StatusCode}
	b.lines.Buffer(nil, 1<<20)
	return b
}

func hello() message.Hello { return message.Hello{Type: "hello", Versions: []int{message.Version}} }

func (b *visitor) send(value any) {
	b.t.Helper()
	if err := b.conn.WriteJSON(value); err != nil {
		b.t.Fatal(err)
	}
}

// read is the next message, but for those that say that the connection lives.
func (b *visitor) read() received {
	b.t.Helper()
	m, err := b.next()
	if err != nil {
		b.t.Fatalf("instead of a message: %v", err)
	}
	return m
}

func (b *visitor) next() (m received, err error) {
	for m.Type == "" || m.Type == "alive" {
		m = received{}
		data, err := b.data()
		if err != nil {
			return m, err
		}
		valid(b.t, "FromGateway", data)
		if err := json.Unmarshal(data, &m); err != nil {
			return m, fmt.Errorf("%q: %w", data, err)
		}
	}
	return m, nil
}

func (b *visitor) data() ([]byte, error) {
	if b.conn != nil {
		_, data, err := b.conn.ReadMessage()
		return data, err
	}
	for b.lines.Scan() {
		if line, ok := bytes.CutPrefix(b.lines.Bytes(), []byte("data: ")); ok {
			return line, nil
		}
	}
	return nil, io.EOF
}

// welcomed reads Welcome and the snapshot, and returns both.
func (b *visitor) welcomed() (welcome, snapshot received) {
	b.t.Helper()
	if welcome = b.read(); welcome.Type != "welcome" {
		b.t.Fatalf("the first message is %+v", welcome)
	}
	for snapshot = b.read(); snapshot.More; {
		next := b.read()
		next.Put = append(snapshot.Put, next.Put...)
		snapshot = next
	}
	if snapshot.Type != "update" {
		b.t.Fatalf("after Welcome comes %+v", snapshot)
	}
	return welcome, snapshot
}

// until reads to the first message that is wanted.
func (b *visitor) until(wanted func(received) bool) received {
	b.t.Helper()
	for {
		if m := b.read(); wanted(m) {
			return m
		}
	}
}

// closed reads to the end, and wants it to be said why.
func (b *visitor) closed(code message.Code) received {
	b.t.Helper()
	m := b.until(func(m received) bool { return m.Type == "closing" })
	if m.Code != code || m.Reason == "" {
		b.t.Errorf("it was closed with %d %q, want %d", m.Code, m.Reason, code)
	}
	_, err := b.data()
	var frame *websocket.CloseError
	switch {
	case b.conn == nil && !errors.Is(err, io.EOF):
		b.t.Errorf("after Closing the stream has %v", err)
	case b.conn != nil && (!errors.As(err, &frame) || frame.Code != int(code) || frame.Text != m.Reason):
		b.t.Errorf("the close frame is %v, want %d %q", err, code, m.Reason)
	}
	return m
}

func has(m received, kind message.Kind, device string) bool {
	for _, o := range m.Put {
		if o.Kind == kind && strings.Contains(string(o.Value), `"`+device+`"`) {
			return true
		}
	}
	return false
}
