package ajam_test

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
)

// respond makes a response of any kind.
func respond(status int, body io.Reader, headers ...string) *http.Response {
	response := &http.Response{StatusCode: status, ProtoMajor: 1, ProtoMinor: 1, Header: make(http.Header), Body: io.NopCloser(body), ContentLength: -1}
	for i := 0; i+1 < len(headers); i += 2 {
		response.Header.Add(headers[i], headers[i+1])
	}
	return response
}

// textResponse is one of rawman.
func textResponse(text string) *http.Response {
	return respond(http.StatusOK, strings.NewReader(text), "Content-Type", "text/plain", "Set-Cookie", `mansession_id="5e4c30a1"; Version=1; Max-Age=60`)
}

// What is not Asterisk, or not as it has to be, is a clear error at once.
func TestStrangeServers(t *testing.T) {
	const challenge = "Response: Success\r\nChallenge: 1\r\n\r\n"
	plain := []string{"Content-Type", "text/plain"}
	with := func(cookie string) func() *http.Response {
		return func() *http.Response {
			return respond(http.StatusOK, strings.NewReader(challenge), append(plain, "Set-Cookie", cookie)...)
		}
	}
	status := func(code int, headers ...string) func() *http.Response {
		return func() *http.Response { return respond(code, strings.NewReader("<html>"), headers...) }
	}
	for name, c := range map[string]struct {
		response func() *http.Response
		digest   bool
		is       error
		says     []string
	}{
		"wrong prefix":       {response: status(404, "Content-Type", "text/html"), says: []string{"404", "prefix=", "webenabled=yes"}},
		"web page":           {response: status(200, "Content-Type", "text/html; charset=utf-8"), says: []string{"not Asterisk's rawman", "text/html"}},
		"no type":            {response: status(200), says: []string{"not Asterisk's rawman"}},
		"redirect":           {response: status(302, "Location", "https://elsewhere.example.com/rawman"), says: []string{"302", "elsewhere.example.com", "not followed"}},
		"redirect of a POST": {response: status(307, "Location", "https://elsewhere.example.com/rawman"), says: []string{"307", "not followed"}},
		"proxy's login":      {response: status(401, "Www-Authenticate", "Basic realm=x"), is: ami.ErrLoginRefused, says: []string{"401", "proxy"}},
		"forbidden":          {response: status(403), is: ami.ErrLoginRefused, says: []string{"403", "permit="}},
		"bad gateway":        {response: status(502), says: []string{"502", "proxy did not reach"}},
		"gzip":               {response: status(200, append(plain, "Content-Encoding", "gzip")...), says: []string{"encoded", "gzip"}},
		"nothing":            {response: func() *http.Response { return textResponse("") }, says: []string{"no answer"}},
		"no cookie":          {response: with("other=1"), says: []string{"mansession_id", "Config.Digest"}},
		"empty cookie":       {response: with("mansession_id="), says: []string{"mansession_id"}},
		"cookie of letters":  {response: with("mansession_id=xyz"), says: []string{"mansession_id"}},
		"long cookie":        {response: with("mansession_id=" + strings.Repeat("a", 5000)), says: []string{"mansession_id"}},
		"broken cookie":      {response: with("mansession_id=\"12;;=;\x01"), says: []string{"mansession_id"}},
		"no challenge":       {response: status(401), digest: true, is: ami.ErrLoginRefused, says: []string{"401"}},
		"Basic only":         {response: status(401, "Www-Authenticate", "Basic realm=x"), digest: true, is: ami.ErrLoginRefused, says: []string{"401"}},
		"broken challenge":   {response: status(401, "Www-Authenticate", `Digest realm="x`), digest: true, is: ami.ErrLoginRefused, says: []string{"401"}},
		"unknown algorithm":  {response: status(401, "Www-Authenticate", `Digest realm="x", nonce="1", algorithm=ROT13, qop="auth"`), digest: true, says: []string{"digest: no challenge"}},
		"always stale":       {response: status(401, "Www-Authenticate", `Digest realm="x", nonce="1", algorithm=MD5, qop="auth", stale=true`), digest: true, says: []string{"stale"}},
		"wrong secret":       {response: status(401, "Www-Authenticate", `Digest realm="x", nonce="1", algorithm=MD5, qop="auth"`), digest: true, is: ami.ErrLoginRefused, says: []string{"401", "case"}},
	} {
		t.Run(name, func(t *testing.T) {
			var requests atomic.Int64
			client := &http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
				requests.Add(1)
				if req.URL.Host != "pbx" || strings.Contains(form(req), secret) || strings.Contains(req.Header.Get("Authorization"), secret) {
					t.Errorf("a request to %s: %s, %v", req.URL, form(req), req.Header)
				}
				return c.response(), nil
			})}
			_, err := ajam.Connect(t.Context(), "http://pbx", &ajam.Config{Config: ami.Config{Username: "u", Secret: secret}, HTTPClient: client, Digest: c.digest})
			wantError(t, "Connect", err, c.is, c.says...)
			if n := requests.Load(); n > 4 {
				t.Errorf("%d requests", n)
			}
			t.Log(err)
		})
	}
}

