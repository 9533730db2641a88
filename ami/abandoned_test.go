package ami_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

// A module's own list that nobody waits for may end with an event that has no
// ActionID. We send a Ping then. Its answer ends the action, and the session lives.
func TestAbandonedListEndsWithoutAnActionID(t *testing.T) {
	const mayEnd = "Event: MyListComplete\r\nEventList: Complete\r\n\r\n"
	for name, test := range map[string]struct{ before, after string }{
		"the end comes before the wait is over": {mayEnd, ""},
		"the end comes after it":                {"", mayEnd},
		"something comes after the end":         {mayEnd, mayEnd},
	} {
		t.Run(name, func(t *testing.T) {
			talk(t, func(p *amitest.Peer) {
				p.Success(p.Expect("MyList"), "EventList", "start")
				p.Write(test.before)
				if test.before != "" {
					p.Expect("Ping")
				}
				cue := p.Expect("Cue")
				p.Write(test.after)
				p.Success(cue)
			}, func(t *testing.T, c *ami.Conn) {
				ctx, cancel := context.WithCancel(t.Context())
				list := doing(ctx, c, action.New("MyList"))
				synctest.Wait()
				cancel()
				wantError(t, "Do(MyList)", (<-list).err, ami.ErrOutcomeUnknown)
				mustDo(t, c, "Cue")
				mustPing(t, c)
			})
		})
	}
}
