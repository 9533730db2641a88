package ami

import (
	"slices"
	"strings"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/event"
)

// legChannel is a channel of an Origination. As for the outcome, its name and its Uniqueid
// together tell that an event is its own: see identity.
type legChannel struct {
	leg      Leg
	name, id string
	state    ProgressState
	media    bool // early media was told
	status   asterisk.DialStatus
	forward  string
	behind   *legChannel // the Local channel whose other half has dialled it; nil for none. Only that one is told
	doubtful bool        // there was a gap since it was heard of
	hungUp   bool        // the first channel has ended, and whether anybody answered is the outcome's to tell
	cause    asterisk.Cause
	hangup   *event.Hangup // that Asterisk has not confirmed; nil for none
}

// tracked are the channels of an Origination that live.
type tracked struct {
	legs      *legs
	first     *legChannel // nil until it is known
	channels  []*legChannel
	concluded bool      // the outcome was taken
	firstOver bool      // the first channel has ended
	recheckAt time.Time // when to ask for the others; zero for never
	asking    asking

	syncing bool           // lists are to come, of after a gap
	listing bool           // the list of all channels is among them
	found   []event.Status // channels in the lists that are not tracked
	gone    []string       // Uniqueids of channels that have ended meanwhile
}

// maxLegChannels is how many channels are tracked at once.
const maxLegChannels = 100

// filter matches what tells of the channels. A channel that is dialled takes the
// Linkedid of the one that dials, which is our ChannelID. As long as nobody has read
// the events, that finds the second leg; then the Uniqueids do.
func (t *tracked) filter() event.Filter {
	id := t.legs.origination.id
	dials := event.Named("DialBegin", "DialState", "DialEnd")
	changes := event.Named("Newchannel", "Newstate", "Rename", "Hangup")
	filters := []event.Filter{
		event.And(changes, event.Where("Uniqueid", id)),
		event.And(dials, event.Where("DestLinkedid", id)),
		event.And(event.Of[event.Hangup](), event.Where("Linkedid", id)),
	}
	for _, c := range t.channels {
		filters = append(filters,
			event.And(changes, event.Where("Uniqueid", c.id)),
			event.And(dials, event.Where("Uniqueid", c.id)),
			event.And(dials, event.Where("DestUniqueid", c.id)))
	}
	return event.Or(filters...)
}

// refilter is called when the channels are others.
func (t *tracked) refilter() {
	t.legs.mu.Lock()
	defer t.legs.mu.Unlock()
	if t.legs.sub != nil {
		t.legs.sub.SetFilter(t.filter())
	}
}

// find returns the channel of that name and Uniqueid, or nil.
func (t *tracked) find(name, id string) *legChannel {
	for _, c := range t.channels {
		if c.id == id && c.name == name {
			return c
		}
	}
	return nil
}

// withID returns the channel of that Uniqueid, or nil.
func (t *tracked) withID(id string) *legChannel {
	for _, c := range t.channels {
		if c.id == id {
			return c
		}
	}
	return nil
}

// live is how many channels are told of.
func (t *tracked) live() (n int) {
	for _, c := range t.channels {
		if c.behind == nil {
			n++
		}
	}
	return n
}

// add tracks a channel.
func (t *tracked) add(c *legChannel, at time.Time) *legChannel {
	if len(t.channels) >= maxLegChannels {
		t.legs.tell(nil, Progress{State: ProgressGap, Time: at})
		return nil
	}
	t.channels = append(t.channels, c)
	t.refilter()
	if t.reach(c, ProgressDialing, at); c.leg == LegFirst && c.behind == nil {
		t.first = c
	}
	return c
}

func (t *tracked) remove(c *legChannel) {
	t.channels = slices.DeleteFunc(t.channels, func(other *legChannel) bool { return other == c })
	t.refilter()
}

// order is how far a state is from the beginning.
func order(state ProgressState) int {
	return slices.Index([]ProgressState{ProgressDialing, ProgressEarlyMedia, ProgressRinging, ProgressAnswered, ProgressEnded}, state)
}

