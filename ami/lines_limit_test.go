package ami_test

import (
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
)

// Lines that are no response are bounded, whatever a module's own action is run by.
func TestLinesOverTheLimit(t *testing.T) {
	mine := action.New("MyList")
	for way, run := range map[string]func(t *testing.T, c *ami.Conn) error{
		"Do": func(t *testing.T, c *ami.Conn) error {
			_, err := c.Do(t.Context(), mine)
			return err
		},
		"Stream": func(t *testing.T, c *ami.Conn) (last error) {
			for _, err := range c.Stream(t.Context(), mine) {
				last = err
			}
			return last
		},
		"a snapshot": func(t *testing.T, c *ami.Conn) error {
			sub := c.Subscribe(event.Named("Tick"), &ami.SubscribeConfig{Snapshot: []action.Action{mine}})
			return next(t, sub).(event.Synced).Err
		},
	} {
		t.Run(way, func(t *testing.T) {
			conn := dialTo(t, serve(t, behindLogin(func(p *amitest.Peer) {
				p.Handle("MyList", func(p *amitest.Peer, _ amitest.Action) {
					p.Write(strings.Repeat(strings.Repeat("x", 100)+"\r\n\r\n", 50))
				})
			})), func(c *ami.Config) { c.MaxListBytes = 1000 })
			wantError(t, way, run(t, conn), ami.ErrTooManyItems, "lines that are no response")
			mustPing(t, conn)
		})
	}
}
