package ami

import (
	"time"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// owner is whose a block is by its ActionIDs. A value with a line break in it
// can add one, but not one of ours: each has 32 bits that nobody knows. So any
// of ours decides.
type owner uint8

const (
	nobody  owner = iota // it has no ActionID
	another              // it has, and none that we gave
	us
)

// owner tells whose b is, and the number of the action if it is ours.
func (f *flight) owner(b transport.Block) (number uint64, whose owner) {
	id, found := b.Lookup("ActionID")
	if !found {
		return 0, nobody
	}
	if number, ours := f.ours(id); ours {
		return number, us
	}
	for _, id := range b.Fields().Values("ActionID") {
		if number, ours := f.ours(id); ours {
			return number, us
		}
	}
	return 0, another
}

// suspect keeps an event with another's ActionID that came in the middle of a
// list, until what comes next tells whose it is. Behind a proxy that is an item
// of another's list. But it may be one of ours, cut by a number that holds an
// ActionID and an empty line: then the rest of it comes next, which is no
// message, and has our ActionID.
type suspect struct {
	held     bool
	fields   transport.Fields
	received time.Time
	doubt    event.Doubt // what was behind it when it was read
}

// hold keeps b, or reports that there is nothing to wait for: right behind the
// name Asterisk writes the ActionID itself.
func (s *suspect) hold(b transport.Block, received time.Time, doubt event.Doubt) bool {
	if key, _ := b.Second(); key == "ActionID" {
		return false
	}
	*s = suspect{true, b.Fields(), received, doubt}
	return true
}

// decide reports whether the next block tells whose the event is, and whether
// it is ours.
func (s *suspect) decide(k kind, whose owner) (decided, ours bool) {
	if k == strayBlock && whose == nobody {
		return false, false // the rest of it is cut, too
	}
	return true, k == strayBlock && whose == us
}

// take returns the event, which is held no more.
func (s *suspect) take() (b transport.Block, received time.Time, doubt event.Doubt) {
	b, received, doubt = transport.NewBlock(s.fields), s.received, s.doubt
	*s = suspect{}
	return b, received, doubt
}
