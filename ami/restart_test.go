package ami_test

import (
	"errors"
	"testing"
	"testing/synctest"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

// Server restarted: version and ActionIDs are all new.
func TestServerIsAnotherAfterARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := connectTo(t, serve(t, func(p *amitest.Peer) {
			p.Handle("CoreSettings", func(p *amitest.Peer, a amitest.Action) {
				p.Success(a, "AsteriskVersion", map[int]string{1: "16.28.0", 2: "22.10.1"}[p.Number()])
			})
			cutting(p)
		}), nil)
		before, id := client.Version(), mustDo(t, client, "Ping").Get("ActionID")
		_, _ = client.Do(t.Context(), action.New("Cut"))
		if err := client.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
		after, newID := client.Version(), mustDo(t, client, "Ping").Get("ActionID")
		if before.Major != 16 || after.Major != 22 || id[:16] == newID[:16] {
			t.Errorf("versions %v and %v, ActionIDs %s and %s, want all of them new", before, after, id, newID)
		}
	})
}

// Second Login → "Already authenticated"; Logoff → `Response: Goodbye`, and
// then the end of the connection.
func TestLogoffOnAConn(t *testing.T) {
	conn := dialTo(t, serve(t, nil), nil)
	if got := mustDo(t, conn, "Login", "Username", "u", "Secret", "x").Message(); got != "Already authenticated" {
		t.Errorf("a second Login answered %q", got)
	}
	if got := mustDo(t, conn, "Logoff").Get("Response"); got != "Goodbye" {
		t.Errorf("Logoff answered %q, want Goodbye", got)
	}
	<-conn.Done()
	if err := conn.Err(); err == nil || errors.Is(err, ami.ErrClosed) {
		t.Errorf("Err() = %v, want the peer's end", err)
	}
}
