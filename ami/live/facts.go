package live

import (
	"slices"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/event"
)

// begins reports whether the event that is applied is the first of a channel, so that nothing before it was missed.
func (s *state) begins() bool {
	_, ok := s.event.(event.Newchannel)
	return ok
}

// describeFurther asks the user's functions what they make of a channel that has changed.
func (s *state) describeFurther(l *leg, before, after *Channel) {
	if before == nil || before.CallerIDNum != after.CallerIDNum {
		l.number = s.formed(after.CallerIDNum)
	}
	if s.asked.classify != nil && after.Side == 0 && (before == nil || before.Name != after.Name || before.Context != after.Context) {
		after.Side = s.asked.classify(after)
	}
}

// formed brings a number into the user's form.
func (s *state) formed(number string) string {
	if number == "" || s.asked.number == nil {
		return number
	}
	return s.asked.number(number)
}

// tellFacts fills in what a Call tells of all its channels together.
func (s *state) tellFacts(c *call, shown *Call) {
	beginner := c.beginner(shown.Parties)
	s.learnsDialled(c)
	if beginner != nil {
		if c.from.Number == "" {
			c.from.Number = beginner.Number
		}
		c.from.Name, c.from.Device = beginner.Name, beginner.Device
	}
	shown.From, shown.Exten, shown.Context, shown.To = c.from, c.exten, c.context, c.to
	shown.Direction = direction(beginner, shown)
	if shown.Direction == DirectionInbound && !beginner.Dialled {
		shown.DID = c.to
	}
	shown.Result = c.result(beginner, shown)
	shown.Recordings = c.recorded()
	if len(s.asked.variables) > 0 {
		shown.Variables = c.variables()
	}
}

// beginner returns the Party that a Call began with; nil for none.
func (c *call) beginner(parties []Party) *Party {
	if len(parties) == 0 {
		return nil
	}
	if c.first != nil {
		id := c.first.first().id
		if i := slices.IndexFunc(parties, func(p Party) bool { return p.ID == id }); i >= 0 {
			return &parties[i]
		}
	}
	return &parties[0]
}

// learnsDialled finds what the first channel has dialled: the first place in the dialplan that is no special one.
func (s *state) learnsDialled(c *call) {
	if c.exten != "" || c.first == nil {
		return
	}
	for _, l := range []*leg{c.first, c.first.other} {
		if l == nil || !l.fresh {
			continue
		}
		if now := l.now(); now != nil && !isSpecial(now.Exten) {
			c.exten, c.context, c.to = now.Exten, now.Context, s.formed(now.Exten)
			return
		}
	}
}

// learnsListed takes the number that a channel has dialled from a list.
func (s *state) learnsListed(l *leg, dialled string) {
	if c := l.call; c != nil && c.first == l && !l.fresh && c.exten == "" && !isSpecial(dialled) {
		c.exten, c.to = dialled, s.formed(dialled)
		s.touchCall(c)
	}
}

// isSpecial tells extensions that nobody dials.
func isSpecial(exten string) bool { return slices.Contains(specialExtensions, exten) }

// https://docs.asterisk.org/Configuration/Dialplan/Special-Dialplan-Extensions/
var specialExtensions = []string{"", "s", "h", "i", "t", "T", "e", "o", "a", "fax", "failed"}

// direction finds out where a Call goes.
func direction(beginner *Party, c *Call) Direction {
	if beginner == nil {
		return 0
	}
	switch beginner.Side {
	case SideOutside:
		return DirectionInbound
	case SideOurs:
	default:
		return 0
	}
	known := !beginner.Left.IsZero() || !c.Ended.IsZero()
	for i := range c.Parties {
		switch p := &c.Parties[i]; {
		case p.ID == beginner.ID:
		case p.Side == SideOutside && p.Dialled:
			return DirectionOutbound
		case p.Side == SideOurs:
			known = true
		}
	}
	if known {
		return DirectionInternal
	}
	return 0
}

