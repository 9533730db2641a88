package ajam

import (
	"context"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
)

const logoffTimeout = 2 * time.Second

// logoff ends the session in Asterisk too, should it be there to hear it.
func (s *session) logoff() {
	key, ok := s.key.(*cookie)
	if !ok {
		return // it has no Logoff; the session expires
	}
	ctx, cancel := context.WithTimeout(context.Background(), logoffTimeout)
	defer cancel()
	form, err := encode(action.New("Logoff"), newID(), maxForm)
	if err != nil {
		return
	}
	if reply, err := key.send(ctx, forAction, "Logoff", form); err == nil {
		_ = reply.Body.Close()
	}
}
