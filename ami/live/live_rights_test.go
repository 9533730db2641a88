package live_test

import (
	"context"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// What a user may not see is not shown, and Parts says what lacks; what is there is right.
func TestLiveRights(t *testing.T) {
	onBoth(t, func(t *testing.T, s *lab.Server) {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		w := watch(t, s)
		call, err := ami.Originate(ctx, w.other, action.Originate{Channel: "Local/answer@outcome/n", Application: "Wait", Data: "60"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := call.Wait(ctx); err != nil {
			t.Fatal(err)
		}
		w.agrees("standing", 2)
		for user, want := range map[string]struct {
			channels int
			complete bool
			missing  string
		}{
			"all":      {2, true, ""},
			"crm":      {2, true, ""}, // read=call,user,reporting
			"nocall":   {0, false, "read=call"},
			"noread":   {0, false, "read=call"},
			"readonly": {0, false, "write="},
		} {
			login := s.User(user)
			client, err := ami.Connect(ctx, s.AMI(), &ami.Config{Username: login.Name, Secret: login.Secret})
			if err != nil {
				t.Fatal(err)
			}
			m, err := live.Watch(ctx, client, nil)
			if err != nil {
				t.Fatalf("Watch as %s = %v", user, err)
			}
			n := 0
			for range m.View().Channels() {
				n++
			}
			part := m.Parts()[0]
			if n != want.channels || part.Complete != want.complete || part.Absent != (n == 0) || !strings.Contains(part.String(), want.missing) {
				t.Errorf("%s sees %d channels, %v, want %+v", user, n, part, want)
			}
			_, err = m.Wait(ctx, call.ChannelID())
			if (err == nil) != (n > 0) {
				t.Errorf("%s: Wait = %v", user, err)
			}
			if err := m.Refresh(ctx, live.PartChannels); (err == nil) != (n > 0 || user == "readonly") {
				t.Errorf("%s: Refresh = %v", user, err)
			}
			_ = m.Close()
			_ = client.Close()
		}
		hangUpAll(t, ctx, w)
		w.agrees("after", 0)
	})
}
