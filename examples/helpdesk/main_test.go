package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/asterisk-go/asterisk-go/agi/agitest"
)

// helpdesk is a fake one. Its channel gets the path and body of each request.
func helpdesk(t *testing.T, status int) (*desk, <-chan map[string]string) {
	requests := make(chan map[string]string, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := map[string]string{"path": r.URL.Path, "token": r.Header.Get("Authorization")}
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		requests <- body
		w.WriteHeader(status)
		if err := json.NewEncoder(w).Encode(map[string]string{"number": "0042"}); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	client := server.Client()
	t.Cleanup(client.CloseIdleConnections)
	return &desk{&cases{server.URL, "t0ken", client}}, requests
}

func TestCase(t *testing.T) {
	desk, requests := helpdesk(t, http.StatusCreated)
	call := agitest.Start(t, desk, &agitest.Config{
		Arguments: []string{"support"}, Env: []string{"agi_callerid", "4930123", "agi_calleridname", "Ada"}, Automatic: true,
		Variables: map[string]string{"PLAYBACKSTATUS": "SUCCESS", "QUEUESTATUS": "CONTINUE"},
	})
	call.Expect("SAY DIGITS", "0042", "").Success()
	call.Expect("SET VARIABLE", "CASE", "0042").Success()
	call.Expect("EXEC", "Queue", "support").Success()
	if err := call.Wait(); err != nil {
		t.Fatal(err)
	}
	opened, noted := <-requests, <-requests
	if opened["path"] != "/cases" || opened["caller"] != "4930123" || opened["name"] != "Ada" || opened["token"] != "Bearer t0ken" {
		t.Errorf("opened with %v", opened)
	}
	if noted["path"] != "/cases/0042/notes" || noted["seconds"] == "" {
		t.Errorf("noted %v", noted)
	}
}

// A case is closed though the caller hangs up while waiting, which ends the handler's context.
func TestCaseOfOneWhoHangsUp(t *testing.T) {
	desk, requests := helpdesk(t, http.StatusCreated)
	call := agitest.Start(t, desk, &agitest.Config{
		Arguments: []string{"support"}, Automatic: true, Variables: map[string]string{"PLAYBACKSTATUS": "SUCCESS"},
	})
	call.Expect("SET VARIABLE", "CASE", "0042").Success()
	queue := call.Expect("EXEC", "Queue", "support")
	call.Hangup()
	queue.Fail()
	_ = call.Wait() // the hangup
	<-requests
	if noted := <-requests; noted["path"] != "/cases/0042/notes" {
		t.Errorf("noted %v", noted)
	}
}

// A caller's number may put the environment's ID in doubt; the case has that of the channel all the same.
func TestCaseOfAStranger(t *testing.T) {
	const id = "1767600000.1"
	desk, requests := helpdesk(t, http.StatusCreated)
	call := agitest.Start(t, desk, &agitest.Config{
		Arguments: []string{"support"},
		Env:       []string{"agi_callerid", "1\nagi_type: X\nagi_uniqueid: 2.2\nagi_version: 9\nagi_callerid: 1"},
		Automatic: true, Variables: map[string]string{"UNIQUEID": id, "PLAYBACKSTATUS": "SUCCESS", "QUEUESTATUS": "CONTINUE"},
	})
	if err := call.Wait(); err != nil {
		t.Fatal(err)
	}
	if opened := <-requests; opened["call"] != id {
		t.Errorf("opened with %v, want the channel's ID %s", opened, id)
	}
}

func TestHelpdeskIsDown(t *testing.T) {
	desk, _ := helpdesk(t, http.StatusInternalServerError)
	call := agitest.Start(t, desk, &agitest.Config{
		Arguments: []string{"support"}, Automatic: true, Variables: map[string]string{"QUEUESTATUS": "CONTINUE"},
	})
	call.Expect("EXEC", "Queue", "support").Success()
	if err := call.Wait(); err != nil {
		t.Error(err)
	}
}