func TestWrongURLs(t *testing.T) {
	for _, address := range []string{
		"", "pbx", "pbx:8088", "ftp://pbx", "http://", "http://pbx?x=1", "http://pbx/#x", "http://pbx:port", ":",
		"http://u:" + secret + "@pbx", "http://u:" + secret + "%ss@pbx", "http://u:" + secret + "/x@pbx", "http://u:" + secret + "^x@pbx",
		"http://u:" + secret + "?x@pbx", "http://u:" + secret + "#x@pbx", "http://u:1/" + secret + "@pbx", "u:" + secret + "@pbx:8088",
		"http://u:" + secret, "http:u:" + secret, "http://pbx:8088/rawman?action=login&username=u&secret=" + secret, "http://pbx/#" + secret,
	} {
		_, err := ajam.Connect(t.Context(), address, &ajam.Config{Config: ami.Config{Username: "u"}})
		wantError(t, address, err, nil, "ajam: the URL ")
	}
	for _, config := range []*ajam.Config{
		nil,
		{Config: ami.Config{Secret: secret}},
		{Config: ami.Config{Username: "u", EventMask: "Call"}},
		{Config: ami.Config{Username: "u", EventMask: "call, user"}},
		{Config: ami.Config{Username: "u"}, PollTimeout: time.Millisecond},
	} {
		_, err := ajam.Connect(t.Context(), "http://pbx", config)
		wantError(t, "Connect", err, nil, "ajam: Config.")
	}
}

// endless is a body that never ends, and counts what was read of it.
type endless struct {
	text string
	at   int
	read atomic.Int64
}

func (e *endless) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		copied := copy(p[n:], e.text[e.at:])
		n += copied
		e.at = (e.at + copied) % len(e.text)
	}
	e.read.Add(int64(n))
	return n, nil
}

// answering is a client of a scripted manager whose answers to one action are
// replaced.
func answering(t *testing.T, name string, replace func(req *http.Request) (*http.Response, error)) *http.Client {
	srv := serve(t, nil)
	return &http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
		if asks(req, name) {
			return replace(req)
		}
		return srv.HTTPClient().Transport.RoundTrip(req)
	})}
}

// A body without an end is read up to a limit, and none of it is kept.
func TestEndlessBodies(t *testing.T) {
	for name, text := range map[string]string{
		"one line":    "x",
		"one block":   "Key: value\r\n",
		"events":      "Event: Hangup\r\nPrivilege: call,all\r\n\r\n",
		"responses":   "Response: Success\r\n\r\n",
		"empty lines": "\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			body := &endless{text: text}
			c := connectBy(t, answering(t, "Big", func(*http.Request) (*http.Response, error) {
				return respond(http.StatusOK, body, "Content-Type", "text/plain"), nil
			}), func(c *ajam.Config) { c.MaxListBytes = 1 << 20 })
			_, err := c.Do(t.Context(), action.New("Big"))
			wantError(t, "Do", err, ami.ErrOutcomeUnknown, "Config.MaxListBytes")
			if n := body.read.Load(); n > 2<<20 {
				t.Errorf("read %d bytes, over a limit of a megabyte", n)
			}
			mustDo(t, c, "Ping")
		})
	}
}

// dripping is a body of a rate, of which nothing comes any more after some size.
type dripping struct {
	each, size int           // bytes that come at once, and in all
	every      time.Duration // the pause before
	closed     chan struct{}
}

func (d *dripping) Read(p []byte) (int, error) {
	var drop <-chan time.Time
	if d.size > 0 {
		drop = time.After(d.every)
	}
	select {
	case <-d.closed:
		return 0, errors.New("read of a closed body")
	case <-drop:
	}
	n := min(d.each, d.size, len(p))
	d.size -= n
	return copy(p, strings.Repeat("\n", n)), nil
}

func (d *dripping) Close() error { close(d.closed); return nil }

