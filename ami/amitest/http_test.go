package amitest_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

// browser is a bare HTTP client of a server, with the cookie it was given.
type browser struct {
	t      *testing.T
	client *http.Client
	cookie string
}

func browse(t *testing.T, srv *amitest.Server) *browser {
	return &browser{t: t, client: srv.HTTPClient()}
}

func (b *browser) request(ctx context.Context, keyValues ...string) (*http.Response, error) {
	var form []string
	for i := 0; i < len(keyValues); i += 2 {
		form = append(form, url.QueryEscape(keyValues[i])+"="+url.QueryEscape(keyValues[i+1]))
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://pbx/prefix/rawman", strings.NewReader(strings.Join(form, "&")))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if b.cookie != "" {
		req.Header.Set("Cookie", b.cookie)
	}
	return b.client.Do(req)
}

// post returns the body, and whether the session is another than before.
func (b *browser) post(keyValues ...string) (text string, changed bool) {
	b.t.Helper()
	response, err := b.request(b.t.Context(), keyValues...)
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		b.t.Fatalf("%s, %v", response.Status, err)
	}
	cookie, _, _ := strings.Cut(response.Header.Get("Set-Cookie"), ";")
	changed = cookie != b.cookie
	b.cookie = cookie
	return string(body), changed
}

func (b *browser) want(want string, keyValues ...string) {
	b.t.Helper()
	if got, _ := b.post(keyValues...); !strings.Contains(got, want) {
		b.t.Errorf("%v answered %q, want %q in it", keyValues, got, want)
	}
}

func TestHTTPSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := amitest.Start(t, func(p *amitest.Peer) {
			p.LoginAs("u", "s")
			p.Handle("CoreShowChannels", func(p *amitest.Peer, a amitest.Action) {
				p.List(a, "CoreShowChannelsComplete", []string{"Event", "CoreShowChannel", "Channel", "PJSIP/100"})
			})
			p.Serve()
		})
		b := browse(t, srv)
		b.want("Permission denied", "Action", "Ping")
		b.want("Permission denied", "Action", "WaitEvent")
		b.want("Message: Authentication accepted", "Action", "Login", "ActionID", "7", "Username", "u", "Secret", "s", "Events", "off")
		b.want("Response: Success\r\nActionID: 8\r\nPing: Pong", "Action", "Ping", "ActionID", "8")
		if text, changed := b.post("Action", "Ping"); strings.Contains(text, "ActionID") || changed {
			t.Errorf("an action without an ActionID is answered %q, with another cookie: %t", text, changed)
		}
		if text, _ := b.post("Action", "CoreShowChannels", "ActionID", "9"); strings.Count(text, "ActionID: 9") != 3 || !strings.Contains(text, "ListItems: 1") {
			t.Errorf("the list is %q", text)
		}
		start := time.Now()
		b.want("\r\n\r\nEvent: WaitEventComplete\r\nActionID: 1\r\n\r\n", "Action", "WaitEvent", "ActionID", "1", "Timeout", "3")
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("WaitEvent took %v", took)
		}
		srv.Emit("Event", "Hangup", "Privilege", "call,all", "Channel", "x")
		b.want("Event: Hangup", "Action", "WaitEvent", "Timeout", "3")
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("WaitEvent took %v with an event", took)
		}
		b.want("Goodbye", "Action", "Logoff")
		if text, changed := b.post("Action", "Ping"); !strings.Contains(text, "Permission denied") || !changed {
			t.Errorf("after Logoff Ping is answered %q, with another cookie: %t", text, changed)
		}
	})
}

// Who has the answer to a Logoff does not find the session any more, though its
// script may not have ended yet.
func TestHTTPLogoffEndsTheSessionAtOnce(t *testing.T) {
	ended := make(chan struct{})
	srv := amitest.Start(t, func(p *amitest.Peer) {
		p.Handle("Logoff", func(p *amitest.Peer, a amitest.Action) {
			p.Reply(a, "Response", "Goodbye")
			<-ended
		})
		p.Login()
		p.Serve()
	})
	b := browse(t, srv)
	b.want("Success", "Action", "Login", "Username", "u", "Secret", "s")
	b.want("Goodbye", "Action", "Logoff")
	if text, changed := b.post("Action", "Ping"); !strings.Contains(text, "Permission denied") || !changed {
		t.Errorf("after Logoff Ping is answered %q, with another cookie: %t", text, changed)
	}
	close(ended)
}

