package live

import (
	"errors"
	"slices"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/event"
)

// list is how an action went when it was run last.
type list struct {
	at  time.Time
	err error
}

// doubtfulList says in which lists there was an item that could not be read, in the place of any.
type doubtfulList struct{ channels, bridges bool }

// limits is how much a state keeps.
type limits struct {
	channels, bridges, calls int
	finished, finishedBytes  int
	exceeded                 bool // something did not fit
}

// notes keeps how lists went, of those of an action that failed why.
func (s *state) notes(e *event.Synced) {
	for i, result := range e.Lists {
		failed := result.Err
		if first := slices.IndexFunc(e.Lists, func(l event.ListResult) bool { return l.Action == result.Action }); first < i && failed == nil {
			failed = s.lists[result.Action].err
		}
		s.lists[result.Action] = list{s.at, failed}
	}
}

// loses takes that events are missing. What follows is a picture that the lists make anew.
func (s *state) loses() {
	s.lost = true
	s.renew()
	for _, l := range s.legs {
		s.losesRecordings(l)
		if l.call != nil && !l.call.incomplete {
			l.call.incomplete = true
			s.touchCall(l.call)
		}
	}
}

// renew begins a generation of channels and bridges: what has no sign of life from now to Synced has ended. What
// ends from now on is remembered, for an item of the lists may be older.
func (s *state) renew() {
	s.generation++
	s.syncing, s.doubtfulList = true, doubtfulList{}
	s.limits.exceeded = false
	for _, l := range s.contradictions {
		l.item = nil
	}
	s.contradictions = nil
}

// listsChannel takes an item of Status, which asks the channels themselves.
func (s *state) listsChannel(e *event.Status) {
	s.synthetic = true
	s.doubtfulList.channels = s.doubtfulList.channels || s.doubt
	old := s.contradicted(&e.ChannelSnapshot)
	l := s.describes(&e.ChannelSnapshot)
	if old != nil {
		item := *e
		old.item = &item
		s.contradictions = append(s.contradictions, old)
	}
	if l == nil {
		return
	}
	draft := s.touch(l)
	draft.Application, draft.ApplicationData = e.Application, e.Data
	if l.shown == nil && e.Duration > 0 {
		draft.Began = s.at.Add(-e.Duration)
		l.part.began = draft.Began
	}
	if isDialled(e) && !l.part.dialled {
		l.part.dialled = true
		s.callOf(l)
	}
	if e.Application == "AgentLogin" {
		s.stands(l, true)
	}
	if e.Application != "Queue" || e.BridgeID != "" {
		s.endVisits(l)
	}
	switch {
	case e.BridgeID == "":
		s.exit(l)
	default:
		if r := s.room(&event.BridgeSnapshot{BridgeUniqueID: e.BridgeID}); r != nil {
			s.enter(l, r)
		}
	}
	s.learnsListed(l, e.DNID)
	s.listsVariables(l, e)
}

// isDialled reports whether a list shows that a channel was dialled by another one.
func isDialled(e *event.Status) bool {
	return e.Application == "AppDial" || e.Application == "AppQueue"
}

func (s *state) listsBridge(e *event.BridgeListItem) {
	s.synthetic = true
	if s.doubt {
		s.doubtfulList.bridges = true
		return
	}
	if r := s.room(&e.BridgeSnapshot); r != nil {
		s.touchRoom(r).take(&e.BridgeSnapshot)
	}
}

// syncs takes the end of lists: what they do not have, and no event has told of since, has ended.
func (s *state) syncs(e *event.Synced) {
	if !slices.ContainsFunc(e.Lists, func(l event.ListResult) bool { return l.Action == "Status" }) {
		return
	}
	s.synthetic = true
	if s.lost {
		s.believe()
	}
	s.syncing = false
	for _, l := range s.unplaced {
		switch wants := l.wants; {
		case l.over || l.call != nil || wants == "":
		case s.isMade(l, wants):
			s.place(l, wants)
		default:
			s.suspect(l)
		}
	}
	s.unplaced = nil
	s.refused = false
	for _, result := range e.Lists {
		var refusal *ami.Error
		switch {
		case result.Err != nil:
			s.refused = s.refused || result.Action == "Status" && errors.As(result.Err, &refusal)
		case result.Action == "Status":
			s.synced, s.lost = true, false
			for _, l := range s.legs {
				switch {
				case l.seen == s.generation:
				case s.doubtfulList.channels: // an item may have been of this one
					l.missing = true
					s.askOf(l)
				default:
					s.end(l, asterisk.CauseUnset, true)
				}
			}
		case result.Action == "BridgeList":
			for _, r := range s.rooms {
				if r.seen != s.generation && !s.doubtfulList.bridges {
					s.destroy(r)
				}
			}
		}
	}
	if !s.synced || s.refused {
		s.withdraw()
		return
	}
	for _, l := range s.legs {
		if l.now().Doubtful {
			s.askOf(l)
		}
	}
}

// close shows nothing: without events what lists say would be old at once.
func (s *state) close(at time.Time) {
	s.event, s.at, s.synthetic = nil, at, true
	s.blind, s.syncing = true, false
	s.withdraw()
	s.commit()
	for len(s.finished) > 0 {
		s.release()
	}
}

// withdraw shows nothing: without a list nobody knows what there was before the first event, and some of
// the channels would look like all.
func (s *state) withdraw() {
	s.absent, s.synced = true, false
	for _, l := range s.legs {
		s.end(l, asterisk.CauseUnset, true)
	}
	for _, r := range s.rooms {
		s.destroy(r)
	}
	s.withdrawDependent()
}
