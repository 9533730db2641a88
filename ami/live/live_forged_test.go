package live_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/stranger"
)

// forgeries are numbers, to dial and to call from, by which a stranger names the channel of somebody else.
var forgeries = []string{
	"5\r\n\r\nEvent: Hangup\r\nChannel: %[1]s",
	"5\r\n\r\nEvent: Hangup\r\nChannel: %[1]s\r\nUniqueid: %[2]s",
	"5\r\n\r\nEvent: Newstate\r\nChannel: %[1]s\r\nChannelState: 0",
	"5\r\n\r\nEvent: Hold\r\nChannel: %[1]s\r\nUniqueid: %[2]s",
	"5\r\n\r\nEvent: BridgeLeave\r\nChannel: %[1]s\r\nUniqueid: %[2]s",
	"5\r\n\r\nEvent: MixMonitorStart\r\nChannel: %[1]s\r\nUniqueid: %[2]s",
	"5\r\n\r\nEvent: Rename\r\nChannel: %[1]s\r\nNewname: x\r\nUniqueid: %[2]s",
	"5\r\n\r\nEvent: Status\r\nChannel: %[1]s\r\nChannelState: 0",
	"5\r\nPriority: 1\r\nUniqueid: %[2]s\r\nLinkedid: %[2]s\r\n\r\n",
	"5\r\nPriority: 1\r\nUniqueid: 9.9\r\nLinkedid: %[2]s\r\n\r\n",
	"5\r\n\r\n",
}

// TestLiveForged: a stranger on a real trunk moves nobody's channel and nobody's Call, while events come and while lists run; and nothing is left of
// him when he has hung up.
func TestLiveForged(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, &lab.Config{Trunk: true})
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			w := watch(t, s)
			if _, err := w.other.Do(ctx, action.Originate{Channel: "Local/answer@outcome/n", ChannelID: "v1", Application: "Wait", Data: "60", Async: true}); err != nil {
				t.Fatal(err)
			}
			victim := awaitChannel(t, ctx, w.model, "the victim", func(c *live.Channel) bool { return c.UniqueID == "v1" && c.State == asterisk.ChannelUp })
			w.agrees("before", 2)
			refresh := func() {
				t.Helper()
				if err := w.model.Refresh(ctx, live.PartChannels); err != nil {
					t.Fatal(err)
				}
			}
			refresh()
			channel, _ := w.model.Channel("v1")
			call, _ := w.model.Call(channel.CallID)
			far := stranger.Trunk(t, s, "trunk")
			for _, forgery := range forgeries {
				text := stranger.Escape(fmt.Sprintf(forgery, victim.Name, victim.UniqueID))
				for _, invite := range []stranger.Invite{{Exten: text, Number: "1"}, {Exten: "5", Number: text}} {
					from, err := far.Dial(ctx, invite)
					if refused := (*stranger.Refused)(nil); errors.As(err, &refused) {
						continue // it is too long for a number
					} else if err != nil {
						t.Fatal(err)
					}
					refresh()
					if err := from.Bye(ctx); err != nil {
						t.Fatal(err)
					}
					refresh()
					if c, _ := w.model.Channel("v1"); c != channel {
						t.Errorf("%q: the channel was %v, and is %v", forgery, channel, c)
						channel = c
					}
					if c, _ := w.model.Call(channel.CallID); c != call {
						t.Errorf("%q: the call was %v, and is %v", forgery, call, c)
						call = c
					}
				}
			}
			w.agrees("after", 2)
			hangUpAll(t, ctx, w)
			w.agrees("at the end", 0)
		})
	}
}
