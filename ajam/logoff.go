package ajam

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
)

// logoffTimeout is how long a new login may have to wait for the end of a
// session whose server is silent.
const logoffTimeout = 2 * time.Second

// logoff ends the session in Asterisk too, should it be there to hear it: until
// httptimeout it would keep a user with allowmultiplelogin=no from a new login.
func (s *httpSession) logoff() {
	key, ok := s.key.(*cookie)
	if !ok || !key.open() || refusedLogin(s.Err()) {
		return // with Digest there is no Logoff; the session expires
	}
	ctx, cancel := context.WithTimeout(context.Background(), logoffTimeout)
	defer cancel()
	r, err := newRequest(forAction, action.Logoff{}, rand.Text(), maxForm)
	if err != nil {
		return
	}
	if reply, err := s.send(ctx, r); err == nil {
		_ = reply.Body.Close()
	}
}

// refusedLogin reports whether Asterisk has ended the session by itself, or
// somebody on the way keeps us from it.
func refusedLogin(cause error) bool {
	return errors.Is(cause, ami.ErrLoginRefused) || errors.Is(cause, ami.ErrLoginInUse)
}
