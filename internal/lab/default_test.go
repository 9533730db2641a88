package lab_test

import (
	"crypto/tls"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/internal/lab"
)

func TestCertificateIsVerified(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		for _, name := range []string{lab.TLSName, s.IP()} {
			conn, err := tls.Dial("tcp", s.AMITLS(), &tls.Config{RootCAs: s.CA(), ServerName: name})
			if err != nil {
				t.Fatalf("AMI over TLS as %s: %v", name, err)
			}
			greet(t, conn).login(s.User("all"))
		}
		transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: s.CA()}}
		defer transport.CloseIdleConnections()
		reply, err := (&http.Client{Transport: transport}).Get("https://" + s.HTTPS() + "/rawman?action=ping")
		if err != nil {
			t.Fatal(err)
		}
		reply.Body.Close()
		if reply.StatusCode != http.StatusOK {
			t.Errorf("GET /rawman = %s, want 200", reply.Status)
		}
	})
}

func TestEveryUserLogsIn(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		for _, user := range s.Users() {
			c := dial(t, s.AMI())
			c.login(user)
			c.send("Action: Logoff")
			c.wait("Response: Goodbye")
		}
	})
}

func TestDialplanDoesWhatItSays(t *testing.T) {
	effects := map[string][]string{ // channel -> lines that its call causes
		"Local/answer@outcome":       {"Application: Answer"},
		"Local/answer-short@outcome": {"AppData: 0.2"},
		"Local/busy@outcome":         {"Application: Busy"},
		"Local/congestion@outcome":   {"Application: Congestion"},
		"Local/hangup-18@outcome":    {"Cause: 18"},
		"Local/hangup-34@outcome":    {"Cause: 34"},
		"Local/12345@echo":           {"Application: Echo"},
		"Local/s@storm":              {"Value: two words"},
		"Local/park@app":             {"Event: ParkedCall"},
		"Local/queue@app":            {"Event: QueueCallerJoin", "Event: AgentConnect"},
		"Local/conf-7@app":           {"Event: ConfbridgeJoin", "Conference: 7"},
		"Local/userevent@app":        {"UserEvent: Test", "Key: value"},
		"Local/hold@app":             {"Event: MusicOnHoldStart"},
		"Local/playback@app":         {"Application: Playback"},
		"Local/dial-busy@app":        {"DialStatus: BUSY"},
		"Local/async-1@agi":          {"Event: AsyncAGIStart"},
	}
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		s.RequireOwn(t)
		c := dial(t, s.AMI())
		c.login(s.User("all"))
		awaited := make(map[string]bool)
		for channel, lines := range effects {
			c.send("Action: Originate", "Channel: "+channel, "Application: Wait", "Data: 2", "Async: true")
			for _, line := range lines {
				awaited[line] = true
			}
		}
		for len(awaited) > 0 {
			line, err := c.in.ReadString('\n')
			if err != nil {
				t.Fatalf("%v, still waiting for %q", err, slices.Collect(maps.Keys(awaited)))
			}
			delete(awaited, strings.TrimSpace(line))
		}
	})
}
