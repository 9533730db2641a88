package ajam_test

import (
	"net/http/httptest"
	"testing"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
)

// A script serves HTTP on a real port as well as in memory.
func TestScriptOverTCP(t *testing.T) {
	srv := serve(t, func(p *amitest.Peer) {
		p.LoginAs("u", secret)
		p.Handle("Shout", func(p *amitest.Peer, a amitest.Action) {
			p.Success(a)
			p.Emit("Event", "UserEvent", "Privilege", "user,all", "UserEvent", a.Get("Text"))
		})
		p.Serve()
	})
	web := httptest.NewServer(srv)
	defer web.Close()
	c, err := ajam.Connect(t.Context(), web.URL+"/asterisk", &ajam.Config{Config: ami.Config{Username: "u", Secret: secret}})
	if err != nil {
		t.Fatalf("Connect = %v", err)
	}
	defer c.Close()
	sub := c.Subscribe(event.Of[event.UserEvent](), nil)
	mustDo(t, c, "Shout", "Text", "Hey")
	if e, ok := next(t, sub).(event.UserEvent); !ok || e.UserEvent != "Hey" {
		t.Errorf("Next = %+v", e)
	}
}
