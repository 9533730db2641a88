package ami_test

import (
	"errors"
	"testing"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
)

// kinds are all that a refusal can be.
var kinds = []error{
	ami.ErrPermissionDenied, ami.ErrUnknownAction, ami.ErrNoSuchChannel, ami.ErrLoginRefused, ami.ErrLoginInUse,
	ami.ErrShuttingDown, ami.ErrNoSuchExtension, ami.ErrNoSuchQueue, ami.ErrNoSuchMember, ami.ErrNoSuchKey, ami.ErrAlreadyExists,
	ami.ErrInvalid, ami.ErrNotSent, ami.ErrOutcomeUnknown, ami.ErrNoAnswer, ami.ErrClosed,
}

// "No such channel" in all its wordings → one typed error; the text names the
// remedy where there is one.
func TestRefusals(t *testing.T) {
	for _, test := range []struct {
		action, message string
		is              error // nil for none of kinds
		says            string
	}{
		{"Originate", "Permission denied", ami.ErrPermissionDenied, "(the user needs write=originate in"},
		{"Originate", "Originate Access Forbidden: Application", ami.ErrPermissionDenied, "write=system"},
		{"Originate", "Originate Access Forbidden: Data", ami.ErrPermissionDenied, "write=system"},
		{"Originate", "Originate Access Forbidden: app or data blacklisted", ami.ErrPermissionDenied, "write=system"},
		{"Getvar", "GetVar Access Forbidden: Variable", ami.ErrPermissionDenied, "write=system"},
		{"Status", "Status Access Forbidden: Variables", ami.ErrPermissionDenied, "write=system"},
		{"UpdateConfig", "File requires escalated priveledges", ami.ErrPermissionDenied, "live_dangerously"},
		{"GetConfig", "File requires escalated privileges", ami.ErrPermissionDenied, "live_dangerously"},
		{"Command", "Command blacklisted", ami.ErrPermissionDenied, "no user"},
		{"Setvar", "Variable not set", nil, "Variable not set"},
		{"Status", "Permission denied", ami.ErrPermissionDenied, "one of write=system,call,reporting"},
		{"MyOwn", "Permission denied", ami.ErrPermissionDenied, "write="},
		{"MyOwn", "Invalid/unknown command: MyOwn. Use Action: ListCommands to show available commands.", ami.ErrUnknownAction, "module"},
		{"Hangup", "No such channel", ami.ErrNoSuchChannel, "No such channel"},
		{"Redirect", "No such channel.", ami.ErrNoSuchChannel, ""},
		{"Redirect", "Channel does not exist: PJSIP/1", ami.ErrNoSuchChannel, ""},
		{"Park", "Channel specified does not exist: x", ami.ErrNoSuchChannel, ""},
		{"PlayDTMF", "Channel not found", ami.ErrNoSuchChannel, ""},
		{"MixMonitor", "Could not get channel snapshot", ami.ErrNoSuchChannel, ""},
		{"AGI", "Channel PJSIP/1 does not exist", ami.ErrNoSuchChannel, ""},
		{"Ping", "Asterisk is shutting down", ami.ErrShuttingDown, ""},
		{"Redirect", "ExtraChannel does not exist: x", ami.ErrNoSuchChannel, ""},
		{"QueueAdd", "Unable to add interface to queue: No such queue", ami.ErrNoSuchQueue, "ami: QueueAdd: Unable to add interface to queue: No such queue"},
		{"QueueRemove", "Unable to remove interface from queue: No such queue", ami.ErrNoSuchQueue, ""},
		{"QueueChangePriorityCaller", "Unable to change priority caller on queue: No such queue", ami.ErrNoSuchQueue, ""},
		{"QueueWithdrawCaller", "Unable to request withdraw from queue: No such queue", ami.ErrNoSuchQueue, ""},
		{"QueueWithdrawCaller", "Unable to request withdraw from queue: No such caller", nil, ""},
		{"QueueAdd", "Unable to add interface: Already there", ami.ErrAlreadyExists, ""},
		{"QueueRemove", "Unable to remove interface: Not there", ami.ErrNoSuchMember, ""},
		{"QueueRemove", "Member not dynamic", nil, ""},
		{"QueuePause", "Interface not found", ami.ErrNoSuchMember, ""},
		{"QueuePenalty", "Invalid interface, queuename or penalty", ami.ErrNoSuchMember, ""},
		{"QueueMemberRingInUse", "Invalid interface, queuename, or ringinuse value", ami.ErrNoSuchMember, ""},
		{"ShowDialPlan", "Did not find context nowhere", ami.ErrNoSuchExtension, ""},
		{"ShowDialPlan", "Did not find extension 1@out", ami.ErrNoSuchExtension, ""},
		{"DialplanExtensionAdd", "That extension and priority already exist at that context", ami.ErrAlreadyExists, ""},
		{"CreateConfig", "File exists", ami.ErrAlreadyExists, ""},
		{"ConfbridgeStartRecord", "Conference is already being recorded.", ami.ErrAlreadyExists, ""},
		{"DBGet", "Database entry not found", ami.ErrNoSuchKey, ""},
		{"DBDelTree", "Database entry not found", ami.ErrNoSuchKey, ""},
		{"DBDel", "Database entry could not be deleted", nil, ""},
		{"originate", "Extension does not exist.", ami.ErrNoSuchExtension, ""},
		{"MyOwn", "Extension does not exist.", nil, ""},
		{"MyOwn", "Interface not found", nil, ""},
		{"QueueAdd", "", nil, "refused without a message"},
		{"Originate", "Extension does not exist.", ami.ErrNoSuchExtension, "Extension does not exist."},
	} {
		conn := scripted(t, func(p *amitest.Peer) { p.Error(p.Expect(test.action), test.message) })
		_, err := conn.Do(t.Context(), action.New(test.action))
		wantError(t, test.action, err, test.is, test.says, "ami: "+test.action+": ")
		var refusal *ami.Error
		if !errors.As(err, &refusal) || refusal.Action != test.action || refusal.Response.Message() != test.message || refusal.Response.Success() {
			t.Errorf("%s = %#v, want an *Error with the answer", test.action, err)
		}
		for _, kind := range kinds {
			if errors.Is(err, kind) != (kind == test.is) {
				t.Errorf("%s, %q: errors.Is(%v) = %v", test.action, test.message, kind, kind != test.is)
			}
		}
		_ = conn.Close()
	}
}

// An action without an answer says its outcome once, and why.
func TestOutcomesAsText(t *testing.T) {
	conn := scripted(t, func(p *amitest.Peer) {})
	_ = conn.Close()
	_, err := conn.Do(t.Context(), action.Ping{})
	if got, want := err.Error(), "ami: Ping: not sent: session closed"; got != want {
		t.Errorf("Do on a closed session = %q, want %q", got, want)
	}
	open := scripted(t, func(p *amitest.Peer) {})
	for _, c := range []*ami.Conn{conn, open} { // what is wrong with the action comes first
		_, err = c.Do(t.Context(), action.Getvar{})
		var field *action.FieldError
		if !errors.As(err, &field) || field.Field != "Variable" || err.Error() != "ami: Getvar: can't be sent: action: Getvar: Variable is required" {
			t.Errorf("Do(Getvar) = %q", err)
		}
	}
}
