package event

import "context"

// Handlers has a function for each type of event that a program acts on: see
// [On] and [OnUser], and [Subscription.Handle], which calls them. Where a typed
// event costs an allocation in an [Event], which is an interface, here it costs
// none; and one without a function is not decoded at all.
//
// The zero value has no functions. Set all of them before the first use: from
// then on it may be shared by subscriptions and goroutines, and a function is
// called on whichever of them takes its event.
type Handlers struct {
	// Other is called with what there is no function for, the marks of the
	// stream ([Gap], [Connected], [Synced]) included. Nil passes over them; a
	// program that keeps a picture of the PBX has to know at least of a Gap.
	Other func(ev Event)

	byName map[string]handler
	user   map[string]func(e *UserEvent) // by the name that the sender gave
	marks  map[string]func(Event)        // by what markOf says
}

// handler has the function for the events of one name.
type handler struct {
	decode decoder
	f      any         // func(T)
	call   func(Event) // the same for a T in an Event
}

// Handled is the types of this package that a subscription gives: those of
// events, [Gap], [Connected], [Synced] and [Unknown].
type Handled[T any] interface {
	Event
	handled(func(T))
}

// On has h call f with each event of type T. A later function for a type takes
// the place of an earlier one; a nil one removes it.
func On[T Handled[T]](h *Handlers, f func(T)) {
	var of T
	call := func(ev Event) { f(ev.(T)) }
	if mark, ok := markOf(of); ok {
		set(&h.marks, mark, call, f == nil)
		return
	}
	name := of.EventName()
	set(&h.byName, name, handler{decoderOf(name), f, call}, f == nil)
}

func set[V any](m *map[string]V, name string, value V, remove bool) {
	if remove {
		delete(*m, name)
		return
	}
	if *m == nil {
		*m = make(map[string]V)
	}
	(*m)[name] = value
}

// OnUser has h call f with each UserEvent of T, decoded as by [DecodeUser], and
// with the event itself. The function for [UserEvent] is given the others.
func OnUser[T UserType](h *Handlers, f func(T, UserEvent)) {
	set(&h.user, userName[T]("OnUser"), func(e *UserEvent) { f(userOf[T](e), *e) }, f == nil)
}

// Handle waits for the next event and calls the function of h for it, on the
// goroutine of the caller and under no lock: the function may close the
// subscription, subscribe, or run actions. The errors are those of
// [Subscription.Next], with which no function is called. Events that
// [Event.Doubt] says something of are counted and reported as those of Next.
func (s *Subscription) Handle(ctx context.Context, h *Handlers) error {
	raw, err := s.NextRaw(ctx)
	if err != nil {
		return err
	}
	if raw.marker != nil {
		h.takeOther(raw.marker)
		return nil
	}
	name, text, _ := cutName(&raw.Base)
	f, ok := h.byName[name]
	switch {
	case name == userEventName && h.takeUser(s, raw.Base, text):
	case ok:
		if ev := f.decode(raw.Base, text, nil, f.f); ev != nil {
			s.doubted(ev)
			f.call(ev)
		}
	case h.Other != nil || h.marks[""] != nil && decoderOf(name) == nil:
		h.takeOther(s.decode(raw))
	}
	return nil
}

// takeUser reports whether there is a function for what the sender named.
func (h *Handlers) takeUser(s *Subscription, base Base, text string) bool {
	if len(h.user) == 0 {
		return false
	}
	_, name, _ := cutUser(text)
	f := h.user[name]
	if f == nil {
		return false
	}
	e := userEventOf(base, text, nil)
	if e.doubt != 0 {
		s.doubted(e)
	}
	f(&e)
	return true
}

// takeOther takes what is decoded already.
func (h *Handlers) takeOther(ev Event) {
	call := h.Other
	if mark, ok := markOf(ev); ok && h.marks[mark] != nil {
		call = h.marks[mark]
	}
	if call != nil {
		call(ev)
	}
}

// markOf returns the key of marks for the types that are no event's.
func markOf(ev Event) (key string, ok bool) {
	switch ev.(type) {
	case Gap, Connected, Synced:
		return ev.EventName(), true
	case Unknown:
		return "", true
	}
	return "", false
}

func (Unknown) handled(func(Unknown)) {}

func (Gap) handled(func(Gap)) {}

func (Connected) handled(func(Connected)) {}

func (Synced) handled(func(Synced)) {}
