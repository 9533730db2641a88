package live

import (
	"errors"
	"slices"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// design says how a part beside channels, bridges and Calls is kept true.
type design struct {
	name     PartName
	channels bool // it needs the part of channels
	keeper   func(limit int) keeper
	events   event.Filter             // that it has a use for, items of lists aside
	class    action.Class             // of those
	lists    []action.Action          // that make its picture
	deeper   action.Action            // an example of those that items lead to, if the keeper is a leader
	needs    string                   // what the user needs, in words, where a list is refused
	reload   func(module string) bool // whether a Reload of a module, by its name without .so, makes lists necessary; nil for never
	late     string                   // what no event tells, in words; empty for nothing
	also     action.Class             // of further events, which the part can do without; 0 for none
	alsoLate string                   // what no event tells then
}

// designs are those of all parts.
var designs = []*design{&devicesDesign, &conferencesDesign, &parkingDesign, &queuesDesign,
	&extensionsDesign, &presencesDesign, &contactsDesign, &agentsDesign, &mailboxesDesign}

// coreLists make the picture of channels and bridges. Bridges come first, so that channels find theirs.
var coreLists = []action.Action{action.BridgeList{}, action.Status{}}

// keeper keeps a part. Its methods are called as the state's are.
type keeper interface {
	// take applies an event, or an item of a list, and ignores those of other parts. Of an item it sets s.synthetic. A Gap
	// comes after renew.
	take(s *state, ev event.Event)
	// renew begins lists.
	renew()
	// sweep ends what was not seen since a generation began, for the lists are complete.
	sweep(s *state, since uint64)
	// withdraw shows nothing.
	withdraw(s *state)
	// commit shows what has changed.
	commit(s *state)
	// show puts the objects into a View.
	show(v *View)
	// exceeded reports whether something did not fit, and hasRoom whether it would now.
	exceeded() bool
	hasRoom() bool
}

// leader is a keeper that knows which lists an item leads to. It is asked on the goroutine that runs the lists, and uses nothing
// that the state's methods do.
type leader interface {
	then(item event.Event) []action.Action
}

// companion is a keeper whose objects are of channels. It attends to what becomes of these also before anything is shown.
type companion interface {
	attend(s *state)
}

// kept is a part that the user has chosen.
type kept struct {
	keeper
	*design
	since   uint64 // the generation in which its lists began to run
	syncing bool   // they run
	synced  bool   // they have been complete, so that something is shown
	lost    bool   // events were lost since
	absent  bool   // nothing is shown, for the lists fail
	refused bool   // absent, and to ask again is in vain: Asterisk does not run them for this user, or has no such action
	blind   bool   // nothing is shown, for no events come
}

func (k *kept) isShown() bool { return !k.absent && !k.blind }

// keep adds a part.
func (s *state) keep(d *design, limit int) {
	s.kept = append(s.kept, &kept{keeper: d.keeper(limit), design: d, syncing: true})
}

// keepers applies an event to the parts.
func (s *state) keepers(ev event.Event) {
	switch e := ev.(type) {
	case event.Gap:
		s.wanted, s.unsure = nil, nil
		for _, k := range s.kept {
			k.lost = true
			k.begin(s)
			k.take(s, ev)
		}
	case event.Synced:
		for _, k := range s.kept {
			k.takeSynced(s, &e)
		}
	case event.Reload:
		if reloadChanges(e.Status) {
			s.reloads(e.Module, false)
		}
	case event.Load:
		s.reloads(e.Module, true)
	case event.Unload:
		s.reloads(e.Module, false)
	case event.Newchannel, event.Newstate, event.NewCallerID, event.NewConnectedLine, event.DialBegin, event.HangupRequest,
		event.SoftHangupRequest, event.BridgeCreate, event.BridgeDestroy, event.VarSet: // most of all events, and no part has a use for them
		s.ofNoPart = true
	default:
		for _, k := range s.kept {
			if k.isShown() && !(k.channels && (s.absent || s.blind)) {
				k.take(s, ev)
			}
		}
	}
}

// begin takes that lists begin to run.
func (k *kept) begin(s *state) {
	k.since, k.syncing, k.absent, k.refused = s.generation, true, false, false
	k.renew()
}

// takeSynced takes the end of lists, if all of the part's are among them.
func (k *kept) takeSynced(s *state, e *event.Synced) {
	var failed error
	for _, a := range k.lists {
		i := slices.IndexFunc(e.Lists, func(l event.ListResult) bool { return l.Action == a.ActionName() })
		if i < 0 {
			return
		}
		failed = errors.Join(failed, e.Lists[i].Err)
	}
	var refusal *ami.Error
	refused := errors.As(failed, &refusal) // the user has other rights than before, or the module has gone
	failed = errors.Join(failed, k.takeDeeper(s, e))
	s.synthetic, k.syncing = true, false
	switch {
	case k.blind:
	case k.channels && (s.absent || s.blind): // its events would be of channels that are not there
		k.synced, k.absent = false, true
		k.withdraw(s)
	case failed == nil:
		k.synced, k.lost = true, false
		k.sweep(s, k.since)
	case !k.synced || refused:
		k.synced, k.absent, k.refused = false, true, refused
		k.withdraw(s)
	}
}

// takeDeeper returns why lists that items have led to failed.
func (k *kept) takeDeeper(s *state, e *event.Synced) (failed error) {
	if k.deeper == nil {
		return nil
	}
	name, ran := k.deeper.ActionName(), false
	for _, l := range e.Lists {
		if l.Action == name {
			failed, ran = errors.Join(failed, l.Err), true
		}
	}
	if !ran { // what failed before is of no interest
		delete(s.lists, name)
	}
	return failed
}

// commit shows what has changed. Before the lists have been complete for the first time that is nothing: some of the
// objects would look like all.
func (k *kept) commit(s *state) {
	if s.ofNoPart && !k.channels {
		return
	}
	if k.synced || !k.isShown() {
		k.keeper.commit(s)
	} else if c, ok := k.keeper.(companion); ok {
		c.attend(s)
	}
}

// close shows nothing of a part: without events what lists say would be old at once.
func (k *kept) close(s *state) {
	k.blind, k.syncing, k.synced = true, false, false
	k.withdraw(s)
}

// isItem tells an item of a list from an event with the same name.
func isItem(ev event.Event) bool {
	_, ok := ev.Fields().Lookup("ActionID")
	return ok
}

// isSyncing reports whether lists run.
func (s *state) isSyncing() bool {
	return s.syncing || slices.ContainsFunc(s.kept, func(k *kept) bool { return k.syncing })
}

// renewParts begins a generation of the parts whose lists are about to run, and returns those that may: those that Asterisk has
// refused only if force is set.
func (s *state) renewParts(lists []action.Action, force bool) []action.Action {
	runs := func(of ...action.Action) bool {
		return slices.ContainsFunc(lists, func(a action.Action) bool {
			return slices.ContainsFunc(of, func(b action.Action) bool { return a.ActionName() == b.ActionName() })
		})
	}
	var none []action.Action
	returns := false // channels do, which other parts need
	switch core := runs(coreLists...); {
	case core && (s.blind || s.refused && !force):
		none = append(none, coreLists...)
		s.generation++
	case core:
		returns, s.absent = s.absent, false
		s.renew()
	default:
		s.generation++
	}
	for _, k := range s.kept {
		switch {
		case !runs(k.lists...):
			if returns && k.channels {
				s.want(k.name)
			}
		case k.blind || k.refused && !force:
			none = append(none, k.lists...)
		default:
			k.begin(s)
		}
	}
	return slices.DeleteFunc(lists, func(a action.Action) bool {
		return slices.ContainsFunc(none, func(b action.Action) bool { return a.ActionName() == b.ActionName() })
	})
}
