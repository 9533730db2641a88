package live_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"sync"
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/gorilla/websocket"
)

// ari is an ARI application, to which Asterisk gives the channels that run Stasis.
type ari struct {
	t      *testing.T
	ctx    context.Context
	name   string
	root   string // of all addresses
	user   lab.User
	client http.Client
	events chan ariEvent
}

// ariEvent is what a test wants to know of an event.
type ariEvent struct {
	Type    string
	Channel struct{ ID string }
}

// openARI registers an application of a server until the test ends.
func openARI(t *testing.T, ctx context.Context, s *lab.Server, name string) *ari {
	t.Helper()
	s.RequireOwn(t)
	a := &ari{t: t, ctx: ctx, name: name, root: "http://" + s.HTTP() + "/ari/", user: s.User("all"), events: make(chan ariEvent, 1000)}
	a.client.Transport = &http.Transport{DisableKeepAlives: true}
	query := url.Values{"app": {name}, "api_key": {a.user.Name + ":" + a.user.Secret}}
	socket, _, err := websocket.DefaultDialer.DialContext(ctx, "ws://"+s.HTTP()+"/ari/events?"+query.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var reading sync.WaitGroup
	reading.Go(func() { a.read(socket) }) // ends with the socket, when the test ends
	t.Cleanup(func() {
		_ = socket.Close()
		reading.Wait()
	})
	return a
}

func (a *ari) read(socket *websocket.Conn) {
	defer close(a.events)
	for {
		var e ariEvent
		if socket.ReadJSON(&e) != nil {
			return
		}
		select {
		case a.events <- e:
		case <-a.ctx.Done():
			return
		}
	}
}

// until waits for an event of a channel.
func (a *ari) until(kind, channel string) {
	a.t.Helper()
	for {
		select {
		case e, ok := <-a.events:
			if !ok {
				a.t.Fatalf("ARI has closed the socket before %s of %s", kind, channel)
			} else if e.Type == kind && e.Channel.ID == channel {
				return
			}
		case <-a.ctx.Done():
			a.t.Fatalf("%s of %s: %v", kind, channel, context.Cause(a.ctx))
		}
	}
}

// do makes a request, and returns the ID of what it made. Values come in pairs.
func (a *ari) do(method, path string, pairs ...string) (id string) {
	a.t.Helper()
	id, refused := a.try(method, path, pairs...)
	if refused != "" {
		a.t.Fatal(refused)
	}
	return id
}

// try is do of what may be refused.
func (a *ari) try(method, path string, pairs ...string) (id, refused string) {
	a.t.Helper()
	query := make(url.Values)
	for i := 0; i < len(pairs); i += 2 {
		query.Set(pairs[i], pairs[i+1])
	}
	request, err := http.NewRequestWithContext(a.ctx, method, a.root+path+"?"+query.Encode(), nil)
	if err != nil {
		a.t.Fatal(err)
	}
	request.SetBasicAuth(a.user.Name, a.user.Secret)
	response, err := a.client.Do(request)
	if err != nil {
		a.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	if response.StatusCode >= 300 {
		return "", method + " " + path + ": " + response.Status + ", " + string(body)
	}
	var made struct{ ID string }
	if len(body) > 0 {
		if err := json.Unmarshal(body, &made); err != nil {
			a.t.Fatalf("%s %s: %v in %s", method, path, err, body)
		}
	}
	return made.ID, ""
}

func (a *ari) bridge(kind string) (id string) {
	a.t.Helper()
	return a.do("POST", "bridges", "type", kind)
}

func (a *ari) add(bridge, channel string) {
	a.t.Helper()
	a.do("POST", "bridges/"+bridge+"/addChannel", "channel", channel)
}

func (a *ari) remove(bridge, channel string) {
	a.t.Helper()
	a.do("POST", "bridges/"+bridge+"/removeChannel", "channel", channel)
}

func (a *ari) destroy(bridge string) {
	a.t.Helper()
	a.do("DELETE", "bridges/"+bridge)
}

// moveOn has a channel leave the application for the dialplan.
func (a *ari) moveOn(channel, context, exten string) {
	a.t.Helper()
	a.do("POST", "channels/"+channel+"/continue", "context", context, "extension", exten, "priority", "1")
	a.until("StasisEnd", channel)
}
