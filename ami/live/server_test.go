package live_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

// The stream tells when the connection is lost, and when the View is true again.
func TestServer(t *testing.T) {
	f := &fake{channels: []string{"100"}}
	watching(t, f, &live.Config{Server: "pbx1", Recheck: -1}, func(t *testing.T, srv *amitest.Server, m *live.Model) {
		began := m.View().Server()
		if began.State != live.ServerCurrent || began.Since != time.Now() {
			t.Errorf("the server is %v since %v", began, began.Since)
		}
		changes := m.Subscribe(nil)
		defer changes.Close()
		next(t, changes)
		if err := m.Refresh(t.Context()); err != nil || m.View().Server() != began {
			t.Errorf("after Refresh (%v) the server is %v", err, m.View().Server())
		}
		f.cut()
		var got []string
		for range 3 {
			for {
				c, ok := mustNext(t, changes).(live.Changed[live.Server])
				if ok {
					got = append(got, c.String())
					break
				}
			}
		}
		want := []string{"updated server pbx1 State=away Reason=", "updated server pbx1 State=syncing by Connected", "updated server pbx1 State=current by Synced"}
		for i, line := range got {
			if !strings.HasPrefix(line, want[i]) {
				t.Errorf("the change is %q, want %q", line, want[i])
			}
		}
		if text, err := json.Marshal(m.View().Server()); err != nil || !strings.HasPrefix(string(text), `{"Name":"pbx1","State":"current","Since":"`) {
			t.Errorf("json = %s, %v", text, err)
		}
		_ = m.Close()
		if s := m.View().Server(); s.State != live.ServerLost {
			t.Errorf("after Close the server is %v", s)
		}
	})
	if text := live.ServerState(99).String(); text != "ServerState(99)" {
		t.Errorf("String = %q", text)
	}
}

func mustNext(t *testing.T, s *live.Subscription) live.Change {
	t.Helper()
	c, err := s.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c
}
