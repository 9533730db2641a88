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

// An answer over the limits counts as that alone, also where only its later lines
// are over them.
func TestOversizedAnswersAreNoResponses(t *testing.T) {
	conn := dialTo(t, serve(t, behindLogin(func(p *amitest.Peer) {
		p.Handle("Command", func(p *amitest.Peer, a amitest.Action) {
			text := strings.Repeat("x", 100) + "\n\n"
			p.Write("Response: Follows\r\nPrivilege: Command\r\nActionID: " + a.ID() + "\r\n" + strings.Repeat(text, 100) + "--END COMMAND--\r\n\r\n")
		})
	})), func(c *ami.Config) { c.Limits.Block = 4 << 10 })
	before := conn.Stats()
	_, err := ami.Command(t.Context(), conn, "core show help")
	wantError(t, "Command", err, ami.ErrOutcomeUnknown, "limit")
	mustPing(t, conn)
	after := conn.Stats()
	if responses, oversized := after.Responses-before.Responses, after.Oversized-before.Oversized; responses != 1 || oversized != 1 {
		t.Errorf("%d responses and %d over the limits, want one of each", responses, oversized)
	}
}
