package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/asterisk-go/asterisk-go/agi/agitest"
	"github.com/asterisk-go/asterisk-go/examples/internal/served"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/leak"
	"github.com/asterisk-go/asterisk-go/internal/visit"
)

func TestMain(m *testing.M) { leak.Main(m, lab.Stop) }

// helpdesk is a fake one. Its channel gets the path and body of each request.
func helpdesk(t *testing.T, status int, number string) (*desk, <-chan map[string]string) {
	requests := make(chan map[string]string, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := map[string]string{"path": r.URL.Path, "token": r.Header.Get("Authorization")}
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		requests <- body
		w.WriteHeader(status)
		if err := json.NewEncoder(w).Encode(map[string]string{"number": number}); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	client := server.Client()
	t.Cleanup(client.CloseIdleConnections)
	return &desk{&cases{server.URL, "t0ken", client}}, requests
}

func TestCase(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		desk, requests := helpdesk(t, http.StatusCreated, "0042")
		address := served.Start(t, desk)
		call := visit.Enter(t, s, visit.Call{Target: "agi://" + address + "/helpdesk,support", CallerID: "Ada <4930123>"})
		call.Await(t, `SAY DIGITS "0042"`)
		call.Await(t, `SET VARIABLE "CASE" "0042"`)
		call.HangUp(t, `EXEC "Queue" "support"`)
		call.End(t)
		opened, noted := <-requests, <-requests
		if opened["path"] != "/cases" || opened["caller"] != "4930123" || opened["name"] != "Ada" || opened["token"] != "Bearer t0ken" {
			t.Errorf("opened with %v", opened)
		}
		if noted["path"] != "/cases/0042/notes" || noted["seconds"] == "" {
			t.Errorf("noted %v", noted)
		}
	})
}

// A caller's number may put the environment's ID in doubt; the case has that of the channel all the same.
func TestCaseOfAStranger(t *testing.T) {
	const id = "1767600000.1"
	desk, requests := helpdesk(t, http.StatusCreated, "0042")
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
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		desk, _ := helpdesk(t, http.StatusInternalServerError, "")
		address := served.Start(t, desk)
		call := visit.Enter(t, s, visit.Call{Target: "agi://" + address + "/helpdesk,support"})
		call.HangUp(t, `EXEC "Queue" "support"`)
		call.End(t)
	})
}
