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

// With ASTERISK_RECORD=1 the stories that have a name for it replace the captures of packages live and gateway.

// record begins a capture, with lists before and after it.
func (story liveStory) record(t *testing.T, ctx context.Context, client ami.Session, version string) (finish func()) {
	t.Helper()
	if os.Getenv("ASTERISK_RECORD") != "1" || story.capture+story.ending == "" {
		return func() {}
	}
	wanted := event.Named("Newchannel", "Newstate", "NewCallerid", "NewConnectedLine", "Newexten", "Rename", "HangupRequest", "SoftHangupRequest", "Hangup",
		"DialBegin", "DialState", "DialEnd", "Pickup", "BridgeCreate", "BridgeEnter", "BridgeLeave", "BridgeDestroy", "Hold", "Unhold",
		"BlindTransfer", "AttendedTransfer", "QueueCallerJoin", "QueueCallerLeave", "QueueCallerAbandon", "AgentConnect")
	lists := []action.Action{action.BridgeList{}, action.Status{}}
	sub := client.Subscribe(wanted, &ami.SubscribeConfig{Snapshot: lists})
	var text strings.Builder
	synced := func(ctx context.Context) {
		for ended := false; !ended; {
			ev, err := sub.Next(ctx)
			if err != nil {
				t.Fatal(err)
			}
			text.WriteString(ev.Fields().String() + "\r\n")
			_, ended = ev.(event.Synced)
		}
	}
	synced(ctx)
	return func() {
		defer sub.Close()
		_ = ami.Refresh(sub, lists...) // it fails only for a hub that is no session's
		synced(ctx)
		name := filepath.Join("..", "..", "ami", "live", "testdata", story.capture+"-"+version+".log")
		if story.ending != "" {
			name = filepath.Join("..", "..", "ami", "gateway", "testdata", story.ending+"-"+version+".log")
		}
		if err := os.WriteFile(name, []byte(strings.TrimSuffix(text.String(), "\r\n\r\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
