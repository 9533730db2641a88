package main

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
)

func TestCallsSettle(t *testing.T) {
	s, _ := fakeService(t)
	for channel, want := range map[string]ami.Result{"Local/busy": ami.ResultBusy, "Local/answer": ami.ResultAnswered} {
		location := s.place(`{"channel":"` + channel + `","context":"out","exten":"1","variables":{"A":"1,2","B":"x"}}`)
		if got := s.settled(location); got.Outcome != want || "/calls/"+got.ID != location {
			t.Errorf("%s = %+v, want outcome %s", channel, got, want)
		}
	}
}

func TestDeleteHangsUp(t *testing.T) {
	s, _ := fakeService(t)
	location := s.place(`{"channel":"Local/ring","context":"out","exten":"1"}`)
	if response := s.do("DELETE", location, ""); response.Code != http.StatusNoContent {
		t.Fatalf("DELETE = %d %s, want 204", response.Code, response.Body)
	}
	if got := s.settled(location); got.Outcome != ami.ResultCancelled {
		t.Errorf("after DELETE: %+v, want outcome %s", got, ami.ResultCancelled)
	}
}

func TestRefusals(t *testing.T) {
	s, _ := fakeService(t)
	for _, test := range []struct {
		method, path, body string
		status             int
		say                string
	}{
		{"POST", "/calls", `{`, 400, "unexpected EOF"},
		{"POST", "/calls", `{"chanel":"x"}`, 400, "unknown field"},
		{"POST", "/calls", `{} {}`, 400, "more in the body"},
		{"POST", "/calls", `{"channel":"Local/busy","context":"out"}`, 400, "exten is missing"},
		{"POST", "/calls", `{"channel":"x","context":"c","exten":"e","timeout_seconds":-1}`, 400, "timeout_seconds"},
		{"POST", "/calls", `{"channel":"x","context":"c","exten":"e","timeout_seconds":0.0001}`, 400, "Timeout"},
		{"POST", "/calls", `{"channel":"x\r\nAction: Command","context":"c","exten":"e"}`, 400, "line break"},
		{"POST", "/calls", `{"channel":"` + strings.Repeat("x", 300) + `","context":"c","exten":"e"}`, 400, "255 bytes"},
		{"POST", "/calls", `{"channel":"` + strings.Repeat("x", maxBody) + `","context":"c","exten":"e"}`, 400, "too large"},
		{"POST", "/calls", `{"channel":"x","context":"c","exten":"e","variables":{"a=b":"c"}}`, 400, "a=b"},
		{"POST", "/calls", `{"channel":"Local/denied","context":"c","exten":"e"}`, 502, "write=originate"},
		{"GET", "/calls/none", "", 404, "no such call"},
		{"DELETE", "/calls/none", "", 404, "no such call"},
	} {
		response := s.do(test.method, test.path, test.body)
		if response.Code != test.status || !strings.Contains(response.Body.String(), test.say) {
			t.Errorf("%s %s %.80s = %d %s, want %d with %q", test.method, test.path, test.body, response.Code, response.Body, test.status, test.say)
		}
	}
}

func TestUnavailableWithoutAsterisk(t *testing.T) {
	s, client := fakeService(t)
	if err := client.Close(); err != nil {
		t.Fatal(err)
	}
	response := s.do("POST", "/calls", `{"channel":"Local/busy","context":"out","exten":"1"}`)
	if response.Code != http.StatusServiceUnavailable || response.Header().Get("Retry-After") == "" {
		t.Errorf("POST = %d %v, want 503 with Retry-After", response.Code, response.Header())
	}
}

func TestTooManyCallsAtOnce(t *testing.T) {
	s, _ := fakeService(t)
	calls := newCalls(nil)
	defer calls.close()
	calls.calling = maxCalling
	s.handler = calls.handler()
	if response := s.do("POST", "/calls", `{"channel":"x","context":"c","exten":"e"}`); response.Code != http.StatusServiceUnavailable {
		t.Errorf("POST = %d %s, want 503", response.Code, response.Body)
	}
}

func TestSettledCallsAreForgotten(t *testing.T) {
	_, client := fakeService(t)
	calls := newCalls(client)
	defer calls.close()
	for i := range 3 {
		handle, err := ami.Originate(t.Context(), client, action.Originate{Channel: "Local/busy", Context: "out", Exten: "1"})
		if err != nil {
			t.Fatal(err)
		}
		calls.calling++
		entry := &call{handle: handle}
		calls.known[handle.ChannelID()] = entry
		calls.settle(entry, ami.Outcome{Result: ami.ResultBusy})
		if i == 0 {
			entry.settled = time.Now().Add(-keepFor - time.Second)
		}
	}
	if len(calls.known) != 2 || len(calls.settled) != 2 {
		t.Errorf("%d known, %d settled after one is over %v old, want 2", len(calls.known), len(calls.settled), keepFor)
	}
}

func TestServeEndsWithItsContext(t *testing.T) {
	_, client := fakeService(t)
	ctx, cancel := context.WithCancel(t.Context())
	listener := listen(t)
	done := make(chan error)
	// Ends with ctx, and the test waits for it.
	go func() { done <- serve(ctx, listener, client) }()
	response, err := http.Post("http://"+listener.Addr().String()+"/calls", "application/json",
		strings.NewReader(`{"channel":"Local/ring","context":"out","exten":"1"}`))
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	http.DefaultClient.CloseIdleConnections()
	if response.StatusCode != http.StatusCreated {
		t.Errorf("POST = %s, want 201", response.Status)
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("serve = %v", err)
	}
}
