package live

import (
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// PartPresences is the presence states that Asterisk knows.
const PartPresences PartName = "presences"

// Presence is whether somebody can be reached, as they have said. It is a picture of one moment: do not write to it.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Events/PresenceStateChange/
type Presence struct {
	Presentity string // its key, as CustomPresence:100
	Status     string // not_set, unavailable, available, away, xa, chat or dnd
	Subtype    string `json:",omitempty"`
	Message    string `json:",omitempty"`
}

// String is the presence in one line.
func (p *Presence) String() string {
	l := newLine("presence", p.Presentity)
	l.add("Status", p.Status)
	l.add("Subtype", p.Subtype)
	l.add("Message", p.Message)
	return l.String()
}

func (p *Presence) objectName() string        { return "presence" }
func (p *Presence) subscribedBy() objectKey   { return objectKey{"presence", p.Presentity} }
func (p *Presence) changed(by *change) Change { return changed(p, by) }

// presences keeps them. No event tells that Asterisk has forgotten one.
type presences struct{ *shelf[Presence] }

var presencesDesign = design{
	name: PartPresences,
	keeper: func(limit int) keeper {
		return presences{newShelf(limit, func(p *Presence) string { return p.Presentity }, func(a, b *Presence) bool { return *a == *b })}
	},
	events: event.Of[event.PresenceStateChange](),
	class:  action.ClassCall,
	lists:  []action.Action{action.PresenceStateList{}},
	needs:  "it needs write= with call or reporting",
}

func (p presences) show(v *View) { v.presences = p.picture() }

func (p presences) take(s *state, ev event.Event) {
	e, ok := ev.(event.PresenceStateChange)
	if !ok {
		return
	}
	if s.synthetic = isItem(e); s.doubt || e.Presentity == "" {
		p.doubts(s, PartPresences, e.Presentity)
		return
	}
	if draft := p.touch(s, e.Presentity); draft != nil {
		*draft = Presence{e.Presentity, e.Status, e.Subtype, e.Message}
	}
}
