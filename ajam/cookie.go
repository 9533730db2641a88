package ajam

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// cookieName is what Asterisk calls the key to a session (main/manager.c,
// generic_http_callback).
const cookieName = "mansession_id"

var errNoCookie = errors.New("the answer sets no usable cookie " + cookieName + ": a proxy may keep it, then Config.Digest works without")

// cookie is the credential of a session that Login has opened. It has a
// Cookie header of its own making: Asterisk names no path for the cookie,
// and a jar would keep those of dead sessions.
type cookie struct {
	server *server
	id     atomic.Pointer[string] // nil before the first answer
	age    atomic.Int64           // Max-Age, in seconds
	lost   atomic.Bool            // Asterisk has begun another session
}

func (c *cookie) send(ctx context.Context, r request) (reply, error) {
	header := make(http.Header)
	sent := c.id.Load()
	if sent != nil {
		header.Set("Cookie", cookieName+"="+*sent)
	}
	response, err := c.server.post(ctx, r, header)
	if err != nil {
		return reply{}, err
	}
	if err := readable(r.name, response); err != nil {
		return reply{}, err
	}
	got, age, ok := sessionCookie(response)
	switch {
	case sent == nil && !ok:
		_ = response.Body.Close()
		return reply{}, errs.NotSent(r.name, errNoCookie)
	case sent == nil:
		c.id.Store(&got)
		c.age.Store(age)
	}
	stranger := sent != nil && ok && got != *sent
	if stranger {
		c.lost.Store(true)
	}
	return reply{response, stranger}, nil
}

// open reports whether Asterisk may still have the session.
func (c *cookie) open() bool { return c.id.Load() != nil && !c.lost.Load() }

func (c *cookie) same(context.Context) error { return nil }

func (c *cookie) lifetime() time.Duration { return time.Duration(c.age.Load()) * time.Second }

// sessionCookie finds the session's id, which is a hexadecimal number.
func sessionCookie(response *http.Response) (id string, age int64, ok bool) {
	for _, c := range response.Cookies() {
		if c.Name != cookieName {
			continue
		}
		if _, err := strconv.ParseUint(c.Value, 16, 64); err == nil {
			return c.Value, int64(max(0, c.MaxAge)), true
		}
	}
	return "", 0, false
}
