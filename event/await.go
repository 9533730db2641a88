package event

import (
	"context"
	"fmt"
	"reflect"
)

// Await waits for the next event of type E that match wants, and returns it. A
// nil match takes the first event of the type. To do something and wait for what
// follows, subscribe first:
//
//	sub := client.Subscribe(event.Of[event.Hangup](), nil)
//	defer sub.Close()
//	if _, err := client.Do(ctx, action.Hangup{Channel: name}); err != nil {
//		return err
//	}
//	e, err := event.Await(ctx, sub, func(e event.Hangup) bool { return e.Channel == name })
//
// Await takes from the subscription all that comes before the event, so give it a
// subscription of its own, whose filter lets E through. match runs on the
// caller's goroutine.
//
// A [Gap] ends the wait with a [*GapError], for the event may be among the missing
// ones; to go on waiting nevertheless, call Await again. Otherwise the errors are
// those of [Subscription.Next]: [ErrClosed] or the cause of the session's end,
// and for a context that has ended one that is both ctx.Err() and its cause. The
// subscription stays open.
//
// E may also be [Gap], [Connected] or [Synced], or the interface [Event] for an
// event of any type. Await panics where E is what no subscription has: a pointer,
// [Raw], [Base], or a struct of your own, also one that embeds an event.
func Await[E Event](ctx context.Context, sub *Subscription, match func(E) bool) (E, error) {
	var none E
	if of := reflect.TypeFor[E](); !comes(of) {
		panic(fmt.Sprintf("event: Await[%v] never ends: events are values of the types of this package, as event.Hangup", of))
	}
	for {
		ev, err := sub.Next(ctx)
		if err != nil {
			return none, err
		}
		if e, ok := ev.(E); ok && (match == nil || match(e)) {
			return e, nil
		}
		if gap, ok := ev.(Gap); ok {
			return none, &GapError{gap}
		}
	}
}

// comes reports whether a subscription can have events of a type.
func comes(of reflect.Type) bool {
	switch of {
	case reflect.TypeFor[Raw](), reflect.TypeFor[Base]():
		return false
	}
	return of.Kind() == reflect.Interface || of.Kind() == reflect.Struct && of.PkgPath() == reflect.TypeFor[Hangup]().PkgPath()
}

// GapError is the error of [Await] where events are missing. It unwraps to why
// the connection was lost, if that is the reason.
type GapError struct {
	Gap Gap
}

// Error says how many events are missing and why.
func (e *GapError) Error() string {
	switch {
	case e.Gap.Err != nil:
		return "event: the event may be missing: " + e.Gap.Err.Error()
	case e.Gap.Missed < 0:
		return fmt.Sprintf("event: the event may be missing: %s", e.Gap.Reason)
	}
	return fmt.Sprintf("event: the event may be missing: %d are (%s)", e.Gap.Missed, e.Gap.Reason)
}

// Unwrap returns Gap.Err.
func (e *GapError) Unwrap() error { return e.Gap.Err }
