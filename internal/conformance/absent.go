package conformance

import (
	"errors"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
)

// subjects are what a refusal can be about.
var subjects = []error{
	ami.ErrPermissionDenied, ami.ErrUnknownAction, ami.ErrNoSuchChannel, ami.ErrNoSuchExtension, ami.ErrNoSuchQueue,
	ami.ErrNoSuchMember, ami.ErrNoSuchKey, ami.ErrAlreadyExists, ami.ErrNotSent, ami.ErrInvalid,
}

// absent: what is not there, or there already, is one sentinel, whatever its
// words are on this server.
func (p *place) absent(t *testing.T) {
	s := p.open(t, "all")
	const member, stranger = "Local/1@absent", "Local/9@absent"
	originate := func(place string, async bool) action.Action {
		return action.Originate{Channel: "Local/answer-short@outcome", Context: place, Exten: "999", Async: async}
	}
	extension := func(replace bool) action.Action {
		return action.DialplanExtensionAdd{Context: "absent", Extension: "1", Priority: "1", Application: "NoOp", Replace: replace}
	}
	add := action.QueueAdd{Queue: "empty", Interface: member}
	record := action.ConfbridgeStartRecord{Conference: "7"}
	by := p.conn(t, "")
	furnish(t, by) // has a conference
	defer hangUpAll(t, by)
	for _, c := range []struct {
		a    action.Action
		want error // nil: done
	}{
		{originate("outcome", true), ami.ErrNoSuchExtension},
		{originate("nowhere", true), ami.ErrNoSuchExtension},
		{originate("outcome", false), ami.ErrNoSuchExtension},
		{action.ShowDialPlan{Context: "nowhere"}, ami.ErrNoSuchExtension},
		{action.ShowDialPlan{Context: "outcome", Extension: "nothing"}, ami.ErrNoSuchExtension},

		{action.QueueAdd{Queue: "absent", Interface: member}, ami.ErrNoSuchQueue},
		{action.QueueRemove{Queue: "absent", Interface: member}, ami.ErrNoSuchQueue},
		{action.New("QueueChangePriorityCaller", "Queue", "absent", "Caller", "x", "Priority", "1"), ami.ErrNoSuchQueue},

		{add, nil},
		{add, ami.ErrAlreadyExists},
		{action.QueueAdd{Queue: "support", Interface: "Local/busy@outcome"}, ami.ErrAlreadyExists},
		{action.QueueRemove{Queue: "empty", Interface: stranger}, ami.ErrNoSuchMember},
		{action.QueuePause{Queue: "empty", Interface: stranger, Paused: true}, ami.ErrNoSuchMember},
		{action.QueuePause{Interface: stranger, Paused: true}, ami.ErrNoSuchMember},
		{action.QueuePause{Queue: "absent", Interface: member, Paused: true}, ami.ErrNoSuchMember},
		{action.QueuePenalty{Queue: "empty", Interface: stranger, Penalty: 1}, ami.ErrNoSuchMember},
		{action.QueueMemberRingInUse{Queue: "empty", Interface: stranger, RingInUse: true}, ami.ErrNoSuchMember},
		{action.QueueRemove{Queue: "empty", Interface: member}, nil},
		{action.QueueRemove{Queue: "empty", Interface: member}, ami.ErrNoSuchMember},

		{extension(true), nil},
		{extension(false), ami.ErrAlreadyExists},
		{action.CreateConfig{Filename: "queues.conf"}, ami.ErrAlreadyExists},
		{record, nil},
		{record, ami.ErrAlreadyExists},
		{action.DBGet{Family: "absent", Key: "absent"}, ami.ErrNoSuchKey},
		{action.DBDelTree{Family: "absent"}, ami.ErrNoSuchKey},
		{action.Redirect{Channel: "Local/none", Context: "outcome", Exten: "busy"}, ami.ErrNoSuchChannel},
		{action.New("Bridge", "Channel1", "Local/none", "Channel2", "Local/none"), ami.ErrNoSuchChannel},
	} {
		_, err := s.Do(deadline(t, 10*time.Second), c.a)
		if !errors.Is(err, c.want) {
			t.Errorf("Do(%#v) = %v, want %v", c.a, err, c.want)
			continue
		}
		for _, subject := range subjects {
			if errors.Is(err, subject) != (subject == c.want) {
				t.Errorf("Do(%#v) = %v: errors.Is(%v) = %v", c.a, err, subject, subject != c.want)
			}
		}
	}
}