func TestSlowBody(t *testing.T) {
	for name, c := range map[string]struct {
		body dripping
		took time.Duration
	}{
		"nothing":              {dripping{}, time.Minute},
		"a byte now and then":  {dripping{each: 1, size: 1 << 30, every: 3 * time.Second}, time.Minute},
		"less than a KiB/s":    {dripping{each: 256, size: 1 << 30, every: time.Second / 2}, 2 * time.Minute},
		"fast, then nothing":   {dripping{each: 4096, size: 1 << 20, every: time.Second / 64}, 4*time.Second + time.Minute},
		"2 KiB/s, for an hour": {dripping{each: 1024, size: 2 * 3600 * 1024, every: time.Second / 2}, time.Hour + time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				body := c.body
				body.closed = make(chan struct{})
				client := connectBy(t, answering(t, "Slow", func(*http.Request) (*http.Response, error) {
					response := textResponse("")
					response.Body = &once{ReadCloser: &body}
					return response, nil
				}), func(c *ajam.Config) { c.EventMask = "off" })
				start := time.Now()
				_, err := client.Do(t.Context(), action.New("Slow"))
				wantError(t, "Do", err, ami.ErrOutcomeUnknown, "too long")
				if took := time.Since(start); took < c.took-time.Second || took > c.took+4*time.Second {
					t.Errorf("Do took %v, want %v", took, c.took)
				}
			})
		})
	}
}

// once is closed only the first time.
type once struct {
	io.ReadCloser
	done atomic.Bool
}

func (o *once) Close() error {
	if o.done.Swap(true) {
		return nil
	}
	return o.ReadCloser.Close()
}

// A poll that is never answered ends the session, and what is in flight in it.
func TestSilentServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := serve(t, nil)
		var silent atomic.Bool
		c := connectBy(t, &http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
			if silent.Load() {
				<-req.Context().Done()
				return nil, context.Cause(req.Context())
			}
			return srv.HTTPClient().Transport.RoundTrip(req)
		})}, nil)
		sub := c.Subscribe(ofNothing, nil)
		silent.Store(true)
		start := time.Now()
		_, err := c.Do(context.Background(), action.Ping{})
		wantError(t, "Do", err, ami.ErrOutcomeUnknown, "silent")
		if !errors.Is(err, ami.ErrSilent) || errors.Is(err, context.Canceled) {
			t.Errorf("Do = %v, want it because of %v alone", err, ami.ErrSilent)
		}
		if took := time.Since(start); took > 13*time.Second {
			t.Errorf("noticed after %v", took)
		}
		silent.Store(false)
		if got := names(t, sub, 2); got != "Gap Connected" {
			t.Errorf("the stream has %s", got)
		}
	})
}

// What a proxy packs although nobody asked for it is not unpacked.
func TestPackedAnswer(t *testing.T) {
	c := connectBy(t, answering(t, "Packed", func(req *http.Request) (*http.Response, error) {
		if got := req.Header.Get("Accept-Encoding"); got != "identity" {
			t.Errorf("Accept-Encoding is %q", got)
		}
		var packed strings.Builder
		w := gzip.NewWriter(&packed)
		_, _ = io.WriteString(w, "Response: Success\r\n\r\n")
		_ = w.Close()
		return respond(http.StatusOK, strings.NewReader(packed.String()), "Content-Type", "text/plain", "Content-Encoding", "gzip"), nil
	}), nil)
	_, err := c.Do(t.Context(), action.New("Packed"))
	wantError(t, "Do", err, ami.ErrOutcomeUnknown, "gzip")
}

// The status says whether an action may have been run.
func TestStatusAndOutcome(t *testing.T) {
	for status, want := range map[int]error{
		301: ami.ErrNotSent, 400: ami.ErrNotSent, 403: ami.ErrNotSent, 404: ami.ErrNotSent, 413: ami.ErrInvalid, 501: ami.ErrNotSent,
		500: ami.ErrOutcomeUnknown, 502: ami.ErrOutcomeUnknown, 503: ami.ErrOutcomeUnknown, 504: ami.ErrOutcomeUnknown,
	} {
		c := connectBy(t, answering(t, "Odd", func(*http.Request) (*http.Response, error) {
			return respond(status, strings.NewReader("")), nil
		}), nil)
		_, err := c.Do(t.Context(), action.New("Odd"))
		var refusal *ajam.HTTPError
		if !errors.As(err, &refusal) || refusal.Status != status || !errors.Is(err, want) {
			t.Errorf("status %d: Do = %v, want an HTTPError and %v", status, err, want)
		}
	}
}
