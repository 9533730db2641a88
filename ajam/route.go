package ajam

import (
	"context"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/session"
)

// route is the session of now, for an action that may go there.
func (c *Client) route(a action.Action) (*httpSession, error) {
	if err := errs.Allow(a, instead, ""); err != nil {
		return nil, err
	}
	s, ok := c.reconnector.Live()
	if !ok {
		return nil, errs.NotSent(a.ActionName(), errs.NoLogin(c.reconnector.Why()))
	}
	return s, nil
}

// instead says what does what an action of the session would.
var instead = map[string]string{
	"Login":     "Config.Username and Secret log in",
	"Challenge": "Config.Username and Secret log in",
	"Logoff":    "Close logs off",
	"Events":    "Config.EventMask chooses events",
	"Filter":    "Config.Filters sets filters",
	"WaitEvent": "Subscribe waits for events",
}

func (c *Client) source(ctx context.Context, stop <-chan struct{}) (session.Source, error) {
	s, err := c.reconnector.Wait(ctx, stop)
	return source{s}, err
}
