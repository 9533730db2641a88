package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/show"
)

// applicationTimeout is how long the ctx of Authenticate and of a Policy lives.
const applicationTimeout = 30 * time.Second

// signedIn is who a request comes from.
type signedIn struct {
	user   User
	cookie *grant    // nil if it was no cookie of ours that told
	since  time.Time // when it was asked: a Revoke after that counts
}

// signIn finds out who sends a request: by the ticket if it has one, else by a cookie of ours, else by asking the application.
func (g *Gateway) signIn(ctx context.Context, r *http.Request, ticket string) (*signedIn, *refusal) {
	in := &signedIn{since: time.Now()}
	if ticket != "" {
		t, ok := g.tickets.take(ticket)
		if !ok || t.origin != strings.ToLower(r.Header.Get("Origin")) {
			return nil, refusedSignIn
		}
		in.user = t.user
	} else if c, ok := g.readCookie(r); ok {
		in.user, in.cookie = c.user, c
	} else {
		user, err := g.authenticate(ctx, r)
		if g.ctx.Err() != nil {
			return nil, refusedClosing
		}
		if err != nil {
			g.log.Info("gateway: sign-in refused", "error", hidden(err, r), "address", r.RemoteAddr)
			return nil, refusedSignIn
		}
		in.user = user
	}
	if err := in.user.valid(time.Now()); err != nil {
		g.log.Info("gateway: sign-in refused", "error", err.Error(), "user", show.Text(in.user.ID))
		return nil, refusedSignIn
	}
	return in, nil
}

var errNobody = errors.New("no ticket, no cookie, and no Config.Authenticate")

func (g *Gateway) authenticate(ctx context.Context, r *http.Request) (user User, err error) {
	if g.config.Authenticate == nil {
		return User{}, errNobody
	}
	ctx, cancel := context.WithTimeout(ctx, applicationTimeout)
	defer cancel()
	defer context.AfterFunc(g.ctx, cancel)()
	defer g.recovered("Authenticate", &err)
	return g.config.Authenticate(r.WithContext(ctx))
}

// ask asks the Policy.
func (g *Gateway) ask(ctx context.Context, user User) (rights Rights, err error) {
	if g.config.Policy == nil {
		return Rights{}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, applicationTimeout)
	defer cancel()
	defer g.recovered("Policy", &err)
	return g.config.Policy(ctx, user)
}

// recovered makes an error of a panic of the application. It is deferred.
func (g *Gateway) recovered(who string, err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%s panicked: %T", who, p) // its text may have anything in it
		g.log.Error("gateway: "+who+" panicked", "type", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
	}
}

// hidden is the text of the application's error without what the request has brought to sign in.
func hidden(err error, r *http.Request) string {
	text := err.Error()
	secrets := strings.Fields(r.Header.Get("Authorization"))
	for _, c := range r.Cookies() {
		secrets = append(secrets, c.Value)
	}
	for _, values := range r.URL.Query() {
		secrets = append(secrets, values...)
	}
	for _, secret := range secrets {
		if len(secret) >= 6 {
			text = strings.ReplaceAll(text, secret, show.Hidden)
		}
	}
	return show.Text(text)
}
