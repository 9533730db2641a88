package gateway

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

func withTicket(ticket string) message.Hello {
	h := hello()
	h.Ticket = ticket
	return h
}

// A ticket signs one page in, once. Whatever is wrong with one is refused in the same words.
func TestTicket(t *testing.T) {
	eachTransport(t, func(t *testing.T, connect func(*edge, http.Header, message.Hello) *visitor) {
		const crm = "https://crm.example.com"
		e := newEdge(t, func(c *Config) { c.Origins = []string{crm, "http://" + c.Hosts[0]} })
		ticket := func(origin string) string {
			text, err := e.g.Ticket(User{ID: "100"}, origin)
			if err != nil || len(text) < 26 {
				t.Fatalf("Ticket = %q, %v", text, err)
			}
			return text
		}
		refused := func(what string, h http.Header, hello message.Hello) {
			t.Helper()
			var m received
			if b := connect(e, h, hello); b.conn != nil {
				m = b.closed(message.CodeExpired)
			} else {
				m = refusedWith(b, http.StatusUnauthorized)
			}
			if m.Reason != refusedSignIn.reason {
				t.Errorf("%s is refused with %+v", what, m)
			}
		}
		first := ticket(e.page)
		b := connect(e, e.header(""), withTicket(first))
		if welcome, _ := b.welcomed(); welcome.User != "100" {
			t.Errorf("it signs in as %q", welcome.User)
		}
		refused("one that was used", e.header(""), withTicket(first))
		refused("one that was used, of somebody whom the application knows", e.header("100"), withTicket(first))
		second := ticket(crm)
		refused("one of another origin", e.header(""), withTicket(second))
		refused("one that another origin has tried", e.header("", "Origin", crm), withTicket(second))
		refused("an invented one", e.header(""), withTicket(strings.Repeat("A", 26)))
		refused("none", e.header(""), hello())
		third := ticket(e.page)
		e.g.Revoke("100")
		refused("one of a user who was revoked", e.header(""), withTicket(third))
		if strings.Contains(e.log.String(), first) || strings.Contains(e.log.String(), second) {
			t.Errorf("a ticket is in the log: %s", e.log)
		}
	})
}

// refusedWith is the Closing in the answer of a stream.
func refusedWith(b *visitor, status int) (m received) {
	b.t.Helper()
	b.lines.Scan()
	if err := jsonOf(b.lines.Bytes(), &m); err != nil || b.status != status || m.Type != "closing" {
		b.t.Errorf("the stream is refused with %d %q, want %d", b.status, b.lines.Text(), status)
	}
	return m
}

func TestTicketIsRefused(t *testing.T) {
	e := newEdge(t, nil)
	for want, ask := range map[string]func() (string, error){
		"User.ID is empty":                               func() (string, error) { return e.g.Ticket(User{}, e.page) },
		"User.Expires is over":                           func() (string, error) { return e.g.Ticket(User{ID: "1", Expires: time.Now()}, e.page) },
		`pages of "http://evil.example" may not connect`: func() (string, error) { return e.g.Ticket(User{ID: "1"}, "http://evil.example") },
		`pages of "" may not connect`:                    func() (string, error) { return e.g.Ticket(User{ID: "1"}, "") },
	} {
		if text, err := ask(); text != "" || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Ticket = %q, %v, want %s", text, err, want)
		}
	}
	e.g.Close()
	if _, err := e.g.Ticket(User{ID: "1"}, e.page); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close Ticket = %v", err)
	}
}

// signIn gets a cookie for a user, as an application sets it.
func (e *edge) signIn(user User, change func(*http.Request)) (*http.Cookie, error) {
	r := httptest.NewRequest("POST", "http://"+e.host+"/login", nil)
	r.RemoteAddr = "127.0.0.1:50000"
	r.Header.Set("Origin", e.page)
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	err := e.g.SetCookie(w, r, user)
	for _, c := range w.Result().Cookies() {
		return c, err
	}
	return nil, err
}

