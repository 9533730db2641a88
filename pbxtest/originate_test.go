package pbxtest_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// TestOriginateChannelID has a manager choose Uniqueids. A call of a phone that is made later joins the older one, whatever their text is.
func TestOriginateChannelID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newDesk(t)
		_, client := connect(t, p)
		responses := client.Subscribe(event.Of[event.OriginateResponse](), nil)
		ann, bea := take(t, p, "100"), take(t, p, "101")
		call := action.Originate{Channel: "PJSIP/100", Context: "office", Exten: "101", Priority: 1, ChannelID: "mine", Async: true}
		for range 2 { // the second one fails, since there is such a channel
			if _, err := client.Do(t.Context(), call); err != nil {
				t.Fatal(err)
			}
		}
		e, err := responses.Next(t.Context())
		if r, ok := e.(event.OriginateResponse); err != nil || !ok || r.Response != "Failure" || r.UniqueID != "mine" {
			t.Errorf("%+v, %v, want the second call to fail", e, err)
		}
		must(t, ann.next().Answer())
		must(t, bea.next().Answer())
		channels, err := ami.List(t.Context(), client, action.CoreShowChannels{})
		if err != nil || len(channels) != 2 {
			t.Fatalf("CoreShowChannels = %v, %v, want two", channels, err)
		}
		for _, c := range channels {
			if c.LinkedID != "mine" || strings.HasPrefix(c.Channel, "PJSIP/100-") != (c.UniqueID == "mine") {
				t.Errorf("%s has the Uniqueid %s and the Linkedid %s", c.Channel, c.UniqueID, c.LinkedID)
			}
		}
	})
}