// Nor is a session found after its Cut.
func TestHTTPCutEndsTheSessionAtOnce(t *testing.T) {
	peers := make(chan *amitest.Peer, 1)
	srv := amitest.Start(t, func(p *amitest.Peer) {
		p.Login()
		peers <- p
		p.Serve()
	})
	for range 200 {
		b := browse(t, srv)
		b.want("Success", "Action", "Login", "Username", "u", "Secret", "s")
		(<-peers).Cut()
		if text, changed := b.post("Action", "Ping"); !strings.Contains(text, "Permission denied") || !changed {
			t.Fatalf("after Cut Ping is answered %q, with another cookie: %t", text, changed)
		}
	}
}

func TestHTTPSessionExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := browse(t, amitest.Start(t, nil))
		b.want("Success", "Action", "Challenge", "AuthType", "MD5")
		<-time.After(6 * time.Second)
		if _, changed := b.post("Action", "Challenge", "AuthType", "MD5"); !changed {
			t.Error("a session without a login lived 6 s")
		}
		b.want("Success", "Action", "Login", "Username", "u", "Secret", "s")
		<-time.After(59 * time.Second)
		if text, changed := b.post("Action", "Ping"); changed || !strings.Contains(text, "Pong") {
			t.Errorf("Ping after 59 s is answered %q, with another cookie: %t", text, changed)
		}
		<-time.After(61 * time.Second)
		if text, changed := b.post("Action", "Ping"); !changed || !strings.Contains(text, "Permission denied") {
			t.Errorf("Ping after 61 s more is answered %q, with another cookie: %t", text, changed)
		}
	})
}

func TestHTTPSecondWaitEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := browse(t, amitest.Start(t, nil))
		b.want("Success", "Action", "Login", "Username", "u", "Secret", "s", "Events", "off")
		first := make(chan string, 1)
		other := *b
		go func() {
			text, _ := other.post("Action", "WaitEvent", "ActionID", "1")
			first <- text
		}()
		synctest.Wait()
		b.want("WaitEventComplete", "Action", "WaitEvent", "ActionID", "2", "Timeout", "1")
		if text := <-first; text != "" {
			t.Errorf("the first WaitEvent is answered %q, want nothing", text)
		}
	})
}

func TestHTTPRefuses(t *testing.T) {
	srv := amitest.Start(t, nil)
	for _, c := range []struct {
		method, url, kind, body string
		want                    int
	}{
		{http.MethodPost, "/nowhere", "", "", http.StatusNotFound},
		{http.MethodPost, "/arawman", "", "", http.StatusNotFound},
		{http.MethodOptions, "/rawman", "", "", http.StatusNotImplemented},
		{http.MethodPost, "/rawman", "", strings.Repeat("x", 40961), http.StatusRequestEntityTooLarge},
		{http.MethodPost, "/rawman", "application/x-www-form-urlencoded", "Action=%zz", http.StatusBadRequest},
		{http.MethodPost, "/rawman", "application/x-www-form-urlencoded", "Action=Ping%0d%0aX", http.StatusBadRequest},
		{http.MethodPost, "/rawman", "text/plain", "Action=Ping", http.StatusOK},
		{http.MethodGet, "/a/b/RawMan/?Action=Ping", "", "", http.StatusOK},
	} {
		req, err := http.NewRequestWithContext(t.Context(), c.method, "http://pbx"+c.url, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", c.kind)
		response, err := srv.HTTPClient().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != c.want {
			t.Errorf("%s %s = %d, want %d", c.method, c.url, response.StatusCode, c.want)
		}
	}
}

func TestHTTPCut(t *testing.T) {
	srv := amitest.Start(t, func(p *amitest.Peer) {
		p.Login()
		p.Expect("Originate")
	})
	b := browse(t, srv)
	b.want("Success", "Action", "Login", "Username", "u", "Secret", "s")
	if response, err := b.request(t.Context(), "Action", "Originate"); err == nil {
		t.Errorf("an action that the script did not answer has %s", response.Status)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.request(ctx, "Action", "Ping"); err == nil {
		t.Error("a request of an ended context succeeded")
	}
	if err := srv.Close(); err != nil {
		t.Error(err)
	}
	if _, err := b.request(t.Context(), "Action", "Ping"); err == nil {
		t.Error("a request after Close succeeded")
	}
}
