package main

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

// manager is an Asterisk of which Local/busy is busy, Local/answer answers, Local/ring rings until a Hangup, and
// Local/denied may not be called.
func manager(p *amitest.Peer) {
	var call amitest.Action
	p.Handle("Originate", func(p *amitest.Peer, a amitest.Action) {
		call = a
		originate(p, a)
	})
	p.Handle("Hangup", func(p *amitest.Peer, a amitest.Action) {
		p.Success(a, "Message", "Channel Hungup")
		failure(p, call, "16", "1")
	})
	p.Login()
	p.Serve()
}

func originate(p *amitest.Peer, a amitest.Action) {
	if a.Get("Channel") == "Local/denied" {
		p.Error(a, "Permission denied")
		return
	}
	id := a.Get("ChannelId")
	p.Success(a, "Message", "Originate successfully queued")
	p.Emit("Event", "Newchannel", "Privilege", "call,all", "Channel", "Local/x-1", "ChannelState", "0", "Uniqueid", id)
	switch a.Get("Channel") {
	case "Local/busy":
		failure(p, a, "17", "5")
	case "Local/answer":
		p.Emit("Event", "Newstate", "Privilege", "call,all", "Channel", "Local/x-1", "ChannelState", "6", "Uniqueid", id)
		p.Emit("Event", "OriginateResponse", "Privilege", "call,all", "ActionID", a.Get("ActionID"), "Response", "Success",
			"Channel", "Local/x-1", "Reason", "4", "Uniqueid", id)
	}
}

func failure(p *amitest.Peer, call amitest.Action, cause, reason string) {
	id := call.Get("ChannelId")
	p.Emit("Event", "Hangup", "Privilege", "call,all", "Channel", "Local/x-1", "Uniqueid", id, "Cause", cause)
	p.Emit("Event", "OriginateResponse", "Privilege", "call,all", "ActionID", call.Get("ActionID"), "Response", "Failure",
		"Channel", "Local/x-1", "Reason", reason, "Uniqueid", id)
}

// service is the HTTP service in front of a session.
type service struct {
	t       *testing.T
	handler http.Handler
}

func newService(t *testing.T, session ami.Session) service {
	calls := newCalls(session)
	t.Cleanup(calls.close)
	return service{t, calls.handler()}
}

// fakeService is one in front of manager, with the client that it uses.
func fakeService(t *testing.T) (service, *ami.Client) {
	t.Helper()
	srv := amitest.Start(t, manager)
	client, err := ami.Connect(t.Context(), srv.Addr(), &ami.Config{Username: "dialler", Secret: "s", Dial: srv.Dial})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return newService(t, client), client
}

func (s service) do(method, path, body string) *httptest.ResponseRecorder {
	s.t.Helper()
	recorder := httptest.NewRecorder()
	s.handler.ServeHTTP(recorder, httptest.NewRequest(method, path, strings.NewReader(body)))
	return recorder
}

// place makes a call and returns where it is.
func (s service) place(body string) string {
	s.t.Helper()
	response := s.do("POST", "/calls", body)
	if response.Code != http.StatusCreated {
		s.t.Fatalf("POST %s = %d %s, want 201", body, response.Code, response.Body)
	}
	return response.Header().Get("Location")
}

// settled asks for a call until it is settled.
func (s service) settled(location string) state {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		var now state
		if err := json.Unmarshal(s.do("GET", location, "").Body.Bytes(), &now); err != nil {
			s.t.Fatal(err)
		}
		if now.State == "settled" {
			return now
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			s.t.Fatalf("%s is %+v after 20 s", location, now)
		}
	}
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return listener
}
