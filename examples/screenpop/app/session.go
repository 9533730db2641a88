package app

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/gateway"
)

// sessionLifetime is how long a sign-in lasts: a working day.
const sessionLifetime = 12 * time.Hour

var errNoSession = errors.New("nobody is signed in")

// session is a sign-in.
type session struct {
	user    User
	expires time.Time
}

// begin makes a session and its token, which nobody else has: the database has its hash.
func (s *store) begin(ctx context.Context, user string, expires time.Time) (token string, err error) {
	token = rand.Text()
	hash := sha256.Sum256([]byte(token))
	err = s.change(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "delete from sessions where expires < ?", millis(time.Now())); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "insert into sessions (token, user, expires) values (?, ?, ?)", hash[:], user, millis(expires))
		return err
	})
	return token, err
}

// end ends a session; one that there is not is no error.
func (s *store) end(ctx context.Context, token string) error {
	hash := sha256.Sum256([]byte(token))
	_, err := s.db.ExecContext(ctx, "delete from sessions where token = ?", hash[:])
	return err
}

func (s *store) session(ctx context.Context, token string) (user string, expires time.Time, err error) {
	hash := sha256.Sum256([]byte(token))
	var until int64
	err = s.db.QueryRowContext(ctx, "select user, expires from sessions where token = ? and expires > ?", hash[:], millis(time.Now())).Scan(&user, &until)
	if errors.Is(err, sql.ErrNoRows) {
		err = errNoSession
	}
	return user, fromMillis(until), err
}

// sessionOf returns who sends a request. The error is errNoSession if nobody is signed in.
func (a *app) sessionOf(r *http.Request) (session, error) {
	cookie, err := r.Cookie(a.cookieName())
	if err != nil {
		return session{}, errNoSession
	}
	id, expires, err := a.store.session(r.Context(), cookie.Value)
	if err != nil {
		return session{}, err
	}
	user, known := a.user(id)
	if !known { // of an earlier start, with other users
		return session{}, errNoSession
	}
	return session{user, expires}, nil
}

// authenticate tells the gateway who sends a request: the session of the page is the one of its connection.
func (a *app) authenticate(r *http.Request) (gateway.User, error) {
	s, err := a.sessionOf(r)
	if err != nil {
		return gateway.User{}, err
	}
	return a.gatewayUser(s), nil
}

func (a *app) gatewayUser(s session) gateway.User {
	server := a.config.PBX.Name
	return gateway.User{
		ID: s.user.ID, Name: s.user.Name, Role: s.user.Role, Expires: s.expires,
		Devices: refs(server, s.user.Devices), Queues: refs(server, s.user.Queues), Team: refs(server, s.user.Team),
	}
}

// cookieName has the prefix that binds a cookie to this host and to TLS. Browsers take that on TLS alone, so on loopback
// without TLS, the one place where the program serves without, it has another.
func (a *app) cookieName() string {
	if a.secure {
		return "__Host-screenpop"
	}
	return "screenpop"
}

func (a *app) setCookie(w http.ResponseWriter, token string, expires time.Time) {
	http.SetCookie(w, &http.Cookie{
		Name: a.cookieName(), Value: token, Path: "/", Expires: expires,
		HttpOnly: true, Secure: a.secure, SameSite: http.SameSiteStrictMode,
	})
}

// addressOf is the key of who sends a request in a limiter: the address; of IPv6 the network, since a customer has a whole one.
func addressOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	ip := net.ParseIP(host)
	if ip == nil || ip.To4() != nil {
		return host
	}
	return ip.Mask(net.CIDRMask(64, 128)).String()
}
