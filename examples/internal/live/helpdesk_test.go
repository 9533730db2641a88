package live_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/visit"
)

// helpdesk is a fake one, and the example that uses it. Its channel gets the path and body of each request.
func helpdesk(t *testing.T, status int) (address string, requests <-chan map[string]string) {
	t.Helper()
	came := make(chan map[string]string, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := map[string]string{"path": r.URL.Path, "token": r.Header.Get("Authorization")}
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		came <- body
		w.WriteHeader(status)
		if err := json.NewEncoder(w).Encode(map[string]string{"number": "0042"}); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	return serving(t, "helpdesk", []string{"HELPDESK_TOKEN=t0ken"}, "-api", server.URL), came
}

func TestHelpdeskOpensACase(t *testing.T) {
	t.Parallel()
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		address, requests := helpdesk(t, http.StatusCreated)
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

func TestHelpdeskIsDown(t *testing.T) {
	t.Parallel()
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		address, _ := helpdesk(t, http.StatusInternalServerError)
		call := visit.Enter(t, s, visit.Call{Target: "agi://" + address + "/helpdesk,support"})
		call.HangUp(t, `EXEC "Queue" "support"`)
		call.End(t)
	})
}
