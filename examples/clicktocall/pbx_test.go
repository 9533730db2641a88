package main

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

// pbx is an Asterisk whose agents and customers do what their numbers say: an agent answers unless it is busy, denied or
// ringing, a customer answers, is busy or is no extension.
func pbx(p *amitest.Peer) {
	var id string
	p.Handle("Originate", func(p *amitest.Peer, a amitest.Action) {
		id = a.Get("ChannelId")
		originate(p, a)
	})
	p.Handle("Hangup", func(p *amitest.Peer, a amitest.Action) {
		p.Success(a, "Message", "Channel Hungup")
		emit(p, "Hangup", "Channel", "PJSIP/trunk-2", "Uniqueid", "1.2", "Linkedid", id, "Cause", "16")
		emit(p, "Hangup", "Channel", "PJSIP/agent-1", "Uniqueid", id, "Linkedid", id, "Cause", "16")
	})
	p.Login()
	p.Serve()
}

func emit(p *amitest.Peer, event string, fields ...string) {
	p.Emit(append([]string{"Event", event, "Privilege", "call,all"}, fields...)...)
}

func originate(p *amitest.Peer, a amitest.Action) {
	customer := a.Get("Exten")
	switch {
	case a.Get("Channel") == "PJSIP/denied":
		p.Error(a, "Permission denied")
		return
	case customer == "none":
		p.Error(a, "Extension does not exist.")
		return
	}
	p.Success(a, "Message", "Originate successfully queued")
	id := a.Get("ChannelId")
	agent := []string{"Channel", "PJSIP/agent-1", "Uniqueid", id, "Linkedid", id}
	response := []string{"ActionID", a.Get("ActionID"), "Channel", "PJSIP/agent-1", "Uniqueid", id}
	emit(p, "Newchannel", append(agent, "ChannelState", "0")...)
	emit(p, "Newstate", append(agent, "ChannelState", "5")...)
	switch a.Get("Channel") {
	case "PJSIP/ringing":
		return
	case "PJSIP/busy":
		emit(p, "Hangup", append(agent, "Cause", "17")...)
		emit(p, "OriginateResponse", append(response, "Response", "Failure", "Reason", "5")...)
		return
	}
	emit(p, "Newstate", append(agent, "ChannelState", "6")...)
	emit(p, "OriginateResponse", append(response, "Response", "Success", "Reason", "4")...)
	dial(p, append(agent, "ChannelState", "6"), id, customer)
}

// dial is the customer's leg.
func dial(p *amitest.Peer, agent []string, id, customer string) {
	dialled := append(agent, "DestChannel", "PJSIP/trunk-2", "DestUniqueid", "1.2", "DestLinkedid", id)
	emit(p, "DialBegin", append(dialled, "DestChannelState", "0")...)
	emit(p, "DialState", append(dialled, "DestChannelState", "5", "DialStatus", "RINGING")...)
	switch customer {
	case "answers":
		emit(p, "DialEnd", append(dialled, "DestChannelState", "6", "DialStatus", "ANSWER")...)
	case "busy":
		emit(p, "DialEnd", append(dialled, "DestChannelState", "5", "DialStatus", "BUSY")...)
		emit(p, "Hangup", "Channel", "PJSIP/trunk-2", "Uniqueid", "1.2", "Linkedid", id, "Cause", "17")
		emit(p, "Hangup", append(agent, "Cause", "17")...)
	}
}

// client is a client of the HTTP service, in front of pbx.
type client struct {
	t       *testing.T
	service *service
	session *ami.Client
	pbx     *amitest.Server
}

func newClient(t *testing.T) client {
	t.Helper()
	srv := amitest.Start(t, pbx)
	session, err := ami.Connect(t.Context(), srv.Addr(), &ami.Config{Username: "clicktocall", Secret: "s", Dial: srv.Dial})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { session.Close() })
	s := newService(session, settings{agent: "PJSIP/%s", context: "out", ring: 30 * time.Second}, slog.New(slog.DiscardHandler))
	t.Cleanup(s.close)
	return client{t, s, session, srv}
}

func (c client) do(method, path, key, body string) *httptest.ResponseRecorder {
	c.t.Helper()
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	request.Header.Set("Idempotency-Key", key)
	recorder := httptest.NewRecorder()
	c.service.handler().ServeHTTP(recorder, request)
	return recorder
}

// call makes a call and returns where it is.
func (c client) call(key, agent, customer string) (location string) {
	c.t.Helper()
	response := c.do("POST", "/calls", key, `{"agent":"`+agent+`","customer":"`+customer+`"}`)
	if response.Code != http.StatusCreated {
		c.t.Fatalf("POST = %d %s, want 201", response.Code, response.Body)
	}
	return response.Header().Get("Location")
}

func (c client) get(path string, into any) {
	c.t.Helper()
	if err := json.Unmarshal(c.do("GET", path, "", "").Body.Bytes(), into); err != nil {
		c.t.Fatalf("GET %s: %v", path, err)
	}
}

// originated is how many calls Asterisk was asked for.
func (c client) originated() int64 { return c.session.Stats().Actions }
