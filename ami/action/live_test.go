package action_test

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// dial logs in as who may do everything.
func dial(t *testing.T, s *lab.Server) *ami.Conn {
	t.Helper()
	user := s.User("all")
	conn, err := ami.Dial(t.Context(), s.AMI(), &ami.Config{Username: user.Name, Secret: user.Secret, EventMask: "off"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// do runs a with the patience that a list of a busy server needs.
func do(t *testing.T, conn *ami.Conn, a action.Action, patience time.Duration) (*ami.Response, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	return conn.Do(ctx, a)
}

// commands are the actions that the server has.
func commands(t *testing.T, conn *ami.Conn) map[string]bool {
	t.Helper()
	response, err := do(t, conn, action.ListCommands{}, 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string]bool)
	for key := range response.Fields.All() {
		if key != "Response" && key != "ActionID" {
			all[key] = true
		}
	}
	return all
}

func TestEveryCommandOfTheServerIsTyped(t *testing.T) {
	known := make(map[string]bool)
	for _, a := range everyAction() {
		known[a.zero.ActionName()] = true
	}
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		there := commands(t, dial(t, s))
		if len(there) < 120 {
			t.Errorf("the server has %d actions", len(there))
		}
		for name := range there {
			if !known[name] {
				t.Errorf("%s has no type", name)
			}
		}
	})
}

// missing matches what Asterisk says when a header is missing. A refusal of the
// value "x" is fine.
var missing = regexp.MustCompile(`(?i)unknown command|not specified|must (be )?specif|missing|required|is needed|no \w+ (was )?(specified|provided)|need (a|an|to)`)

func TestRequiredFieldsAreEnough(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		conn := dial(t, s)
		there := commands(t, conn)
		for _, a := range everyAction() {
			name := a.zero.ActionName()
			if !there[name] {
				if strings.Contains(a.docs, s.Version().String()) {
					t.Logf("%s: not loaded", name)
				}
				continue
			}
			at, patience := conn, 20*time.Second
			spec, _ := action.Lookup(name)
			switch {
			case name == "WaitEvent":
				a.full = action.WaitEvent{Timeout: time.Second}
				fallthrough
			case spec.Session:
				at = dial(t, s)
			case silent[name]:
				at, patience = dial(t, s), time.Second
			}
			_, err := do(t, at, a.full, patience)
			var refusal *ami.Error
			if errors.As(err, &refusal) && missing.MatchString(refusal.Response.Message()) {
				t.Errorf("%#v: %v", a.full, err)
			} else if err != nil && refusal == nil && !silent[name] && name != "Logoff" {
				t.Errorf("%#v: %v", a.full, err)
			}
		}
	})
}

// silent may be answered by nothing, or by lines that are no response.
var silent = map[string]bool{"Events": true, "IAXnetstats": true, "SKINNYshowdevice": true, "SKINNYshowline": true}

// lists have what makes a list action list something.
var lists = map[string]action.Action{
	"ConfbridgeList":       action.ConfbridgeList{Conference: "7"},
	"DBGet":                action.DBGet{Family: "lab", Key: "key"},
	"DBGetTree":            action.DBGetTree{Family: "lab"},
	"Hangup":               action.Hangup{Channel: "/^Local.never/"},
	"PJSIPHangup":          action.PJSIPHangup{Channel: "/^PJSIP.never/", Cause: "486"},
	"MWIGet":               action.MWIGet{Mailbox: "/.*/"},
	"PJSIPShowEndpoint":    action.PJSIPShowEndpoint{Endpoint: "100"},
	"PJSIPShowMaintenance": action.PJSIPShowMaintenance{},
	"VoicemailBoxSummary":  action.VoicemailBoxSummary{Context: "default", Mailbox: "100"},
	"VoicemailUserStatus":  action.VoicemailUserStatus{Context: "default", Mailbox: "100"},
}

// mayBeEmpty are the lists that the lab can't fill, or not in every version.
var mayBeEmpty = regexp.MustCompile(`^(Hangup|PJSIPHangup|IAXregistry|SIPshowregistry|PJSIPShowContacts|PJSIPShowRegistrations\w+|` +
	`PJSIPShowRegistrationInbound\w+|PJSIPShowSubscriptions\w+|PJSIPShowResourceLists|FAXSessions|DAHDI\w+|PRI\w+|Meetme\w+|WaitEvent|FAXSession)$`)

// miscounted are lists that Asterisk sends wrongly: those of SKINNY have no empty
// line between the last item and the end, and 16's DBGetTree counts one of none.
// FAXStats has its event as the end.
var miscounted = regexp.MustCompile(`^(SKINNYdevices|SKINNYlines|DBGetTree|FAXStats)$`)