// A cookie signs a browser in until it is cleared or revoked. On this machine without TLS it has another name, which
// counts nowhere else.
func TestCookie(t *testing.T) {
	e := newEdge(t, func(c *Config) {
		c.Hosts = append(c.Hosts, "crm.example.com")
		c.Origins = []string{"http://" + c.Hosts[0], "https://crm.example.com"}
	})
	local, err := e.signIn(User{ID: "100"}, nil)
	if err != nil || local.Name != "asterisk-gateway" || local.Secure || !local.HttpOnly || local.SameSite != http.SameSiteStrictMode || local.Path != "/" || local.Domain != "" {
		t.Fatalf("on loopback the cookie is %v, %v", local, err)
	}
	proxied := func(r *http.Request) { r.Host = "crm.example.com"; r.Header.Set("Origin", "https://crm.example.com") }
	secure, err := e.signIn(User{ID: "101"}, proxied)
	if err != nil || secure.Name != "__Host-asterisk-gateway" || !secure.Secure || !secure.HttpOnly || secure.SameSite != http.SameSiteStrictMode || secure.Path != "/" || secure.Domain != "" {
		t.Fatalf("behind a proxy the cookie is %v, %v", secure, err)
	}
	connects := func(h http.Header, want string) *visitor {
		t.Helper()
		b := e.stream(h, hello())
		if want == "" {
			refusedWith(b, http.StatusUnauthorized)
			return nil
		}
		if welcome, _ := b.welcomed(); welcome.User != want {
			t.Errorf("with the cookie the user is %q, want %q", welcome.User, want)
		}
		return b
	}
	cookie := func(name, value string, more ...string) http.Header {
		return e.header("", append([]string{"Cookie", name + "=" + value}, more...)...)
	}
	crm := []string{"Host", "crm.example.com", "Origin", "https://crm.example.com"}
	open := connects(cookie(local.Name, local.Value), "100")
	connects(cookie(secure.Name, secure.Value, crm...), "101")
	connects(cookie(local.Name, local.Value, crm...), "")
	connects(cookie(secure.Name, local.Value, crm...), "100") // the browser would not: it has it by the other name
	connects(cookie(secure.Name, secure.Value), "")           // on loopback without TLS the other name counts
	connects(cookie(local.Name, local.Value, "X-Forwarded-For", "192.0.2.1"), "")
	connects(cookie(local.Name, "invented"), "")
	connects(e.header("", "Cookie", local.Name+"="+local.Value+"; "+local.Name+"=other"), "")

	r := httptest.NewRequest("POST", "http://"+e.host+"/logout", nil)
	r.RemoteAddr = "127.0.0.1:50000"
	r.AddCookie(local)
	w := httptest.NewRecorder()
	e.g.ClearCookie(w, r)
	open.closed(message.CodeExpired)
	if c := w.Result().Cookies(); len(c) != 1 || c[0].MaxAge >= 0 || c[0].Name != local.Name {
		t.Errorf("it is cleared by %v", c)
	}
	connects(cookie(local.Name, local.Value), "")
	e.g.Revoke("101")
	connects(cookie(secure.Name, secure.Value, crm...), "")
	if log := e.log.String(); strings.Contains(log, local.Value) || strings.Contains(log, secure.Value) {
		t.Errorf("a cookie is in the log: %s", log)
	}
	for want, change := range map[string]func(*http.Request){
		"which is not in Config.Hosts": func(r *http.Request) { r.Host = "evil.example" },
		"the page came without TLS":    func(r *http.Request) { r.Host = "crm.example.com"; r.Header.Set("Origin", "http://crm.example.com") },
	} {
		if c, err := e.signIn(User{ID: "100"}, change); c != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("SetCookie = %v, %v, want %s", c, err, want)
		}
	}
}

// What the application's functions do, nobody gets in by it, and the log has neither cookies nor tokens.
func TestApplicationFails(t *testing.T) {
	const secret = "verysecrettoken"
	deny := errors.New("no")
	e := newEdge(t, func(c *Config) {
		c.Authenticate = func(r *http.Request) (User, error) {
			switch r.Header.Get("User") {
			case "error":
				return User{ID: "100"}, errors.New("session " + r.Header.Get("Authorization") + " is not known")
			case "panic":
				panic(r.Header.Get("Authorization"))
			case "empty":
				return User{Name: "x"}, nil
			case "over":
				return User{ID: "100", Expires: time.Now().Add(-time.Second)}, nil
			}
			return byHeader(r)
		}
		c.Policy = func(_ context.Context, user User) (Rights, error) {
			switch user.ID {
			case "denied":
				return Rights{Own: []Ref{{Name: All}}}, deny
			case "trap":
				panic(secret)
			case "pattern":
				return Rights{Dial: Dial{Allow: []string{"[1"}}}, nil
			case "field":
				return Rights{Hide: []string{"call.nothing"}}, nil
			}
			return Rights{}, nil
		}
	})
	for user, want := range map[string]message.Code{
		"error": message.CodeExpired, "panic": message.CodeExpired, "empty": message.CodeExpired, "over": message.CodeExpired,
		"denied": message.CodeRevoked, "trap": message.CodeRevoked, "pattern": message.CodeRevoked, "field": message.CodeRevoked,
	} {
		b := e.socket(e.header(user, "Authorization", "Bearer "+secret))
		b.send(hello())
		b.closed(want)
	}
	if log := e.log.String(); strings.Contains(log, secret) || !strings.Contains(log, "is not known") || !strings.Contains(log, "panicked") {
		t.Errorf("the log is %s", log)
	}
	b := e.socket(e.header("100"))
	b.send(hello())
	b.welcomed()
}

// The Policy is asked once a user, and when the application tells something else of the user.
func TestPolicyIsAskedOnce(t *testing.T) {
	var asked atomic.Int64
	e := newEdge(t, func(c *Config) {
		c.Policy = func(_ context.Context, user User) (Rights, error) {
			asked.Add(1)
			return Rights{Own: []Ref{{Name: "PJSIP/" + user.ID}}}, nil
		}
	})
	connect := func(role string, want int64) *visitor {
		t.Helper()
		b := e.socket(e.header("100", "Role", role))
		b.send(hello())
		b.welcomed()
		if got := asked.Load(); got != want {
			t.Errorf("it was asked %d times, want %d", got, want)
		}
		return b
	}
	first := connect("", 1)
	connect("", 1)
	e.ring("100", "1", "5550001")
	first.until(func(m received) bool { return has(m, message.KindParty, "PJSIP/100") })
	if got := asked.Load(); got != 1 {
		t.Errorf("with an event it was asked %d times", got)
	}
	connect("agent", 2)
	connect("agent", 2)
}

// A Policy that does not end holds up nobody but who began to ask it: others of the user are refused in time.
func TestPolicyThatHangs(t *testing.T) {
	var release chan struct{}
	timed(t, 0, func(c *Config) {
		release = make(chan struct{})
		c.Policy = func(context.Context, User) (Rights, error) {
			<-release
			return Rights{}, nil
		}
	}, func(t *testing.T, e *edge, m *memory) {
		first := m.socket(t, e, "100")
		first.send(hello())
		synctest.Wait()
		began := time.Now()
		second := m.socket(t, e, "100")
		second.send(hello())
		second.closed(message.CodeRevoked)
		if took := time.Since(began); took != applicationTimeout {
			t.Errorf("the second one was refused after %v", took)
		}
		close(release)
		first.welcomed()
	})
}
