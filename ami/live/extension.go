package live

import (
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// PartExtensions is the states of extensions that have a hint in the dialplan.
const PartExtensions PartName = "extensions"

// Extension is an extension with a hint: one that a phone can subscribe to, as the key of a colleague. Asterisk knows an extension of
// a pattern only once somebody has asked for it. It is a picture of one moment: do not write to it.
// https://docs.asterisk.org/Latest_API/API_Documentation/AMI_Events/ExtensionStatus/
type Extension struct {
	Exten   string // with Context its key, as 700@hints
	Context string
	// Hint is the devices that make up the state, and after a comma whose presence is meant: as PJSIP/100&PJSIP/101,CustomPresence:100.
	// Only a list tells that a reload has changed it.
	Hint       string               `json:",omitempty"`
	Status     event.ExtensionState // idle is zero
	StatusText string               `json:",omitempty"` // Status in Asterisk's words
}

// String is the extension in one line.
func (x *Extension) String() string {
	l := newLine("extension", x.key())
	l.add("Hint", x.Hint)
	l.add("Status", x.StatusText)
	return l.String()
}

func (x *Extension) key() string               { return x.Exten + "@" + x.Context }
func (x *Extension) objectName() string        { return "extension" }
func (x *Extension) subscribedBy() objectKey   { return objectKey{"extension", x.key()} }
func (x *Extension) changed(by *change) Change { return changed(x, by) }

// extensions keeps their states. A reload of the dialplan tells of each hint that there is after it, with the devices
// of before, and not of those that have gone.
type extensions struct{ *shelf[Extension] }

var extensionsDesign = design{
	name: PartExtensions,
	keeper: func(limit int) keeper {
		return extensions{newShelf(limit, (*Extension).key, func(a, b *Extension) bool { return *a == *b })}
	},
	events: event.Of[event.ExtensionStatus](),
	class:  action.ClassCall,
	lists:  []action.Action{action.ExtensionStateList{}},
	needs:  "it needs write= with call or reporting",
	reload: modules("pbx_config", "pbx_ael", "pbx_lua", "res_pjsip_config_wizard"),
	late:   "that a hint was removed, or names other devices, where nothing else tells of a reload",
}

func (x extensions) show(v *View) { v.extensions = x.picture() }

func (x extensions) take(s *state, ev event.Event) {
	e, ok := ev.(event.ExtensionStatus)
	if !ok {
		return
	}
	key := e.Exten + "@" + e.Context
	if s.synthetic = isItem(e); s.doubt || e.Exten == "" || e.Context == "" {
		x.doubts(s, PartExtensions, key)
		return
	}
	if e.Exten[0] == '_' {
		return // a pattern, which is in no list
	}
	if !s.synthetic {
		if isReloaded(x.now(key), &e) {
			s.want(PartExtensions)
		}
		if e.Status == event.ExtensionRemoved {
			x.remove(s, key)
			return
		}
	}
	draft := x.touch(s, key)
	if draft == nil {
		return
	}
	draft.Exten, draft.Context, draft.Status, draft.StatusText = e.Exten, e.Context, e.Status, e.StatusText
	if s.synthetic || e.Hint != "" {
		draft.Hint = e.Hint
	}
}

// isReloaded reports whether an event is one of a reload of the dialplan: it tells of a hint that is new, without its devices, or
// tells nothing new. While an extension rings, Asterisk repeats that.
func isReloaded(before *Extension, e *event.ExtensionStatus) bool {
	if before == nil {
		return e.Hint == ""
	}
	return before.Status == e.Status && !e.Status.Has(event.ExtensionRinging) || e.Status < 0
}
