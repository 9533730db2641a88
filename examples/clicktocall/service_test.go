package main

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
)

func TestBothLegs(t *testing.T) {
	for name, test := range map[string]struct {
		agent, customer         string
		wantAgent, wantCustomer leg
		ended                   bool
	}{
		"customer answers": {"100", "answers",
			leg{State: ami.ProgressAnswered, Result: ami.ResultAnswered, Channel: "PJSIP/agent-1"},
			leg{State: ami.ProgressAnswered, Result: ami.ResultAnswered, Channel: "PJSIP/trunk-2"}, false},
		"customer rings": {"100", "rings",
			leg{State: ami.ProgressAnswered, Result: ami.ResultAnswered, Channel: "PJSIP/agent-1"},
			leg{State: ami.ProgressRinging, Channel: "PJSIP/trunk-2"}, false},
		"customer busy": {"100", "busy",
			leg{State: ami.ProgressEnded, Result: ami.ResultAnswered, Cause: "user busy", Channel: "PJSIP/agent-1"},
			leg{State: ami.ProgressEnded, Result: ami.ResultBusy, Cause: "user busy", Channel: "PJSIP/trunk-2"}, true},
		"agent rings": {"ringing", "answers", leg{State: ami.ProgressRinging, Channel: "PJSIP/agent-1"}, leg{}, false},
		"agent busy": {"busy", "answers",
			leg{State: ami.ProgressEnded, Result: ami.ResultBusy, Cause: "user busy", Channel: "PJSIP/agent-1"}, leg{}, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newClient(t)
				location := c.call("1", test.agent, test.customer)
				synctest.Wait()
				var got state
				c.get(location, &got)
				if got.Agent != test.wantAgent || got.Customer != test.wantCustomer || (got.Ended != nil) != test.ended || got.Error != "" {
					t.Errorf("%+v, want agent %+v, customer %+v, ended %v", got, test.wantAgent, test.wantCustomer, test.ended)
				}
			})
		})
	}
}

func TestDeleteHangsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t)
		location := c.call("1", "100", "answers")
		synctest.Wait()
		if response := c.do("DELETE", location, "", ""); response.Code != http.StatusNoContent {
			t.Fatalf("DELETE = %d %s, want 204", response.Code, response.Body)
		}
		synctest.Wait()
		var got state
		if c.get(location, &got); got.Ended == nil || got.Customer.State != ami.ProgressEnded || got.Customer.Result != ami.ResultAnswered {
			t.Errorf("after DELETE: %+v, want both ended", got)
		}
	})
}

func TestAKeyIsOneCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t)
		const body = `{"agent":"100","customer":"answers"}`
		before := c.originated()
		codes := make(chan int)
		for range 5 {
			go func() { codes <- c.do("POST", "/calls", "same", body).Code }()
		}
		created := 0
		for range 5 {
			if code := <-codes; code == http.StatusCreated {
				created++
			} else if code != http.StatusOK {
				t.Errorf("POST = %d, want 200 or 201", code)
			}
		}
		if sent := c.originated() - before; created != 1 || sent != 1 {
			t.Errorf("%d times 201, %d calls, want 1 of each", created, sent)
		}
		if response := c.do("POST", "/calls", "same", `{"agent":"101","customer":"answers"}`); response.Code != http.StatusUnprocessableEntity {
			t.Errorf("POST of another call = %d %s, want 422", response.Code, response.Body)
		}
	})
}

func TestAKeyIsFreeAfterARefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t)
		const body = `{"agent":"100","customer":"none"}`
		if response := c.do("POST", "/calls", "1", body); response.Code != http.StatusBadRequest {
			t.Errorf("POST = %d %s, want 400", response.Code, response.Body)
		}
		c.call("1", "100", "answers")
	})
}

func TestCallsAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t)
		ended, running := c.call("1", "busy", "answers"), c.call("2", "100", "answers")
		synctest.Wait()
		<-time.After(keepFor + time.Second) // at once, in a bubble
		for location, want := range map[string]int{ended: http.StatusNotFound, running: http.StatusOK} {
			if got := c.do("GET", location, "", ""); got.Code != want {
				t.Errorf("GET %s = %d %s, want %d", location, got.Code, got.Body, want)
			}
		}
		c.call("1", "100", "answers") // a new one
	})
}

func TestRefusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t)
		for _, test := range []struct {
			method, path, key, body string
			status                  int
			say                     string
		}{
			{"POST", "/calls", "", `{}`, 400, "Idempotency-Key"},
			{"POST", "/calls", strings.Repeat("k", 201), `{}`, 400, "Idempotency-Key"},
			{"POST", "/calls", "1", `{`, 400, "unexpected EOF"},
			{"POST", "/calls", "1", `{"agnt":"x"}`, 400, "unknown field"},
			{"POST", "/calls", "1", `{} {}`, 400, "more in the body"},
			{"POST", "/calls", "1", `{"agent":"` + strings.Repeat("1", maxBody) + `"}`, 400, "too large"},
			{"POST", "/calls", "1", `{"agent":"100&PJSIP/101","customer":"1"}`, 400, "agent"},
			{"POST", "/calls", "1", `{"agent":"100","customer":"1\r\nVariable: x"}`, 400, "customer"},
			{"POST", "/calls", "1", `{"agent":"denied","customer":"1"}`, 502, "write=originate"},
			{"GET", "/calls/none", "", "", 404, "no such call"},
			{"DELETE", "/calls/none", "", "", 404, "no such call"},
		} {
			response := c.do(test.method, test.path, test.key, test.body)
			if response.Code != test.status || !strings.Contains(response.Body.String(), test.say) {
				t.Errorf("%s %s %.80s = %d %s, want %d with %q", test.method, test.path, test.body, response.Code, response.Body, test.status, test.say)
			}
		}
	})
}

func TestWithoutAsterisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t)
		if response := c.do("GET", "/ready", "", ""); response.Code != http.StatusOK {
			t.Errorf("ready: %d %s, want 200", response.Code, response.Body)
		}
		c.session.Close()
		response := c.do("POST", "/calls", "1", `{"agent":"100","customer":"answers"}`)
		if response.Code != http.StatusServiceUnavailable || response.Header().Get("Retry-After") == "" {
			t.Errorf("POST = %d %v, want 503 with Retry-After", response.Code, response.Header())
		}
		if response := c.do("GET", "/ready", "", ""); response.Code != http.StatusServiceUnavailable {
			t.Errorf("ready: %d %s, want 503", response.Code, response.Body)
		}
	})
}

func TestTooManyCallsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t)
		c.service.calls.active = maxActive
		if response := c.do("POST", "/calls", "1", `{"agent":"100","customer":"1"}`); response.Code != http.StatusServiceUnavailable {
			t.Errorf("POST = %d %s, want 503", response.Code, response.Body)
		}
	})
}

func TestMetrics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t)
		c.call("1", "100", "busy")
		c.call("2", "busy", "answers")
		c.do("POST", "/calls", "2", `{"agent":"busy","customer":"answers"}`)
		c.do("POST", "/calls", "3", `{"agent":"100","customer":"none"}`)
		synctest.Wait()
		var got struct {
			Begun, Repeated, Refused int
			Agents, Customers        map[string]int
		}
		c.get("/metrics", &got)
		if got.Begun != 2 || got.Repeated != 1 || got.Refused != 1 || got.Agents["answered"] != 1 || got.Agents["busy"] != 1 ||
			got.Customers["busy"] != 1 || got.Customers["not called"] != 1 {
			t.Errorf("metrics %+v", got)
		}
	})
}
