package live_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/live"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// realtimeFiles have a table of members of queues in the file that realtimeMembers makes.
var realtimeFiles = map[string]string{
	"queues.conf":    queuesConf,
	"extconfig.conf": "[settings]\nqueue_members => sqlite3,members,queue_members\n",
	// For its CDRs Asterisk makes a table of any columns, which is all that is wanted of this module: CDRs make rows that are of no queue.
	// (22 does not survive the next CDR after the module was unloaded.)
	"cdr_sqlite3_custom.conf": "[master]\ntable => queue_members\ncolumns => queue_name, interface, membername, penalty, paused, uniqueid, reason_paused\n" +
		"values => '','','','','','',''\n",
}

// realtimeMembers has Asterisk read members from a table that it makes, or skips the test.
func (w watched) realtimeMembers(s *lab.Server) {
	w.t.Helper()
	database := strings.TrimPrefix(s.Dir(), s.Root()) + "/log/master.db"
	if err := s.Reconfigure("res_config_sqlite3.conf", "[members]\ndbfile => "+database+"\n"); err != nil {
		w.t.Fatal(err)
	}
	for _, module := range []string{"cdr_sqlite3_custom.so", "res_config_sqlite3.so"} {
		if _, err := w.other.Do(w.t.Context(), action.ModuleLoad{Module: module, LoadType: action.LoadLoad}); err != nil {
			w.t.Skipf("%s has no table of members, for it has no %s: %v", s.Asterisk(), module, err)
		}
	}
}

// table changes the table by a command of res_realtime, of which the answer says that it did. (Of destroy with res_config_sqlite3 it says so,
// and the row stays.)
func (w watched) table(s *lab.Server, command, want string) {
	w.t.Helper()
	if out, err := s.CLI(w.t.Context(), "realtime "+command); err != nil || !strings.Contains(out, want) {
		w.t.Fatalf("%s: %q, %v", command, out, err)
	}
}

// A member that is put into the table, or taken out of it, comes or goes with the next caller: there is no QueueMemberAdded, and no event
// at all of its end. The model is right within Recheck.
func TestLiveQueueRealtimeMembers(t *testing.T) {
	t.Parallel()
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, &lab.Config{Files: realtimeFiles})
			w := watchOver(t, s, &live.Config{Parts: []live.PartName{live.PartQueues}, Recheck: time.Second}, nil)
			w.realtimeMembers(s)
			ctx, cancel := context.WithTimeout(t.Context(), rechecked)
			defer cancel()
			changes := w.model.Subscribe(&live.SubscribeConfig{Queues: []string{"night"}})
			defer changes.Close()
			member := func(what, name string, so func(live.Changed[live.QueueMember]) bool) *live.QueueMember {
				t.Helper()
				return awaitChange(ctx, t, changes, what, func(c live.Changed[live.QueueMember]) bool { return c.After.Name == name && so(c) })
			}
			added := func(c live.Changed[live.QueueMember]) bool { return c.Kind == live.KindAdded }
			removed := func(c live.Changed[live.QueueMember]) bool { return c.Kind == live.KindRemoved && c.Synthetic }
			for _, row := range []string{"interface PJSIP/101 membername Rea penalty 2 uniqueid 7", "interface PJSIP/102 membername Rob penalty 1 uniqueid 8"} {
				w.table(s, "store queue_members queue_name night "+row, "Stored")
			}
			w.queuesAgree("with a table that nobody has read", true)
			w.enqueue(ctx, "night")
			if m := member("a member of the table", "Rob", added); m.Penalty != 1 {
				t.Errorf("%+v", m)
			}
			w.queuesAgree("after a caller", false)
			w.do(action.QueuePause{Queue: "night", Interface: "PJSIP/101", Paused: true})
			member("a pause", "Rea", func(c live.Changed[live.QueueMember]) bool { return c.After.Paused && c.After.Membership == "realtime" })
			w.queuesAgree("after a list", true)
			if m, ok := w.model.View().QueueMember("night", "PJSIP/101"); !ok || m.Membership != "realtime" {
				t.Errorf("after a list %+v, want a realtime member", m)
			}
			w.table(s, "update queue_members uniqueid 8 queue_name none", "Updated 1")
			w.enqueue(ctx, "night")
			member("its end", "Rob", removed)
			w.queuesAgree("after another caller", false)
			w.table(s, "update queue_members uniqueid 7 queue_name none", "Updated 1")
			w.enqueue(ctx, "night")
			member("the end of the last one", "Rea", removed)
			w.queuesAgree("without members", false)
			hangUpAll(t, ctx, w)
			w.queuesAgree("after all", true)
		})
	}
}
