package gateway

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// Names of the cookie. A browser takes one that begins with __Host- only over TLS, and from the very host that it is for.
const (
	cookieName      = "__Host-asterisk-gateway"
	cookieNameLocal = "asterisk-gateway" // on this machine without TLS; nowhere else
)

// never is how long a cookie lives of a user who does not expire.
const never = 365 * 24 * time.Hour

// SetCookie signs a browser in as that user: the application calls it in the answer to a request that it has signed in itself,
// on the host by which the browser reaches the gateway, too. Pages can't read the cookie, and it is sent only over TLS (or
// on this machine) and only with requests of pages of the same site. It ends with User.Expires, by [Gateway.ClearCookie],
// [Gateway.Revoke], and with the gateway; a user has 32 at most, and one more ends the oldest. An application whose own sessions outlive a
// restart of the gateway needs none: its Config.Authenticate says who sends a request.
//
// It is an error, and sets nothing, if the user has no ID or is over, if the request has a Host that is not in Config.Hosts, if
// its page came without TLS from another machine, or after Close.
func (g *Gateway) SetCookie(w http.ResponseWriter, r *http.Request, user User) error {
	now := time.Now()
	err := user.valid(now)
	switch {
	case err != nil:
	case !g.origins.host(r):
		err = fmt.Errorf("the request is for the host %q, which is not in Config.Hosts", r.Host)
	case strings.HasPrefix(strings.ToLower(r.Header.Get("Origin")), "http://") && !isLocal(r):
		err = errors.New("the page came without TLS: use https, or a ticket")
	case g.ctx.Err() != nil:
		err = ErrClosed
	}
	if err != nil {
		return fmt.Errorf("gateway: cookie: %w", err)
	}
	until := user.Expires
	if until.IsZero() {
		until = now.Add(never)
	}
	secret, err := g.cookies.add(user, "", until)
	if err != nil {
		return fmt.Errorf("gateway: cookie: %w", err)
	}
	c := newCookie(r)
	c.Value, c.Expires = secret, user.Expires
	http.SetCookie(w, c)
	return nil
}

// ClearCookie signs a browser out: it ends the cookie that the request has, and the connections that were signed in by it.
// Other browsers of the user stay.
func (g *Gateway) ClearCookie(w http.ResponseWriter, r *http.Request) {
	for _, c := range r.CookiesNamed(newCookie(r).Name) {
		if ended, ok := g.cookies.take(c.Value); ok {
			g.signOut(ended)
		}
	}
	c := newCookie(r)
	c.MaxAge = -1
	http.SetCookie(w, c)
}

func newCookie(r *http.Request) *http.Cookie {
	c := &http.Cookie{Name: cookieName, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode}
	if isLocal(r) {
		c.Name, c.Secure = cookieNameLocal, false
	}
	return c
}

// readCookie returns what a request's cookie stands for. A browser that has several by the name, as it can't, is not believed.
func (g *Gateway) readCookie(r *http.Request) (*grant, bool) {
	named := r.CookiesNamed(newCookie(r).Name)
	if len(named) != 1 {
		return nil, false
	}
	return g.cookies.find(named[0].Value)
}

// isLocal says whether browser and gateway are on one machine, without TLS and without a proxy that may have one between them.
func isLocal(r *http.Request) bool {
	if r.TLS != nil || !isLoopback(r.Host) {
		return false
	}
	for _, name := range []string{"Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip"} {
		if r.Header.Get(name) != "" {
			return false
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}
