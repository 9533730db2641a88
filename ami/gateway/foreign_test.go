package gateway

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

// Only pages that may connect do, and only by a name that is the gateway's, whatever a proxy is said to have seen.
func TestForeign(t *testing.T) {
	e := newEdge(t, nil)
	for name, h := range map[string]http.Header{
		"no origin":         {"User": {"100"}},
		"another":           e.header("100", "Origin", "http://evil.example"),
		"another port":      e.header("100", "Origin", "http://127.0.0.1:1"),
		"null":              e.header("100", "Origin", "null"),
		"a prefix":          e.header("100", "Origin", e.page+".evil.example"),
		"two":               {"User": {"100"}, "Origin": {e.page, e.page}},
		"by another host":   e.header("100", "Host", "evil.example"),
		"rebound":           e.header("100", "Host", "evil.example", "Origin", "http://evil.example"),
		"rebound by proxy":  e.header("100", "Host", "evil.example", "X-Forwarded-Host", e.host),
		"forwarded origin":  e.header("100", "Origin", "http://evil.example", "X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "http"),
		"host without port": e.header("100", "Host", "127.0.0.1"),
	} {
		b, socket := e.dial(h)
		stream := e.post("/stream", h, hello()).StatusCode
		action := e.post("/action", h, message.Action{Type: "action", ID: "12345678", Action: message.NameDial}).StatusCode
		want := http.StatusForbidden
		if h.Get("Host") != "" {
			want = http.StatusMisdirectedRequest
		}
		if b != nil || socket != want || stream != want || action != want {
			t.Errorf("%s: a WebSocket is answered with %d, a stream with %d, an action with %d, want %d", name, socket, stream, action, want)
		}
	}
	if got := e.post("/stream", e.header("100", "Sec-Fetch-Site", "same-origin"), hello()).StatusCode; got != http.StatusOK {
		t.Errorf("a POST of our own page is answered with %d", got)
	}
	if n := e.g.counts.foreign.Load(); n != 33 {
		t.Errorf("%d foreign requests were counted, want 33", n)
	}
	if got := e.g.counts.actions.Load(); got != 0 {
		t.Errorf("%d actions were run", got)
	}
}

// A page of another origin that may connect can read the answers, and send its token; any other can't.
func TestAnotherOrigin(t *testing.T) {
	const crm = "https://crm.example.com"
	e := newEdge(t, func(c *Config) { c.Origins = []string{crm} })
	if got := e.post("/stream", e.header("100"), hello()).StatusCode; got != http.StatusForbidden {
		t.Errorf("a page of the gateway's host, which is not in Origins, is answered with %d", got)
	}
	answer := e.post("/stream", e.header("100", "Origin", crm, "Sec-Fetch-Site", "same-site"), hello())
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Access-Control-Allow-Origin") != crm {
		t.Errorf("a page that may connect is answered with %d, %v", answer.StatusCode, answer.Header)
	}
	for origin, want := range map[string]int{crm: http.StatusNoContent, "https://evil.example": http.StatusForbidden, "null": http.StatusForbidden} {
		w := e.ask(http.MethodOptions, "/action", http.Header{"Origin": {origin}, "Access-Control-Request-Method": {"POST"}})
		if w.Code != want || (w.Header().Get("Access-Control-Allow-Origin") == origin) != (want == http.StatusNoContent) {
			t.Errorf("the preflight of %q is answered with %d, %v", origin, w.Code, w.Header())
		}
	}
}

// ask sends a request without a network.
func (e *edge) ask(method, path string, h http.Header) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://"+e.host+path, nil)
	for name, values := range h {
		r.Header[name] = values
	}
	if host := h.Get("Host"); host != "" {
		r.Host = host
	}
	r.RemoteAddr = "127.0.0.1:50000"
	w := httptest.NewRecorder()
	e.g.ServeHTTP(w, r)
	return w
}

// Each path has its methods, and each answer what protects it.
func TestPaths(t *testing.T) {
	e := newEdge(t, nil)
	for _, test := range []struct {
		method, path string
		want         int
	}{
		{"GET", "/", 404},
		{"GET", "/index.html", 404},
		{"GET", "/socket/", 404},
		{"GET", "//socket", 404},
		{"GET", "/client.go", 404},
		{"GET", "/../client.js", 404},
		{"HEAD", "/nothing", 404},
		{"POST", "/socket", 405},
		{"HEAD", "/socket", 405},
		{"GET", "/socket", 403},
		{"GET", "/stream", 405},
		{"HEAD", "/stream", 405},
		{"GET", "/action", 405},
		{"PUT", "/action", 405},
		{"POST", "/stats", 405},
		{"GET", "/stats", 401},
		{"GET", "/client.js", 200},
		{"HEAD", "/client.js", 200},
		{"GET", "/client.d.ts", 200},
		{"POST", "/client.js", 405},
		{"GET", "/healthz", 200},
		{"HEAD", "/healthz", 200},
		{"DELETE", "/healthz", 405},
	} {
		w := e.ask(test.method, test.path, nil)
		if w.Code != test.want {
			t.Errorf("%s %s is answered with %d, want %d", test.method, test.path, w.Code, test.want)
		}
		for name, want := range map[string]string{"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s %s has %s %q", test.method, test.path, name, got)
			}
		}
		if cache := w.Header().Get("Cache-Control"); cache != "no-store" && (cache != "no-cache" || !strings.HasPrefix(test.path, "/client.")) {
			t.Errorf("%s %s has Cache-Control %q", test.method, test.path, cache)
		}
	}
	if w := e.ask("GET", "/healthz", http.Header{"Host": {"10.0.0.1"}}); w.Code != http.StatusOK {
		t.Errorf("the health by another name is %d", w.Code)
	}
	if w := e.ask("GET", "/client.js", http.Header{"Host": {"evil.example"}}); w.Code != http.StatusMisdirectedRequest {
		t.Errorf("the client by another name is %d", w.Code)
	}
	e.g.config.Servers[0].Model.Close()
	if w := e.ask("GET", "/healthz", nil); w.Code != http.StatusServiceUnavailable {
		t.Errorf("the health without a model is %d", w.Code)
	}
}

