package pbxtest_test

import (
	"testing"
	"testing/synctest"

	"github.com/asterisk-go/asterisk-go/ajam"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/pbxtest"
)

func TestAJAM(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pbx, err := pbxtest.New(&office)
		if err != nil {
			t.Fatal(err)
		}
		defer pbx.Close()
		client, err := ajam.Connect(t.Context(), "http://pbx", &ajam.Config{HTTPClient: pbx.HTTPClient(), Config: ami.Config{Username: pbxtest.Admin.Name, Secret: pbxtest.Admin.Secret}})
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		rings := client.Subscribe(event.Of[event.DialState](), nil)
		take(t, pbx, "100").call("103")
		if _, err := rings.Next(t.Context()); err != nil {
			t.Fatal(err)
		}
		channels, err := ami.List(t.Context(), client, action.CoreShowChannels{})
		if err != nil || len(channels) != 2 {
			t.Errorf("CoreShowChannels = %v, %v, want two", channels, err)
		}
	})
}
