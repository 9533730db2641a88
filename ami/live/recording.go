package live

import (
	"slices"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
)

// Recording is one recording of a channel, by [MixMonitor].
//
// Its file can be named after what a caller has said, so treat it as text of a caller's.
//
// [MixMonitor]: https://docs.asterisk.org/Latest_API/API_Documentation/Dialplan_Applications/MixMonitor/
type Recording struct {
	Channel string // UniqueID of the channel
	// File is its name on the server; empty while that is not known. Events tell it with the right read=dialplan, and lists
	// the one of the channel's last recording.
	File string `json:",omitempty"`
	// Began is zero if the beginning was not seen: then nobody can know whether it goes on.
	Began time.Time `json:",omitzero"`
	Ended time.Time `json:",omitzero"` // zero while it goes on, and if that was not seen
	// NotSeen: events were lost while it went on. It may have ended since, or be muted.
	NotSeen bool `json:",omitempty"`
	// MutedRead and MutedWrite: what the channel says, and what it hears, is not recorded now. It is known only of
	// a recording whose beginning was seen.
	MutedRead  bool `json:",omitempty"`
	MutedWrite bool `json:",omitempty"`
}

// Running reports whether it is known to go on.
func (r *Recording) Running() bool { return !r.Began.IsZero() && r.Ended.IsZero() && !r.NotSeen }

const maxRecordings = 16 // of a channel

// recordings is what a leg has of them.
type recordings struct {
	all  []Recording
	next string // file of one that has not begun yet
}

// last returns the last recording; nil for none.
func (r *recordings) last() *Recording {
	if len(r.all) == 0 {
		return nil
	}
	return &r.all[len(r.all)-1]
}

// showRecordings shows what was changed in a leg's recordings.
func (s *state) showRecordings(l *leg) {
	var shown Recording
	if last := l.recordings.last(); last != nil {
		shown = *last
	}
	s.touch(l).Recording = shown
	s.callOf(l)
}

func (s *state) addRecording(l *leg, r Recording) {
	r.Channel = l.id
	l.recordings.all = append(last(l.recordings.all, maxRecordings-1), r)
	s.showRecordings(l)
}

// namesRecording takes the name of a file, which comes before the recording begins. There is no order between the two events, so
// it may come after that as well.
func (s *state) namesRecording(l *leg, file string) {
	switch last := l.recordings.last(); {
	case file == "":
	case last != nil && last.Running() && last.File == "":
		last.File = file
		s.showRecordings(l)
	default:
		l.recordings.next = file
	}
}

func (s *state) beginsRecording(e *event.MixMonitorStart) {
	l := s.describes(&e.ChannelSnapshot)
	if l == nil {
		return
	}
	file := l.recordings.next
	l.recordings.next = ""
	if last := l.recordings.last(); last != nil && last.Began.IsZero() && last.File == file && file != "" { // a list was faster
		last.Began = s.at
		s.showRecordings(l)
		return
	}
	s.addRecording(l, Recording{File: file, Began: s.at})
}

// endsRecording takes that a recording was stopped. Of several the event does not say which: it is taken to be the last one.
func (s *state) endsRecording(e *event.MixMonitorStop) {
	l := s.describes(&e.ChannelSnapshot)
	if l == nil {
		return
	}
	all := l.recordings.all
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Ended.IsZero() {
			all[i].Ended, all[i].MutedRead, all[i].MutedWrite = s.at, false, false
			s.showRecordings(l)
			return
		}
	}
}

// mutesRecordings takes that all recordings of a channel were muted, or are no longer.
func (s *state) mutesRecordings(e *event.MixMonitorMute) {
	l := s.describes(&e.ChannelSnapshot)
	if l == nil {
		return
	}
	for i := range l.recordings.all {
		r := &l.recordings.all[i]
		if !r.Running() {
			continue
		}
		if e.Direction != "write" {
			r.MutedRead = e.State
		}
		if e.Direction != "read" {
			r.MutedWrite = e.State
		}
	}
	s.showRecordings(l)
}

// listsRecording takes the name of the last recording's file, which stays when that has ended. Where there is none the dialplan may
// have unset it, which ends no recording.
func (s *state) listsRecording(l *leg, file string) {
	switch last := l.recordings.last(); {
	case file == "" || file == l.recordings.next:
	case last == nil:
		s.addRecording(l, Recording{File: file})
	case isListedAs(last.File, file):
	case last.File == "":
		last.File = file
		s.showRecordings(l)
	default:
		s.addRecording(l, Recording{File: file})
	}
}

// losesRecordings takes that events were lost: nobody can know what goes on.
func (s *state) losesRecordings(l *leg) {
	l.recordings.next = ""
	for i := range l.recordings.all {
		if r := &l.recordings.all[i]; r.Running() {
			r.NotSeen = true
			s.showRecordings(l)
		}
	}
}

// closeRecordings ends what is recorded of a channel with that.
func (s *state) closeRecordings(l *leg, unseen bool) {
	if unseen {
		s.losesRecordings(l)
	}
	for i := range l.recordings.all {
		if r := &l.recordings.all[i]; r.Running() {
			r.Ended, r.MutedRead, r.MutedWrite = s.at, false, false
			s.showRecordings(l)
		}
	}
}

// takeOver gives a leg what it has of the channel whose place it takes: Asterisk moves variables and recordings without a word.
func (s *state) takeOver(l, from *leg) {
	draft := s.touch(l)
	draft.Variables, draft.Side = from.now().Variables, from.now().Side
	goesOn := func(r Recording) bool { return r.Ended.IsZero() }
	for _, r := range from.recordings.all {
		if goesOn(r) {
			s.addRecording(l, r)
		}
	}
	from.recordings.all = slices.DeleteFunc(from.recordings.all, goesOn)
	s.showRecordings(from)
}

// recorded returns the recordings of a Call, channel by channel.
func (c *call) recorded() (all []Recording) {
	for _, l := range c.legs {
		all = append(all, l.recordings.all...)
	}
	return all
}