// A POST is JSON, and of a size.
func TestPosts(t *testing.T) {
	e := newEdge(t, nil)
	for name, test := range map[string]struct {
		h    http.Header
		body string
		want int
	}{
		"a form":     {e.header("100", "Content-Type", "text/plain"), string(encoded(hello())), http.StatusUnsupportedMediaType},
		"no JSON":    {e.header("100"), "{", http.StatusBadRequest},
		"an action":  {e.header("100"), `{"type":"action","id":"12345678","action":"dial"}`, http.StatusBadRequest},
		"too large":  {e.header("100"), `{"type":"hello","versions":[1],"more":"` + strings.Repeat("x", message.MaxRequest) + `"}`, http.StatusBadRequest},
		"a version":  {e.header("100"), `{"type":"hello","versions":[2]}`, http.StatusBadRequest},
		"nobody":     {e.header(""), string(encoded(hello())), http.StatusUnauthorized},
		"with more":  {e.header("100", "Content-Type", "application/json; charset=utf-8"), `{"type":"hello","versions":[2,1],"new":{"a":[1]}}`, http.StatusOK},
		"with space": {e.header("100"), "\n\t" + string(encoded(hello())) + " ", http.StatusOK},
	} {
		answer := e.post("/stream", test.h, test.body)
		if answer.StatusCode != test.want {
			text, _ := io.ReadAll(io.LimitReader(answer.Body, 1000))
			t.Errorf("%s is answered with %d %q, want %d", name, answer.StatusCode, text, test.want)
		}
	}
}

// New names the setting that is wrong.
func TestNewChecks(t *testing.T) {
	_, m, s := model(t)
	for want, change := range map[string]func(*Config){
		"Config.Servers is empty":                func(c *Config) { c.Servers = nil },
		"Config.Servers[0].Model":                func(c *Config) { c.Servers[0].Model = nil },
		"Config.Servers[0].Session":              func(c *Config) { c.Servers[0].Session = nil },
		`two with the name ""`:                   func(c *Config) { c.Servers = append(c.Servers, c.Servers[0]) },
		"Config.Hosts is empty":                  func(c *Config) { c.Hosts = nil },
		`Config.Hosts has "*"`:                   func(c *Config) { c.Hosts = []string{"*"} },
		`Config.Hosts has "https://a.example`:    func(c *Config) { c.Hosts = []string{"https://a.example"} },
		`Config.Hosts has "a.example/pbx"`:       func(c *Config) { c.Hosts = []string{"a.example/pbx"} },
		`Config.Origins has "*"`:                 func(c *Config) { c.Origins = []string{"*"} },
		`Config.Origins has "null"`:              func(c *Config) { c.Origins = []string{"null"} },
		`Config.Origins has "a.example"`:         func(c *Config) { c.Origins = []string{"a.example"} },
		`Config.Origins has "https://a.example/`: func(c *Config) { c.Origins = []string{"https://a.example/"} },
		`Config.Origins has "https://*.example`:  func(c *Config) { c.Origins = []string{"https://*.example"} },
	} {
		c := &Config{Servers: []Server{{Model: m, Session: s}}, Hosts: []string{"a.example"}}
		change(c)
		g, err := New(c)
		if err == nil {
			g.Close()
		}
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "gateway: ") {
			t.Errorf("New = %v, want %s", err, want)
		}
	}
	if _, err := New(nil); err == nil {
		t.Error("New(nil) is no error")
	}
}

// Over HTTP/2 the event stream and actions work, and a WebSocket is told that it needs HTTP/1.1.
func TestHTTP2(t *testing.T) {
	_, m, s := model(t)
	srv := httptest.NewUnstartedServer(nil)
	host := srv.Listener.Addr().String()
	g, err := New(&Config{Servers: []Server{{Model: m, Session: s}}, Hosts: []string{host}, Authenticate: byHeader})
	if err != nil {
		t.Fatal(err)
	}
	srv.Config.Handler = g
	srv.EnableHTTP2 = true
	srv.StartTLS()
	defer srv.Close()
	defer g.Close()
	e := &edge{t: t, g: g, http: srv, host: host, page: "https://" + host, ctx: t.Context()}
	b := e.stream(e.header("100"), hello())
	welcome, _ := b.welcomed()
	if b.status != http.StatusOK || welcome.Token == "" {
		t.Errorf("the stream begins with %d, %+v", b.status, welcome)
	}
	answer := e.post("/action", e.header("", "Authorization", "Bearer "+welcome.Token), message.Action{Type: "action", ID: "12345678", Action: message.NameDial, Number: "1"})
	if answer.ProtoMajor != 2 || answer.StatusCode != http.StatusOK {
		t.Errorf("by %s an action is answered with %d", answer.Proto, answer.StatusCode)
	}
	r, _ := http.NewRequest("GET", srv.URL+"/socket", nil)
	r.Header = e.header("100")
	if answer, err := srv.Client().Do(r); err != nil || answer.StatusCode != http.StatusUpgradeRequired {
		t.Errorf("a WebSocket by HTTP/2: %v, %v", answer, err)
	}
	go g.Close() // TestMain looks whether it ends
	b.closed(message.CodeGoingAway)
}
