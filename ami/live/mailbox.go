package live

import (
	"strconv"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// PartMailboxes is the mailboxes of app_voicemail.
const PartMailboxes PartName = "mailboxes"

// Mailbox is a mailbox of voicemail.conf. It is a picture of one moment: do not write to it.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Events/MessageWaiting/
type Mailbox struct {
	Mailbox     string // its key, as 100@default
	FullName    string `json:",omitempty"` // of its owner; only a list tells
	NewMessages int    // not heard yet, urgent ones included
	OldMessages int    // heard
}

// String is the mailbox in one line.
func (b *Mailbox) String() string {
	l := newLine("mailbox", b.Mailbox)
	l.add("FullName", b.FullName)
	l.add("New", strconv.Itoa(b.NewMessages))
	l.add("Old", strconv.Itoa(b.OldMessages))
	return l.String()
}

func (b *Mailbox) objectName() string        { return "mailbox" }
func (b *Mailbox) subscribedBy() objectKey   { return objectKey{"mailbox", b.Mailbox} }
func (b *Mailbox) changed(by *change) Change { return changed(b, by) }

// mailboxes keeps them. Other modules tell of messages, too, in mailboxes of their own, which no list has: such a name makes lists run once.
type mailboxes struct {
	*shelf[Mailbox]
	asked memory // names that the lists had not
}

var mailboxesDesign = design{
	name: PartMailboxes,
	keeper: func(limit int) keeper {
		return &mailboxes{shelf: newShelf(limit, func(b *Mailbox) string { return b.Mailbox }, func(a, b *Mailbox) bool { return *a == *b })}
	},
	events: event.Of[event.MessageWaiting](),
	class:  action.ClassCall,
	lists:  []action.Action{action.VoicemailUsersList{}},
	needs:  "it needs write= with call or reporting, and the module app_voicemail or one of its kind",
	reload: modules("app_voicemail", "app_voicemail_imap", "app_voicemail_odbc"),
	late:   "that a mailbox was removed, where nothing tells of a reload",
}

func (m *mailboxes) show(v *View) { v.mailboxes = m.picture() }

func (m *mailboxes) take(s *state, ev event.Event) {
	switch e := ev.(type) {
	case event.MessageWaiting:
		m.changes(s, &e)
	case event.VoicemailUserEntry:
		s.synthetic = true
		key := e.VoiceMailbox + "@" + e.VMContext
		if s.doubt || e.VoiceMailbox == "" {
			m.sees(s, key)
			return
		}
		if draft := m.touch(s, key); draft != nil {
			*draft = Mailbox{key, e.FullName, e.NewMessageCount, e.OldMessageCount}
		}
	}
}

// changes takes how many messages there are. Who has left one may have written into the event.
func (m *mailboxes) changes(s *state, e *event.MessageWaiting) {
	switch {
	case s.doubt:
		s.want(PartMailboxes)
		return
	case m.now(e.Mailbox) == nil:
		if !m.asked.has(e.Mailbox) {
			m.asked.add(e.Mailbox, s.generation, false)
			s.want(PartMailboxes)
		}
		return
	}
	draft := m.touch(s, e.Mailbox)
	draft.NewMessages, draft.OldMessages = e.New, e.Old
}
