package app

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"
)

// signedInAs is what the page has to know of who is signed in.
type signedInAs struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Role    string    `json:"role"`
	Expires time.Time `json:"expires"`

	HasDevices  bool     `json:"hasDevices"`            // there is a phone to make calls with
	CustomerURL string   `json:"customerURL,omitempty"` // {number} stands for the caller's
	Reasons     []string `json:"reasons,omitempty"`     // of pauses
}

func (a *app) describe(s session) signedInAs {
	return signedInAs{
		ID: s.user.ID, Name: s.user.Name, Role: s.user.Role, Expires: s.expires,
		HasDevices: len(s.user.Devices) > 0, CustomerURL: a.config.CustomerURL, Reasons: a.config.Reasons,
	}
}

func (a *app) getSession(_ *http.Request, s session) (int, any, error) {
	return http.StatusOK, a.describe(s), nil
}

// postSession signs in.
func (a *app) postSession(w http.ResponseWriter, r *http.Request) {
	s, err := a.signIn(w, r)
	if err != nil {
		a.fail(w, r, err)
		return
	}
	answer(w, http.StatusOK, a.describe(s))
}

func (a *app) signIn(w http.ResponseWriter, r *http.Request) (session, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	var typed struct{ Name, Password string }
	if err := read(r, &typed); err != nil {
		return session{}, err
	}
	if len(typed.Name) > maxText || len(typed.Password) > longestPassword {
		return session{}, &refusal{http.StatusUnauthorized, wrongSignIn}
	}
	byAddress, byName := addressOf(r), "user "+typed.Name
	if wait := max(a.addresses.take(byAddress), a.names.take(byName)); wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		return session{}, &refusal{http.StatusTooManyRequests, fmt.Sprintf("too many tries: wait %d seconds", int(math.Ceil(wait.Seconds())))}
	}
	user, right, err := a.checkPassword(r.Context(), typed.Name, typed.Password)
	switch {
	case err != nil:
		return session{}, err
	case !right:
		a.log.Warn("sign-in refused", "user", typed.Name, "address", byAddress)
		return session{}, &refusal{http.StatusUnauthorized, wrongSignIn}
	}
	a.names.forgive(byName)
	a.addresses.forgive(byAddress)
	s := session{user, time.Now().Add(sessionLifetime).UTC().Truncate(time.Second)}
	token, err := a.store.begin(r.Context(), user.ID, s.expires)
	if err != nil {
		return session{}, err
	}
	a.setCookie(w, token, s.expires)
	return s, nil
}

const wrongSignIn = "name or password is wrong"

// deleteSession signs out. It also ends the connections of a user who is signed in nowhere else.
func (a *app) deleteSession(w http.ResponseWriter, r *http.Request) {
	a.setCookie(w, "", time.Unix(1, 0))
	s, err := a.sessionOf(r)
	if err != nil {
		answer(w, http.StatusNoContent, nil)
		return
	}
	cookie, _ := r.Cookie(a.cookieName()) // there is one, as the session tells
	if err := a.signOut(r.Context(), s.user.ID, cookie.Value); err != nil {
		a.fail(w, r, err)
		return
	}
	answer(w, http.StatusNoContent, nil)
}

func (a *app) signOut(ctx context.Context, user, token string) error {
	if err := a.store.end(ctx, token); err != nil {
		return err
	}
	var others int
	if err := a.store.db.QueryRowContext(ctx, "select count(*) from sessions where user = ? and expires > ?", user, millis(time.Now())).Scan(&others); err != nil {
		return err
	}
	if others == 0 && a.revoke != nil {
		a.revoke(user)
	}
	return nil
}