// result finds out how a Call went for who began it.
func (c *call) result(beginner *Party, shown *Call) ami.Result {
	switch {
	case !shown.Answered.IsZero():
		return ami.ResultAnswered
	case beginner == nil:
		return ""
	}
	tried := len(c.visits) > 0
	var worst asterisk.DialStatus
	var cause asterisk.Cause
	for i := range shown.Parties {
		p := &shown.Parties[i]
		if p.ID == beginner.ID && (!p.Dialled || !p.Answered.IsZero()) || !p.Dialled {
			continue
		}
		tried = true
		if p.Result == asterisk.DialAnswer {
			return ami.ResultAnswered
		}
		if rank(p.Result) > rank(worst) {
			worst, cause = p.Result, p.Cause
		}
	}
	switch {
	case !tried && !beginner.Answered.IsZero():
		return ami.ResultAnswered
	case beginner.Left.IsZero():
		return ""
	case worst != "":
		return byStatus(worst, cause)
	case beginner.NotSeen:
		return ami.ResultUnknown
	case c.first != nil && c.first.first().requested:
		return ami.ResultCancelled
	}
	switch result := byCause(beginner.Cause); {
	case result != "":
		return result
	case tried: // as in a queue that has let the caller go
		return ami.ResultNoAnswer
	}
	return ami.ResultUnknown
}

// statuses are those of calls to several, from the one that counts least to the one that counts most.
var statuses = []asterisk.DialStatus{"", asterisk.DialInvalid, asterisk.DialTorture, asterisk.DialDontCall, asterisk.DialUnavailable,
	asterisk.DialCongestion, asterisk.DialBusy, asterisk.DialNoAnswer, asterisk.DialCancel}

func rank(status asterisk.DialStatus) int { return slices.Index(statuses, status) }

// byStatus is what the result of a call to somebody, and the cause of its end, say.
func byStatus(status asterisk.DialStatus, cause asterisk.Cause) ami.Result {
	switch status {
	case asterisk.DialCancel:
		return ami.ResultCancelled
	case asterisk.DialBusy:
		return ami.ResultBusy
	case asterisk.DialCongestion:
		return ami.ResultCongestion
	case asterisk.DialNoAnswer: // also of a number that there is not, and of one who has declined while others rang
		if result := byCause(cause); result != "" && result != ami.ResultBusy {
			return result
		}
		return ami.ResultNoAnswer
	}
	return ami.ResultRejected
}

// byCause is what the cause of the end of a channel says that was not answered; empty for nothing.
func byCause(cause asterisk.Cause) ami.Result {
	switch cause {
	case asterisk.CauseUserBusy:
		return ami.ResultBusy
	case asterisk.CauseNoUserResponse, asterisk.CauseNoAnswer:
		return ami.ResultNoAnswer
	case asterisk.CauseCongestion, asterisk.CauseFailure, asterisk.CauseSwitchCongestion:
		return ami.ResultCongestion
	case asterisk.CauseUnset, asterisk.CauseNormalClearing, asterisk.CauseAnsweredElsewhere, asterisk.CauseNormalUnspecified, asterisk.CauseInterworking:
		return ""
	}
	return ami.ResultRejected
}

// variables are those of all channels, of each the first that is set.
func (c *call) variables() (all Variables) {
	for _, l := range c.legs {
		of := l.now().Variables
		if all.IsZero() {
			all = of
			continue
		}
		if of == all {
			continue
		}
		for name, value := range of.All() {
			if all.Get(name) == "" {
				all = all.with(name, value)
			}
		}
	}
	return all
}

// keepFacts takes over what a Call has told before.
func (c *Call) keepFacts(of *Call) {
	c.From, c.To, c.DID, c.Direction, c.Exten, c.Context = of.From, of.To, of.DID, of.Direction, of.Exten, of.Context
	c.Result, c.Recordings, c.Variables = of.Result, of.Recordings, of.Variables
}

func (c *Call) factsEqual(other *Call) bool {
	return c.From == other.From && c.To == other.To && c.DID == other.DID && c.Direction == other.Direction && c.Result == other.Result &&
		slices.Equal(c.Recordings, other.Recordings) && c.Variables.Equal(other.Variables)
}

// factsWeight is the bytes that variables and recordings take, by estimate.
func (c *call) factsWeight() (weight int) {
	for _, l := range c.legs {
		for name, value := range l.now().Variables.All() {
			weight += 32 + len(name) + len(value)
		}
		for i := range l.recordings.all {
			weight += 200 + len(l.recordings.all[i].File)
		}
	}
	return weight
}
