package ami_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// small bounds what is read so that tests can pass it.
func small(c *ami.Config) {
	c.Limits = transport.Limits{Line: 200, Block: 2000}
}

var long = strings.Repeat("x", 300)

// Caps: an answer over Config.Limits fails its action, and nothing else.
func TestOversizedAnswers(t *testing.T) {
	many := strings.Repeat("Line: "+strings.Repeat("y", 100)+"\r\n", 30)
	for subject, text := range map[string]string{
		"a line":                         "Response: Success\r\nActionID: <id>\r\nValue: " + long + "\r\nMore: 1\r\n\r\n",
		"a block":                        "Response: Success\r\nActionID: <id>\r\n" + many + "\r\n",
		"Follows, a line":                "Response: Follows\r\nPrivilege: Command\r\nActionID: <id>\r\na\n" + long + "\n--END COMMAND--\r\n\r\n",
		"Follows, a block":               "Response: Follows\r\nActionID: <id>\r\n" + many + "--END COMMAND--\r\n\r\n",
		"Follows, an empty line":         "Response: Follows\r\nActionID: <id>\r\na\n\nb\n" + many + "--END COMMAND--\r\n\r\n",
		"an item":                        "Response: Success\r\nActionID: <id>\r\nEventList: start\r\n\r\nEvent: Item\r\nActionID: <id>\r\nValue: " + long + "\r\n\r\nEvent: XComplete\r\nActionID: <id>\r\nEventList: Complete\r\n\r\n",
		"an item whose ActionID is last": "Response: Success\r\nActionID: <id>\r\nEventList: start\r\n\r\nEvent: Item\r\nValue: " + long + "\r\nActionID: <id>\r\n\r\nEvent: XComplete\r\nActionID: <id>\r\nEventList: Complete\r\n\r\n",
	} {
		t.Run(subject, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := serve(t, behindLogin(func(p *amitest.Peer) {
					a := p.Expect("Command")
					p.Write(strings.ReplaceAll(text, "<id>", a.ID()))
				}))
				conn := dialTo(t, srv, small)
				_, err := conn.Do(t.Context(), action.New("Command"))
				var limit *transport.LimitError
				if !errors.As(err, &limit) {
					t.Errorf("Do = %v, want a *transport.LimitError", err)
				}
				wantError(t, "Do", err, ami.ErrOutcomeUnknown)
				mustPing(t, conn)
				if got := conn.Stats().Oversized; got != 1 {
					t.Errorf("Oversized = %d, want 1", got)
				}
			})
		})
	}
}

// An answer so long that not even its ActionID was read is missed when the
// next one comes.
func TestOversizedAnswerWithoutActionID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := serve(t, behindLogin(func(p *amitest.Peer) {
			a := p.Expect("Big")
			p.Write("Response: Success\r\nJunk: " + long + "\r\nActionID: " + a.ID() + "\r\n\r\n")
		}))
		conn := dialTo(t, srv, small)
		big := doing(t.Context(), conn, action.New("Big"))
		synctest.Wait()
		mustPing(t, conn)
		wantError(t, "Do", (<-big).err, ami.ErrNoAnswer)
	})
}

// An event over the limit is a gap for those whom its first line may concern.
func TestOversizedEventIsAGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := serve(t, behindLogin(func(p *amitest.Peer) {
			cue(p)
			p.Emit("Event", "Hangup", "Privilege", "call,all", "ActionID", p.Received()[3].ID(), "Channel", long)
			p.Emit("Event", "Hangup", "Privilege", "call,all", "Channel", "short")
		}))
		conn := dialTo(t, srv, small)
		hangups := conn.Subscribe(event.Of[event.Hangup](), nil)
		others := conn.Subscribe(event.Of[event.Newchannel](), nil)
		mustDo(t, conn, "Cue")
		gap, ok := next(t, hangups).(event.Gap)
		if !ok || gap.Reason != event.GapOversized || gap.Missed != 1 {
			t.Errorf("first event %+v, want a Gap of one that was oversized", gap)
		}
		if got := names(t, hangups, 1); got != "Hangup" {
			t.Errorf("then came %s, want Hangup", got)
		}
		if s := others.Stats(); s.Matched != 0 {
			t.Errorf("a subscription of others has %+v", s)
		}
	})
}

// Caps: events per list.
func TestMaxListItems(t *testing.T) {
	conn := dialTo(t, serve(t, behindLogin(channelLists(5))), func(c *ami.Config) { c.MaxListItems = 4 })
	_, err := ami.List(t.Context(), conn, action.CoreShowChannels{})
	wantError(t, "List", err, ami.ErrTooManyItems, "Config.MaxListItems", "ami.Each")
	n := 0
	for _, err := range ami.Each(t.Context(), conn, action.CoreShowChannels{}) {
		if err != nil {
			t.Error(err)
		}
		n++
	}
	if n != 5 {
		t.Errorf("Each gave %d items, want 5", n)
	}
	exact := dialTo(t, serve(t, behindLogin(channelLists(4))), func(c *ami.Config) { c.MaxListItems = 4 })
	if channels, err := ami.List(t.Context(), exact, action.CoreShowChannels{}); err != nil || len(channels) != 4 {
		t.Errorf("List = %d channels, %v, want 4", len(channels), err)
	}
}

// Caps: bytes per list. Each holds no more than that for a slow loop.
func TestMaxListBytes(t *testing.T) {
	const item = len("Event: CoreShowChannel\r\nActionID: ") + 32 + len("\r\nChannel: PJSIP/1\r\nUniqueid: 1.1\r\n")
	synctest.Test(t, func(t *testing.T) {
		conn := dialTo(t, serve(t, behindLogin(channelLists(50))), func(c *ami.Config) { c.MaxListBytes = 10 * item })
		_, err := ami.List(t.Context(), conn, action.CoreShowChannels{})
		wantError(t, "List", err, ami.ErrTooManyItems, "Config.MaxListItems or MaxListBytes", "ami.Each")
		n := 0
		for _, each := range ami.Each(t.Context(), conn, action.CoreShowChannels{}) {
			synctest.Wait() // the list comes to its end meanwhile
			if err = each; err == nil {
				n++
			}
		}
		wantError(t, "Each in a slow loop", err, ami.ErrTooManyItems)
		if n < 10 || n > 11 { // an item here is a little smaller
			t.Errorf("a slow loop over Each had %d items of 50, want the ten that fit", n)
		}
		mustPing(t, conn)
	})
	conn := dialTo(t, serve(t, behindLogin(channelLists(50))), func(c *ami.Config) { c.MaxListBytes = 50 * item })
	if channels, err := ami.List(t.Context(), conn, action.CoreShowChannels{}); err != nil || len(channels) != 50 {
		t.Errorf("List = %d channels, %v, want 50", len(channels), err)
	}
}

// channelLists answers every CoreShowChannels with n channels.
func channelLists(n int) amitest.Script {
	return func(p *amitest.Peer) {
		p.Handle("CoreShowChannels", func(p *amitest.Peer, a amitest.Action) {
			var items [][]string
			for range n {
				items = append(items, []string{"Event", "CoreShowChannel", "Channel", "PJSIP/1", "Uniqueid", "1.1"})
			}
			p.List(a, "CoreShowChannelsComplete", items...)
		})
	}
}