// reach tells that a channel has come to a state before its end. It tells each once.
func (t *tracked) reach(c *legChannel, state ProgressState, at time.Time) {
	switch {
	case state == ProgressEarlyMedia && (c.media || order(c.state) >= order(ProgressAnswered)):
		return
	case state == ProgressEarlyMedia:
		c.media = true
	case order(state) <= order(c.state):
		return
	default:
		c.state = state
	}
	p := Progress{Leg: c.leg, State: state, Channel: c.name, UniqueID: c.id, Time: at}
	if state == ProgressAnswered {
		p.Result = ResultAnswered
		if c.leg == LegSecond {
			p.DialStatus = asterisk.DialAnswer
		}
	}
	if c.behind == nil {
		t.legs.tell(c, p)
	}
}

// end tells that a channel has ended, unless another has taken its place. The end of a
// first channel that was not answered is the outcome's to tell.
func (t *tracked) end(c *legChannel, cause asterisk.Cause, why string, at time.Time) {
	if c == t.first && c.state != ProgressAnswered && !t.concluded {
		c.hungUp, c.cause = true, cause
		return
	}
	if heir := t.heir(c); heir != nil {
		t.succeed(c, heir)
		return
	}
	p := Progress{Leg: c.leg, State: ProgressEnded, Channel: c.name, UniqueID: c.id, Result: ResultAnswered, Cause: cause,
		DialStatus: c.status, Forward: c.forward, Time: at}
	switch {
	case c.state == ProgressAnswered:
		if c.leg == LegSecond {
			p.DialStatus = asterisk.DialAnswer
		}
	case why != "":
		p.Result, p.Why = ResultUnknown, why
	default:
		p.Result = t.unanswered(c, cause)
	}
	t.finish(c, p)
}

// finish removes a channel that has ended, and the channels that it stands for.
func (t *tracked) finish(c *legChannel, p Progress) {
	c.state = ProgressEnded
	t.channels = slices.DeleteFunc(t.channels, func(other *legChannel) bool { return other.behind == c })
	if t.remove(c); c.behind != nil {
		return
	}
	t.legs.tell(c, p)
	if c == t.first {
		t.firstOver = true
		t.recheckSoon()
	}
	t.over()
}

// over ends all when the first channel and those that it has dialled have ended.
func (t *tracked) over() {
	if t.firstOver && t.concluded && t.live() == 0 {
		t.legs.end(errLegsOver)
	}
}

// unanswered is why a dialled channel has ended without an answer.
func (t *tracked) unanswered(c *legChannel, cause asterisk.Cause) Result {
	switch c.status {
	case asterisk.DialBusy:
		return ResultBusy
	case asterisk.DialCongestion:
		return ResultCongestion
	case asterisk.DialCancel:
		return ResultCancelled
	}
	if result := byCause(cause); result != "" && cause != asterisk.CauseAnsweredElsewhere {
		return result
	}
	switch c.status {
	case asterisk.DialNoAnswer:
		return ResultNoAnswer
	case "":
		return ResultCancelled // the caller has hung up, or the call was sent elsewhere
	}
	return ResultRejected
}

// heir is the channel that goes on when a Local channel ends: the one that its
// other half has dialled, and that has answered.
func (t *tracked) heir(c *legChannel) *legChannel {
	if c.state != ProgressAnswered {
		return nil
	}
	for _, other := range t.channels {
		if other.behind == c && other.state == ProgressAnswered {
			return other
		}
	}
	return nil
}

// succeed has a channel go on as another.
func (t *tracked) succeed(c, heir *legChannel) {
	t.channels = slices.DeleteFunc(t.channels, func(other *legChannel) bool { return other == heir || other.behind == c && other != heir })
	for _, other := range t.channels {
		if other.behind == heir {
			other.behind = c
		}
	}
	c.name, c.id, c.doubtful = heir.name, heir.id, heir.doubtful
	t.refilter()
}

// half returns the Local channel of whose other half that is the name; nil for none.
func (t *tracked) half(name string) *legChannel {
	stem, ok := strings.CutSuffix(name, ";2")
	if !ok {
		return nil
	}
	for _, c := range t.channels {
		if c.name == stem+";1" {
			return c
		}
	}
	return nil
}
