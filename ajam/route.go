package ajam

import (
	"context"
	"errors"
	"fmt"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
)

// route is the session of now, for an action that may go there.
func (c *Client) route(a action.Action) (*session, error) {
	name := a.ActionName()
	if spec, _ := action.Lookup(name); spec.Session {
		return nil, notSent(name, fmt.Errorf("it changes the session, which a Client keeps itself: %s", instead[spec.Name]))
	}
	s, ok := c.keeper.Live()
	if !ok {
		return nil, notSent(name, c.keeper.Why())
	}
	return s, nil
}

// instead says what does what an action of the session would.
var instead = map[string]string{
	"Login":     "Config.Username and Secret log in",
	"Challenge": "Config.Username and Secret log in",
	"Logoff":    "Close logs off",
	"Events":    "Config.EventMask chooses events",
	"Filter":    "over HTTP there are no filters but Config.EventMask",
	"WaitEvent": "Subscribe waits for events",
}

func (c *Client) carrier(ctx context.Context, stop <-chan struct{}) (ami.Carrier, error) {
	s, err := c.keeper.Wait(ctx, stop)
	return carrier{s}, err
}

// finish lets everybody know why the client is over.
func (c *Client) finish() {
	c.cancel()
	if err := c.keeper.Final(); errors.Is(err, ami.ErrClosed) {
		c.hub.Close(nil)
	} else {
		c.hub.Close(err)
	}
}
