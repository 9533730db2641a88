package live

import (
	"slices"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/event"
)

// question asks which channel has a name, and what Linkedid and what state that has. The state can't go on
// with something that strangers may have written before Asterisk has answered.
type question struct {
	name  string
	leg   *leg                  // that has the name; nil for none
	state asterisk.ChannelState // of a channel that is not shown so far
	fresh bool                  // it has just begun
	item  bool                  // an item of a list has led to it
}

// answer is what Asterisk says to a question.
type answer struct {
	there    bool // there is a channel with that name
	uniqueID string
	linkedID string
	state    string // in words; empty if it was not said
	failed   bool   // it has not said it
}

// stateOr is the state of the channel, or another one if it was not said.
func (a *answer) stateOr(other asterisk.ChannelState) asterisk.ChannelState {
	for state := range asterisk.ChannelPreRing + 1 {
		if state.String() == a.state {
			return state
		}
	}
	return other
}

const (
	maxQuestions = 1000 // that wait
	maxRetries   = 3    // of a channel that is there after its end, before it is taken to live
)

// askOf asks for a leg, once at a time.
func (s *state) askOf(l *leg) {
	if !l.asked && !l.over {
		l.asked = s.ask(question{name: l.name(), leg: l})
	}
}

// ask asks, unless too many questions wait, or Asterisk can't be asked: then the next event
// of that channel, or the next list, asks again.
func (s *state) ask(q question) bool {
	if s.waiting >= maxQuestions || q.name == "" || len(q.name) > maxChannelName || strings.ContainsAny(q.name, "\r\n\x00") {
		return false
	}
	if q.leg == nil && slices.ContainsFunc(s.questions, func(other question) bool { return other.name == q.name }) {
		return false
	}
	s.waiting++
	q.item = s.synthetic
	s.questions = append(s.questions, q)
	return true
}

// maxChannelName is longer than any (include/asterisk/channel.h, AST_CHANNEL_NAME).
const maxChannelName = 256

// takeQuestions returns the questions that are to be asked.
func (s *state) takeQuestions() []question {
	all := s.questions
	s.questions = nil
	return all
}

// answered takes the answer to a question.
func (s *state) answered(q question, a answer, at time.Time) {
	s.waiting--
	s.event, s.at, s.doubt, s.synthetic = nil, at, false, true
	switch {
	case q.leg == nil:
		s.introduce(q, a)
	default:
		q.leg.asked = false
		if !q.leg.over {
			s.confirm(q.leg, q, a)
		}
	}
	s.commit()
}

// introduce takes the answer about a channel that was not shown.
func (s *state) introduce(q question, a answer) {
	if a.failed || !a.there || s.ended.has(a.uniqueID) && !q.fresh {
		return
	}
	l := s.legs[a.uniqueID]
	switch {
	case l != nil && l.name() == q.name:
		return
	case l != nil && q.fresh: // a stranger had written its Uniqueid before there was the channel
		s.end(l, asterisk.CauseUnset, true)
		s.ask(question{name: l.name(), state: l.now().State})
	case l != nil: // its Rename is still to come, or was not believed
		s.bind(l, q.name)
		s.touch(l).Name = q.name
		s.lacks(q)
		return
	}
	snapshot := event.ChannelSnapshot{Channel: q.name, ChannelState: a.stateOr(q.state), UniqueID: a.uniqueID, LinkedID: a.linkedID}
	if l = s.begin(&snapshot); l == nil {
		return
	}
	l.fresh, l.early = q.fresh, !q.fresh
	s.ended.remove(a.uniqueID)
	s.touch(l).State = snapshot.ChannelState
	s.place(l, a.linkedID)
	s.lacks(q)
}

// lacks has lists run for a channel of which an item of a list was not taken.
func (s *state) lacks(q question) {
	if q.item {
		s.want(PartChannels)
	}
}

// confirm takes the answer about a leg.
func (s *state) confirm(l *leg, q question, a answer) {
	switch {
	case a.failed:
		return // still doubtful
	case l.name() != q.name: // it was renamed meanwhile
		s.askOf(l)
	case !a.there:
		s.isGone(l)
	case a.uniqueID != l.id:
		s.replace(l, q, a)
	case l.ending && l.retries < maxRetries: // one that has just ended may look alive
		l.retries++
		s.askOf(l)
	default:
		l.ending, l.missing, l.retries, l.wants = false, false, 0, ""
		draft := s.touch(l)
		draft.Doubtful = false
		s.reaches(l, draft, a.stateOr(draft.State))
		s.join(l, a.linkedID)
	}
}

// isGone takes that there is no channel of a leg's name. Its end was told, is on its way, or was
// lost, which the next list finds out.
func (s *state) isGone(l *leg) {
	if l.missing && !l.ending {
		s.end(l, asterisk.CauseUnset, true)
		return
	}
	if l.ending {
		s.end(l, l.cause, false)
		return
	}
	if l.wants != "" {
		s.apart(l)
	}
}

// apart gives a merge up that nobody can confirm any more.
func (s *state) apart(l *leg) {
	for _, c := range []*call{l.call, s.threads[l.wants]} {
		if c != nil {
			c.incomplete = true
			s.touchCall(c)
		}
	}
	l.wants = ""
}

// replace puts the channel that really has a name in the place of a leg, which a stranger had
// given another Uniqueid, or whose end was not seen.
func (s *state) replace(l *leg, q question, a answer) {
	item := l.item
	snapshot := event.ChannelSnapshot{Channel: q.name, ChannelState: a.stateOr(l.now().State), UniqueID: a.uniqueID, LinkedID: a.linkedID}
	s.end(l, asterisk.CauseUnset, true)
	if s.ended.has(a.uniqueID) {
		return
	}
	switch right := s.legs[a.uniqueID]; {
	case right != nil:
		s.bind(right, q.name)
		s.touch(right).Name = q.name
	case item != nil && item.UniqueID == a.uniqueID:
		if right = s.takeItem(item); right != nil {
			s.reaches(right, s.touch(right), snapshot.ChannelState)
			s.join(right, a.linkedID)
		}
		return
	default:
		if right = s.begin(&snapshot); right != nil {
			s.touch(right).State = snapshot.ChannelState
			s.place(right, a.linkedID)
		}
	}
	s.lacks(q)
}