func TestEveryListEndsByItself(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		conn := dial(t, s)
		there := commands(t, conn)
		eachList(t, conn, there, func(name string, n int) { t.Logf("%s: %d", name, n) })
		channel, bridge := fill(t, conn, there)
		lists := map[string]action.Action{
			"CoreShowChannelMap": action.CoreShowChannelMap{Channel: channel}, "BridgeInfo": action.BridgeInfo{BridgeUniqueID: bridge},
		}
		eachList(t, conn, there, func(name string, n int) {
			if n == 0 && !mayBeEmpty.MatchString(name) && lists[name] == nil {
				t.Errorf("%s is empty", name)
			}
		})
		for name, a := range lists {
			if n := wantList(t, conn, name, a); there[name] && n == 0 {
				t.Errorf("%s is empty", name)
			}
		}
	})
}

func eachList(t *testing.T, conn *ami.Conn, there map[string]bool, visit func(name string, n int)) {
	t.Helper()
	for _, a := range everyAction() {
		name := a.zero.ActionName()
		if a.items == "" || !there[name] || name == "WaitEvent" {
			continue
		}
		if full := lists[name]; full != nil {
			a.full = full
		}
		visit(name, wantList(t, conn, name, a.full))
	}
}

// wantList runs a list action, which must end by itself with as many items as
// Asterisk counted, or be refused, and returns their number.
func wantList(t *testing.T, conn *ami.Conn, name string, a action.Action) int {
	t.Helper()
	response, err := do(t, conn, a, 10*time.Second)
	var refusal *ami.Error
	if errors.As(err, &refusal) {
		return 0
	}
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return 0
	}
	spec, _ := action.Lookup(name)
	if response.End == nil {
		if response.Get("EventList") != "" {
			t.Errorf("%s has no end", name)
		}
		return len(response.Events)
	}
	if miscounted.MatchString(name) {
		return 1
	}
	if end := response.End.EventName(); end != spec.End {
		t.Errorf("%s ended with %s, want %s", name, end, spec.End)
	}
	if counted, ok := response.End.Fields().Lookup("ListItems"); ok && counted != strconv.Itoa(len(response.Events)) {
		t.Errorf("%s has %d items, and says %s", name, len(response.Events), counted)
	}
	for _, ev := range response.Events {
		if _, unknown := ev.(event.Unknown); unknown {
			t.Errorf("%s has an item of no type: %s", name, ev.EventName())
		}
	}
	return len(response.Events)
}

// fill makes calls and states, and returns a channel and a bridge of a
// conference.
func fill(t *testing.T, conn *ami.Conn, there map[string]bool) (channel, bridge string) {
	t.Helper()
	for _, a := range []action.Action{
		action.DBPut{Family: "lab", Key: "key", Val: "v"},
		action.DialplanExtensionAdd{Context: "default", Extension: "800", Priority: "hint", Application: "Custom:lamp"},
		action.Setvar{Variable: "DEVICE_STATE(Custom:lamp)", Value: "INUSE"},
		action.Setvar{Variable: "PRESENCE_STATE(CustomPresence:me)", Value: "away,sub,text"},
	} {
		if _, err := do(t, conn, a, 10*time.Second); err != nil {
			t.Errorf("%#v: %v", a, err)
		}
	}
	do(t, conn, action.PJSIPSetMaintenance{Endpoint: "100", State: true}, 10*time.Second) // not in 16
	for _, to := range []string{"park@app", "queue@app", "conf-7@app", "conf-7@app", "voicemail@app"} {
		a := action.Originate{Channel: "Local/" + to, Application: "Wait", Data: "20", Async: true}
		if to == "voicemail@app" {
			a.Data = "2" // the message is there when the call is over
		}
		if _, err := do(t, conn, a, 10*time.Second); err != nil {
			t.Errorf("%#v: %v", a, err)
		}
	}
	var parked []event.ParkedCall
	messages := 0
	if !there["VoicemailUsersList"] { // 16 in Debian has no voicemail
		messages = 1
	}
	for deadline := time.Now().Add(time.Minute); bridge == "" || len(parked) == 0 || messages == 0; {
		if time.Now().After(deadline) {
			t.Fatalf("the calls did not come up: bridge %q, parked %d, messages %d", bridge, len(parked), messages)
		}
		channels, err := ami.List(t.Context(), conn, action.CoreShowChannels{})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range channels {
			if c.Application == "ConfBridge" && c.BridgeID != "" {
				channel, bridge = c.Channel, c.BridgeID
			}
		}
		if parked, err = ami.List(t.Context(), conn, action.ParkedCalls{}); err != nil {
			t.Fatal(err)
		}
		if messages > 0 {
			continue
		}
		boxes, err := ami.List(t.Context(), conn, action.VoicemailUsersList{})
		if err != nil {
			t.Fatal(err)
		}
		for _, box := range boxes {
			messages += box.NewMessageCount
		}
	}
	return channel, bridge
}
