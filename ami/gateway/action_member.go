package gateway

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/ami/gateway/message"
)

// pause pauses a Member, or ends its pause.
func (t *job) pause(ctx context.Context) error {
	m := t.about.member
	switch {
	case t.asked.On == nil:
		return refusedMeans
	case !isText(t.asked.Reason, message.MaxReason):
		return denial("The reason is too long, or has line breaks.")
	}
	return t.server.Model.PauseMember(ctx, m.Queue, m.Interface, *t.asked.On, t.asked.Reason)
}

// login adds a device to a Queue: the user's own, or another one, if the user may do that with others'.
func (t *job) login(ctx context.Context) (string, error) {
	own, others := slices.Contains(t.who.rights.Actions, message.NameLogin), slices.Contains(t.who.rights.Others, message.NameLogin)
	queue, server := t.about.name, t.server
	member := action.QueueAdd{Queue: queue}
	device, err := t.phone()
	switch {
	case err == nil && !own:
		return "", refusedRight
	case err == nil:
		if member.MemberName = t.who.user.Name; !isText(member.MemberName, message.MaxText) {
			member.MemberName = ""
		}
	case others && t.asked.Device != "":
		s, ok := t.who.find(t.asked.Device)
		if !ok || s.kind != message.KindDevice || s.server != server.Model.Server() {
			return "", refusedUnseen
		}
		if !isPhone(s.name) {
			return "", denial("This is no phone.")
		}
		device = s.name
	default:
		return "", err
	}
	t.about.device = device
	member.Interface, member.StateInterface = device, device
	return t.key(message.KindMember, server.Model.Server(), queue, device), server.Model.AddMember(ctx, member)
}

// logout removes a Member. One that is configured would come back with the next reload.
func (t *job) logout(ctx context.Context) error {
	m := t.about.member
	if m.Membership != "" && m.Membership != "dynamic" {
		return denial("This member belongs to the queue by its configuration, and can only be paused.")
	}
	return t.server.Model.RemoveMember(ctx, m.Queue, m.Interface)
}

// isText reports whether a text is one line of so many characters at most.
func isText(text string, most int) bool {
	return utf8.ValidString(text) && utf8.RuneCountInString(text) <= most && !strings.ContainsFunc(text, isControl)
}

// isControl reports whether a character does not belong into one line of text.
func isControl(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }
