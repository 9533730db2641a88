package ami

import (
	"strings"

	"github.com/asterisk-go/asterisk-go/internal/session"
)

// What a refusal by Asterisk is about. Test for these with errors.Is.
var (
	// ErrPermissionDenied: the user may not do that. The user's write= in
	// manager.conf lacks the class of the action, or class system, which some
	// applications of Originate and some functions of Getvar and Status need
	// besides; or it is a file or a command that Asterisk keeps from AMI.
	ErrPermissionDenied = session.ErrPermissionDenied
	// ErrUnknownAction: this Asterisk, with the modules it has loaded, knows
	// no such action.
	ErrUnknownAction = session.ErrUnknownAction
	// ErrNoSuchChannel: the channel is not there, or no longer.
	ErrNoSuchChannel = session.ErrNoSuchChannel
	// ErrNoSuchExtension: the dialplan has no such extension, context or priority.
	// Originate and ShowDialPlan are refused so. Redirect and BlindTransfer are not:
	// Asterisk sends the channel there, and it ends.
	ErrNoSuchExtension = session.ErrNoSuchExtension
	// ErrNoSuchQueue: there is no queue of that name. QueueAdd, QueueRemove,
	// QueueChangePriorityCaller and QueueWithdrawCaller are refused so. The other
	// actions on a member are [ErrNoSuchMember] then, and QueueStatus and
	// QueueSummary return an empty list.
	ErrNoSuchQueue = session.ErrNoSuchQueue
	// ErrNoSuchMember: the interface is no member of the queue. Of QueuePause,
	// QueuePenalty and QueueMemberRingInUse it can also mean that there is no such
	// queue, and of QueuePenalty that the penalty is negative: Asterisk does not
	// distinguish them.
	ErrNoSuchMember = session.ErrNoSuchMember
	// ErrNoSuchKey: Asterisk's database has no such key, or for DBDelTree no such
	// family.
	ErrNoSuchKey = session.ErrNoSuchKey
	// ErrAlreadyExists: what was to be added is there already: the member of a queue
	// (QueueAdd), the extension (DialplanExtensionAdd without Replace), the file
	// (CreateConfig) or the recording (ConfbridgeStartRecord).
	ErrAlreadyExists = session.ErrAlreadyExists
	// ErrLoginRefused: user, secret or address do not fit manager.conf;
	// Asterisk does not tell which.
	ErrLoginRefused = session.ErrLoginRefused
	// ErrLoginInUse: the user is logged in elsewhere and has
	// allowmultiplelogin=no in manager.conf.
	ErrLoginInUse = session.ErrLoginInUse
	// ErrShuttingDown: Asterisk is about to end, or did.
	ErrShuttingDown = session.ErrShuttingDown
)

// How Asterisk begins refusals for want of a right that is not the class of the
// action, in lower case (main/manager.c).
const (
	escalated   = "file requires escalated" // privileges; 16 spells them differently
	blacklisted = "command blacklisted"
)

// accessForbidden is for Originate, GetVar and Status.
func accessForbidden(name string) string { return strings.ToLower(name) + " access forbidden" }

// refusal sorts messages that stay the same over the versions. It is all that
// depends on Asterisk's wording.
func refusal(name, message string) error {
	message = strings.ToLower(message)
	switch {
	case strings.HasPrefix(message, "permission denied"), strings.HasPrefix(message, accessForbidden(name)),
		strings.HasPrefix(message, escalated), message == blacklisted:
		return ErrPermissionDenied
	case strings.HasPrefix(message, "invalid/unknown command"):
		return ErrUnknownAction
	case strings.Contains(message, "shutting down"):
		return ErrShuttingDown
	case strings.HasPrefix(message, "login already in use"):
		return ErrLoginInUse
	case name == "Login" || name == "Challenge":
		return ErrLoginRefused
	case noSuchChannel(message):
		return ErrNoSuchChannel
	}
	return absence(strings.ToLower(name), strings.TrimSuffix(message, "."))
}

// absence sorts what is said of something that is not there, or there already, by
// the action, in lower case. The words are those of main/manager.c, main/db.c,
// main/config.c, pbx/pbx_config.c, apps/app_queue.c and apps/app_confbridge.c.
func absence(action, message string) error {
	switch {
	case action == "originate" && message == "extension does not exist",
		action == "showdialplan" && (strings.HasPrefix(message, "did not find extension ") || strings.HasPrefix(message, "did not find context ")):
		return ErrNoSuchExtension
	case strings.HasPrefix(action, "queue"):
		return queueAbsence(message)
	case strings.HasPrefix(action, "db") && message == "database entry not found":
		return ErrNoSuchKey
	case action == "dialplanextensionadd" && strings.Contains(message, "already exist"),
		action == "createconfig" && message == "file exists",
		action == "confbridgestartrecord" && strings.Contains(message, "already being recorded"):
		return ErrAlreadyExists
	}
	return nil
}

func queueAbsence(message string) error {
	switch {
	case strings.HasSuffix(message, ": no such queue"):
		return ErrNoSuchQueue
	case strings.HasSuffix(message, ": already there"):
		return ErrAlreadyExists
	case strings.HasSuffix(message, ": not there"), message == "interface not found", strings.HasPrefix(message, "invalid interface, queuename"):
		return ErrNoSuchMember
	}
	return nil
}

// noSuchChannel knows the wordings of manager.c, res_agi.c, features and the
// applications, in lower case.
func noSuchChannel(message string) bool {
	if strings.HasPrefix(message, "no such channel") || message == "could not get channel snapshot" {
		return true
	}
	return (strings.HasPrefix(message, "channel") || strings.HasPrefix(message, "extrachannel")) &&
		(strings.Contains(message, "does not exist") || strings.Contains(message, "not found"))
}
