package action

import (
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// MailboxCountAnswer is the answer to [MailboxCount]. A number that can't be read
// is zero; so are all of a mailbox that does not exist, and of any while no module
// for voicemail is loaded.
type MailboxCountAnswer struct {
	Urgent int // UrgMessages: new ones that are urgent
	New    int // NewMessages: new ones that are not urgent
	Old    int // OldMessages
}

// Answer reads the answer, for ami.Ask.
func (MailboxCount) Answer(response transport.Fields, _ []event.Event) (answer MailboxCountAnswer, ok bool) {
	if refused(response) {
		return answer, false
	}
	return MailboxCountAnswer{
		Urgent: number(response.Get("UrgMessages")),
		New:    number(response.Get("NewMessages")),
		Old:    number(response.Get("OldMessages")),
	}, true
}

// Answer reports, for ami.Ask, whether the mailbox has new messages (Waiting on the
// wire). One that does not exist has none.
func (MailboxStatus) Answer(response transport.Fields, _ []event.Event) (waiting, ok bool) {
	if refused(response) {
		return false, false
	}
	return number(response.Get("Waiting")) > 0, true
}

// ExtensionStateAnswer is the answer to [ExtensionState].
type ExtensionStateAnswer struct {
	Hint       string               // Hint: the devices that make up the state; empty without a hint
	Status     event.ExtensionState // Status: ExtensionDeactivated for an extension without a hint
	StatusText string               // StatusText: Status in Asterisk's words
}

// Answer reads the answer, for ami.Ask.
func (ExtensionState) Answer(response transport.Fields, _ []event.Event) (answer ExtensionStateAnswer, ok bool) {
	if refused(response) {
		return answer, false
	}
	return ExtensionStateAnswer{
		Hint:       response.Get("Hint"),
		Status:     event.ExtensionState(number(response.Get("Status"))),
		StatusText: response.Get("StatusText"),
	}, true
}
