package live_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// clicked is what the service says of a call.
type clicked struct {
	Agent, Customer struct{ State, Result string }
	Ended, Error    string
}

// Calls to extensions of the lab, over AMI and over HTTP.
func TestClickToCall(t *testing.T) {
	t.Parallel()
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t) // for its dialplan
		file := build(t, "clicktocall")
		for way, address := range map[string]string{"AMI": s.AMI(), "HTTP": "http://" + s.HTTP()} {
			t.Run(way, func(t *testing.T) {
				env := append(login(s, "crm"), "ASTERISK_ADDRESS="+address)
				p := start(t, file, env, "-listen", "127.0.0.1:0", "-agent", "Local/%s@outcome", "-context", "app", "-ring", "1s")
				click := &clicker{t, "http://" + p.address()}
				t.Cleanup(http.DefaultClient.CloseIdleConnections)
				click.outcomes()
				click.hangsUp()
			})
		}
	})
}

// clicker is a client of the service.
type clicker struct {
	t   *testing.T
	url string
}

func (c *clicker) outcomes() {
	places := make(map[[2]string]string)
	wants := map[[2]string][2]string{ // agent and customer
		{"answer", "dial-answer-short"}: {"answered", "answered"},
		{"answer", "dial-busy"}:         {"answered", "busy"},
		{"answer", "dial-hangup-21"}:    {"answered", "rejected"},
		{"answer", "userevent"}:         {"answered", ""}, // nobody is dialled
		{"busy", "dial-busy"}:           {"busy", ""},
		{"noanswer", "dial-busy"}:       {"no answer", ""},
	}
	for who := range wants {
		places[who] = c.call(who[0], who[1])
	}
	for who, want := range wants {
		got := c.until(places[who], func(now clicked) bool { return now.Ended != "" })
		if got.Agent.Result != want[0] || got.Customer.Result != want[1] || got.Error != "" {
			c.t.Errorf("%v: %+v, want %v", who, got, want)
		}
	}
}

func (c *clicker) hangsUp() {
	place := c.call("answer", "dial-answer")
	c.until(place, func(now clicked) bool { return now.Customer.State == "answered" })
	if code := c.do("DELETE", place, "", nil); code != http.StatusNoContent {
		c.t.Errorf("DELETE = %d, want 204", code)
	}
	c.until(place, func(now clicked) bool { return now.Ended != "" })
}

// call makes a call twice, by the same key, and returns where it is.
func (c *clicker) call(agent, customer string) (place string) {
	c.t.Helper()
	key := c.t.Name() + agent + customer
	for _, want := range []int{http.StatusCreated, http.StatusOK} {
		var made struct{ ID string }
		if code := c.do("POST", "/calls "+key, `{"agent":"`+agent+`","customer":"`+customer+`"}`, &made); code != want || made.ID == "" {
			c.t.Fatalf("POST = %d, want %d", code, want)
		}
		if place != "" && place != "/calls/"+made.ID {
			c.t.Errorf("a key has the calls %s and %s", place, made.ID)
		}
		place = "/calls/" + made.ID
	}
	return place
}

// until asks for a call until it is as it should be.
func (c *clicker) until(place string, is func(clicked) bool) clicked {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		var now clicked
		if code := c.do("GET", place, "", &now); code != http.StatusOK {
			c.t.Fatalf("GET %s = %d", place, code)
		}
		if is(now) {
			return now
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			c.t.Fatalf("%s is %+v after 30 s", place, now)
		}
	}
}

// do sends a request; the path may have an idempotency key after it.
func (c *clicker) do(method, path, body string, into any) (status int) {
	c.t.Helper()
	path, key, _ := strings.Cut(path, " ")
	request, err := http.NewRequestWithContext(c.t.Context(), method, c.url+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	request.Header.Set("Idempotency-Key", key)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer response.Body.Close()
	if into != nil {
		if err := json.NewDecoder(response.Body).Decode(into); err != nil {
			c.t.Fatal(err)
		}
	}
	return response.StatusCode
}
