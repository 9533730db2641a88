package sipua_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// With ASTERISK_RECORD=1 the stories that have a name for it replace the captures of package live.

// record begins a capture, with lists before and after it.
func (story liveStory) record(t *testing.T, client *ami.Client, version string) (finish func(ctx context.Context)) {
	t.Helper()
	if os.Getenv("ASTERISK_RECORD") != "1" || story.capture == "" {
		return func(context.Context) {}
	}
	wanted := event.Named("Newchannel", "Newstate", "NewCallerid", "NewConnectedLine", "Newexten", "Rename", "HangupRequest", "SoftHangupRequest", "Hangup",
		"DialBegin", "DialState", "DialEnd", "Pickup", "BridgeCreate", "BridgeEnter", "BridgeLeave", "BridgeDestroy", "Hold", "Unhold",
		"BlindTransfer", "AttendedTransfer", "QueueCallerJoin", "QueueCallerLeave", "QueueCallerAbandon", "AgentConnect")
	lists := []action.Action{action.BridgeList{}, action.Status{}}
	sub := client.Subscribe(wanted, &ami.SubscribeConfig{Snapshot: lists})
	return func(ctx context.Context) {
		defer sub.Close()
		var text strings.Builder
		_ = ami.Refresh(sub, lists...) // it fails only for a hub that is no session's
		for synced := 0; synced < 2; {
			ev, err := sub.Next(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if text.WriteString(ev.Fields().String() + "\r\n"); ev.EventName() == "Synced" {
				synced++
			}
		}
		name := filepath.Join("..", "..", "ami", "live", "testdata", story.capture+"-"+version+".log")
		if err := os.WriteFile(name, []byte(strings.TrimSuffix(text.String(), "\r\n\r\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
