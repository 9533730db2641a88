package live

import (
	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/event"
)

// Names of channels are used again: after a restart of Asterisk all of them, in one process those of DAHDI. If the end of the first one
// was lost, an item of the next list has its name with another Uniqueid. That may also be a stranger's text, so that Asterisk is asked.
// But it would be of the stranger's own channel, and nobody else's is touched if no other channel has that Uniqueid. So the item is
// taken when the list is complete, unless Asterisk has answered before. The new channel is doubtful until it has.

// contradicted returns the leg that an item of a list gives another Uniqueid, which is nobody's; nil for none. Nothing else was heard of that leg
// since the list began.
func (s *state) contradicted(c *event.ChannelSnapshot) *leg {
	l := s.names[c.Channel]
	if l == nil || l.id == c.UniqueID || l.seen == s.generation || s.doubt || !s.isNew(c.UniqueID) || s.pairs[event.Channel{Name: c.Channel, UniqueID: c.UniqueID}] != nil {
		return nil
	}
	return l
}

// isNew reports whether there is no channel with a Uniqueid, nor one that has ended since the list began.
func (s *state) isNew(uniqueID string) bool {
	ended, has := s.ended.when(uniqueID)
	return uniqueID != "" && s.legs[uniqueID] == nil && !(has && ended == s.generation)
}

// believe takes the items that contradict what was known before events were lost, when all others have been taken.
func (s *state) believe() {
	for _, l := range s.contradictions {
		item := l.item
		if item == nil || l.over || !s.isNew(item.UniqueID) {
			continue
		}
		s.end(l, asterisk.CauseUnset, true)
		if right := s.takeItem(item); right != nil {
			s.suspect(right)
		}
	}
}

// takeItem takes an item of a list again, after the leg that it contradicts has ended, and returns the leg that it is of.
func (s *state) takeItem(item *event.Status) *leg {
	now := s.event
	s.event = *item
	s.listsChannel(item)
	s.event = now
	return s.legs[item.UniqueID]
}
