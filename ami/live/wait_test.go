package live_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/ami/live"
)

// A channel that the model has no room for never comes, so nobody waits for it.
func TestWaitWithoutRoom(t *testing.T) {
	f := &fake{channels: []string{"100"}}
	watching(t, f, &live.Config{MaxChannels: 1, Recheck: -1}, func(t *testing.T, srv *amitest.Server, m *live.Model) {
		f.peer.Handle("Getvar", func(p *amitest.Peer, a amitest.Action) {
			p.Success(a, "Variable", a.Get("Variable"), "Value", "PJSIP/200-00000001")
		})
		emit(srv, "Newchannel", "200", "4")
		synctest.Wait()
		if _, err := m.Wait(t.Context(), "1.200"); err == nil || !strings.Contains(err.Error(), "limits") {
			t.Errorf("Wait = %v, want the limits", err)
		}
	})
}

// Without the right to ask for a channel, a list tells whether there is one.
func TestWaitWithoutGetvar(t *testing.T) {
	f := &fake{channels: []string{"100"}}
	watching(t, f, &live.Config{Recheck: -1}, func(t *testing.T, srv *amitest.Server, m *live.Model) {
		f.peer.Handle("Getvar", func(p *amitest.Peer, a amitest.Action) { p.Error(a, "Permission denied") })
		f.set("100", "200")
		if c, err := m.Wait(t.Context(), "1.200"); err != nil || c.ID != "1.200" {
			t.Errorf("Wait of a channel that is listed = %v, %v", c, err)
		}
		if _, err := m.Wait(t.Context(), "1.300"); !errors.Is(err, ami.ErrNoSuchChannel) {
			t.Errorf("Wait of a channel that is not = %v, want %v", err, ami.ErrNoSuchChannel)
		}
	})
}
