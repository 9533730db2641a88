package ami_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// nothing is a server that has nothing to list: no phones, queues, hints, peers,
// mailboxes and calls.
func nothing() *lab.Config {
	empty := map[string]string{}
	for _, name := range []string{"agents", "iax", "pjsip", "queues", "sip", "skinny", "voicemail", "xmpp", "confbridge", "res_parking"} {
		empty[name+".conf"] = "[general]\n"
	}
	empty["pjsip.conf"], empty["extensions.conf"] = "", "[general]\n"
	return &lab.Config{Files: empty, Append: map[string]string{"modules.conf": "noload => res_parking.so\n"}}
}

// fieldsOf are what lists of one thing need to be asked for at all; nothing of
// that name is there.
var fieldsOf = map[string][]string{
	"bridgeinfo":          {"BridgeUniqueid", "none"},
	"confbridgelist":      {"Conference", "none"},
	"coreshowchannelmap":  {"Channel", "none"},
	"dbget":               {"Family", "none", "Key", "none"},
	"dbgettree":           {"Family", "none"},
	"faxsession":          {"SessionNumber", "1"},
	"hangup":              {"Channel", "/^none$/"},
	"mwiget":              {"Mailbox", "none"},
	"status":              {"Channel", "none"},
	"pjsiphangup":         {"Channel", "/^none$/"},
	"pjsipshowendpoint":   {"Endpoint", "none"},
	"voicemailboxsummary": {"Context", "default", "Mailbox", "none"},
	"voicemailuserstatus": {"Context", "default", "Mailbox", "none"},
}

// listsOf is every list action that the server has.
func listsOf(t *testing.T, conn *ami.Conn) (lists []action.Action) {
	t.Helper()
	for _, name := range actionsOf(t, conn) {
		if spec, _ := action.Lookup(name); spec.End != "" && !spec.Session {
			lists = append(lists, action.New(spec.Name, fieldsOf[strings.ToLower(name)]...))
		}
	}
	return lists
}

// Of every list action of the server, where there is nothing to list: whatever a
// snapshot of it is refused with means that it is empty.
func TestLiveNothingToList(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, nothing())
			conn := connect(t, s, "all", nil)
			lists := listsOf(t, conn)
			sub := conn.Subscribe(event.Or(), &ami.SubscribeConfig{Snapshot: lists})
			defer sub.Close()
			_, synced := synced(t, sub)
			if len(synced.Lists) != len(lists) {
				t.Fatalf("Synced has %d results, want %d", len(synced.Lists), len(lists))
			}
			refused := 0
			for i, a := range lists {
				_, err := conn.Do(deadline(t, 10*time.Second), a)
				if err != nil {
					refused++
				}
				if got := synced.Lists[i]; got.Err != nil || err != nil && got.Items != 0 {
					t.Errorf("%s: Do = %v, and the result of a snapshot is %+v", a.ActionName(), err, got)
				}
			}
			if refused < 10 {
				t.Errorf("%d of %d lists are refused, want at least 10", refused, len(lists))
			}
			deniedIsNotNone(t, connect(t, s, "readonly", nil), lists)
		})
	}
}

// deniedIsNotNone takes the lists as a user without rights: a list that needs one is
// denied, not empty.
func deniedIsNotNone(t *testing.T, conn *ami.Conn, lists []action.Action) {
	t.Helper()
	sub := conn.Subscribe(event.Or(), &ami.SubscribeConfig{Snapshot: lists})
	defer sub.Close()
	_, s := synced(t, sub)
	for _, got := range s.Lists {
		spec, _ := action.Lookup(got.Action)
		if denied := errors.Is(got.Err, ami.ErrPermissionDenied); denied != (spec.Class != 0) {
			t.Errorf("%s: the result of a user without rights is %+v", got.Action, got)
		}
	}
}
