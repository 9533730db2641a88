package ami

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// identity is what a tracker knows of who is who. A call has a Uniqueid, which
// is its ChannelID, and the channel with that has a name. Callers can write
// lines into the events of their own channels, a Uniqueid as well, but hardly
// into the name, which stands before all that is theirs: so an event counts for
// the channel that it names, and for us only if the Uniqueid is ours, too.
type identity struct {
	actionID  string   // of the Originate; empty where Asterisk has not answered
	name      string   // of the channel; empty while unknown
	sure      bool     // Asterisk has said that it is the name
	contested bool     // two names came with our Uniqueid, and Asterisk knows neither any more
	strangers []string // names that came with our Uniqueid, and have another
	names     asking   // for the Uniqueid of a name
	endings   asking   // whether the channel has ended
}

// asking counts questions to Asterisk that events can lead to, and strangers
// can write events.
type asking struct {
	asked   int
	askedAt time.Time
}

// may keeps strangers from having us ask without end.
func (a *asking) may() bool {
	return a.asked < maxQuestions || time.Since(a.askedAt) >= time.Second
}

func (a *asking) count() { a.asked, a.askedAt = a.asked+1, time.Now() }

const (
	maxQuestions = 16 // of one kind, for one call, before they are one a second
	goneAfter    = 3  // questions until a channel counts as alive although there was a Hangup
	goneProbe    = 50 * time.Millisecond
)

// events is what tells about the call, as far as it can be asked for by now.
func (t *tracker) events() event.Filter {
	of := event.Or(event.Of[event.OriginateResponse](), event.Of[event.Newchannel](), event.Of[event.Newstate](),
		event.Of[event.Rename](), event.Of[event.HangupRequest](), event.Of[event.Hangup]())
	filters := []event.Filter{
		event.And(of, event.Where("Uniqueid", t.origination.id)),
		event.And(event.Of[event.DialBegin](), event.Where("DestUniqueid", t.origination.id)),
	}
	if t.actionID != "" {
		filters = append(filters, event.And(event.Of[event.OriginateResponse](), event.Where("ActionID", t.actionID)))
	}
	if t.name != "" {
		filters = append(filters, event.And(event.Of[event.Hangup](), event.Where("Channel", t.name)))
	}
	return event.Or(filters...)
}

// owns reports whether an event of a channel with that name and Uniqueid is of
// our call. The first such event of a Uniqueid that nobody else knows tells the
// name; of others Asterisk is asked.
func (t *tracker) owns(name, id string) bool {
	switch {
	case id != t.origination.id:
		return false
	case t.named(name):
		return true
	case t.origination.random && t.name == "":
		t.bind(name)
		return true
	case t.origination.random, t.sure, name == "", slices.Contains(t.strangers, name), !t.names.may():
		return false
	}
	return t.ask(name)
}

// ask finds out whether the channel of that name is ours. The first one that
// is not there any more, or must not be asked for, is taken for it.
func (t *tracker) ask(name string) bool {
	id, there := t.uniqueid(name)
	switch {
	case there && id == t.origination.id:
		if t.name != "" { // the one before was none of ours
			t.hangup, t.refused, t.followed, t.dialled = nil, false, false, false
		}
		t.sure, t.contested = true, false
		t.bind(name)
		return true
	case there:
		if len(t.strangers) < maxQuestions {
			t.strangers = append(t.strangers, name)
		}
	case t.name == "":
		t.bind(name)
		return true
	default:
		t.contested = true
	}
	return false
}

// hasName reports whether our channel has that name now, as an event Rename
// says. A stranger who knows the name and the Uniqueid can write one, too.
func (t *tracker) hasName(name string) bool {
	if t.origination.random {
		return true
	}
	if !t.names.may() {
		return false
	}
	id, there := t.uniqueid(name)
	return there && id == t.origination.id
}

// uniqueid asks for that of the channel with a name.
func (t *tracker) uniqueid(name string) (id string, there bool) {
	t.names.count()
	ctx, cancel := context.WithTimeout(context.Background(), evidenceAfter)
	defer cancel()
	id, err := Ask(ctx, t.origination.session, action.Getvar{Channel: name, Variable: "CHANNEL(uniqueid)"})
	return id, err == nil
}

// hangsUp reports whether Asterisk says that the channel ends, or has ended.
func (t *tracker) hangsUp() bool {
	if !t.endings.may() {
		return false
	}
	t.endings.count()
	ctx, cancel := context.WithTimeout(context.Background(), evidenceAfter)
	defer cancel()
	ends, err := Ask(ctx, t.origination.session, action.Getvar{Channel: t.origination.id, Variable: "CHANNEL(checkhangup)"})
	return errors.Is(err, ErrNoSuchChannel) || err == nil && ends == "1"
}

// bind notes what the channel of the call is called from now on, and listens
// for the end of what has that name.
func (t *tracker) bind(name string) {
	if name != "" && name != t.name {
		t.name = name
		t.sub.SetFilter(t.events())
	}
}

// named reports whether that is the name of our channel.
func (t *tracker) named(name string) bool { return name != "" && name == t.name }
