package conformance

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// askDialplan writes a value with line breaks to the database.
const askDialplan = `
[ask]
exten => lines,1,Set(DB(ask/lines)=${URIDECODE(first%0ASecond: 2%0D%0AActionID: forged)})
 same => n,Answer()
 same => n,Hangup()
`

// ask: an action with one value as its answer gives that with its type.
func (p *place) ask(t *testing.T) {
	s := p.open(t, "all")
	p.askVariables(t, s)
	p.askDatabase(t, s)
	p.askServer(t, s)
	p.askMailboxes(t, s)
	ctx := deadline(t, 10*time.Second)
	for exten, want := range map[string]action.ExtensionStateAnswer{
		"100": {Hint: "PJSIP/100", Status: event.ExtensionUnavailable, StatusText: "Unavailable"},
		"999": {Status: event.ExtensionDeactivated, StatusText: "Unknown"},
	} {
		if got, err := ami.Ask(ctx, s, action.ExtensionState{Exten: exten, Context: "hints"}); err != nil || got != want {
			t.Errorf("Ask(ExtensionState of %s) = %+v, %v, want %+v", exten, got, err, want)
		}
	}
	for module, want := range map[string]bool{"app_queue.so": true, "app_queue": true, "absent": false} {
		if got, err := ami.Ask(ctx, s, action.ModuleCheck{Module: module}); err != nil || got != want {
			t.Errorf("Ask(ModuleCheck of %s) = %v, %v, want %v", module, got, err, want)
		}
	}
	loaded, err := ami.Ask(ctx, p.open(t, "readonly"), action.ModuleCheck{Module: "app_queue.so"})
	if loaded || !errors.Is(err, ami.ErrPermissionDenied) {
		t.Errorf("Ask(ModuleCheck) without the right = %v, %v, want %v", loaded, err, ami.ErrPermissionDenied)
	}
}

func (p *place) askVariables(t *testing.T, s ami.Session) {
	ctx := deadline(t, 10*time.Second)
	do(t, s, action.Setvar{Variable: "ASKED", Value: `two words, "quoted"`})
	for variable, want := range map[string]string{
		"ASKED":    `two words, "quoted"`,
		"NOT_SET":  "",
		"ABSENT()": "",
		"URIDECODE(first%0ASecond: 2%0D%0AValue: x%20)": "first\nSecond: 2\r\nValue: x ",
		"URIDECODE(first%0A)":                           "first",
		"URIDECODE( %20first)":                          "  first",
	} {
		if got, err := ami.Ask(ctx, s, action.Getvar{Variable: variable}); err != nil || got != want {
			t.Errorf("Ask(Getvar of %s) = %q, %v, want %q", variable, got, err, want)
		}
	}
	if got, err := ami.Ask(ctx, s, action.Getvar{Channel: "Local/none", Variable: "ASKED"}); got != "" || !errors.Is(err, ami.ErrNoSuchChannel) {
		t.Errorf("Ask(Getvar of no channel) = %q, %v, want %v", got, err, ami.ErrNoSuchChannel)
	}
}

func (p *place) askDatabase(t *testing.T, s ami.Session) {
	ctx := deadline(t, 10*time.Second)
	do(t, s, action.DBPut{Family: "ask", Key: "plain", Val: "two words"})
	do(t, s, action.DBPut{Family: "ask", Key: "empty"})
	do(t, s, action.Originate{Channel: "Local/lines@ask", Application: "Wait", Data: "1"}) // the call is answered once the value is written
	for key, want := range map[string]string{"plain": "two words", "empty": "", "lines": "first\nSecond: 2\r\nActionID: forged"} {
		if got, err := ami.Ask(ctx, s, action.DBGet{Family: "ask", Key: key}); err != nil || got != want {
			t.Errorf("Ask(DBGet of %s) = %q, %v, want %q", key, got, err, want)
		}
	}
	if got, err := ami.Ask(ctx, s, action.DBGet{Family: "ask", Key: "absent"}); got != "" || !errors.Is(err, ami.ErrNoSuchKey) {
		t.Errorf("Ask(DBGet of an absent key) = %q, %v, want %v", got, err, ami.ErrNoSuchKey)
	}
}

func (p *place) askServer(t *testing.T, s ami.Session) {
	ctx := deadline(t, 10*time.Second)
	settings, err := ami.Ask(ctx, s, action.CoreSettings{})
	if err != nil || settings.Version.Major < int(p.server.Version()) || settings.Version.Protocol == "" || !settings.HTTP || !settings.CDR || settings.RealTime {
		t.Errorf("Ask(CoreSettings) = %+v, %v", settings, err)
	}
	status, err := ami.Ask(ctx, s, action.CoreStatus{})
	now := time.Now()
	if err != nil || status.Started.After(now) || now.Sub(status.Started) > 24*time.Hour || status.Reloaded.Before(status.Started) || status.Reloaded.After(now) {
		t.Errorf("Ask(CoreStatus) = %+v, %v at %v", status, err, now)
	}
	if told := p.server.Version() > lab.V16; told != (status.ProcessedCalls > 0) {
		t.Errorf("Ask(CoreStatus) = %+v, after a call", status)
	}
}

// askMailboxes writes messages as app_voicemail does.
func (p *place) askMailboxes(t *testing.T, s ami.Session) {
	ctx := deadline(t, 10*time.Second)
	box := filepath.Join(p.server.Dir(), "spool", "voicemail", "default", "101")
	t.Cleanup(func() { _ = os.RemoveAll(box) })
	for folder, messages := range map[string][]string{"INBOX": {"msg0000.txt", "msg0001.txt"}, "Urgent": {"msg0000.txt"}, "Old": {"msg0000.txt", "msg0001.txt", "msg0002.txt"}} {
		if err := os.MkdirAll(filepath.Join(box, folder), 0o755); err != nil {
			t.Fatal(err)
		}
		for _, message := range messages {
			if err := os.WriteFile(filepath.Join(box, folder, message), []byte("[message]\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	full := action.MailboxCountAnswer{Urgent: 1, New: 2, Old: 3}
	if p.server.Version() == lab.V16 { // there is no app_voicemail in it
		full = action.MailboxCountAnswer{}
	}
	for mailbox, want := range map[string]action.MailboxCountAnswer{"101@default": full, "100@default": {}, "absent@default": {}} {
		got, err := ami.Ask(ctx, s, action.MailboxCount{Mailbox: mailbox})
		if err != nil || got != want {
			t.Errorf("Ask(MailboxCount of %s) = %+v, %v, want %+v", mailbox, got, err, want)
		}
		waiting, err := ami.Ask(ctx, s, action.MailboxStatus{Mailbox: mailbox})
		if err != nil || waiting != (want.New > 0) {
			t.Errorf("Ask(MailboxStatus of %s) = %v, %v, want %v", mailbox, waiting, err, want.New > 0)
		}
	}
}
