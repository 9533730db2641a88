package session

import (
	"time"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

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
func (s *suspect) hold(b arrival) bool {
	if idInPlace(b.Block) {
		return false
	}
	*s = suspect{true, b.Fields(), b.received, b.doubt}
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
func (s *suspect) take() arrival {
	b := arrival{transport.NewBlock(s.fields), s.received, s.doubt}
	*s = suspect{}
	return b
}
