package session

import (
	"fmt"

	"github.com/asterisk-go/asterisk-go/ami/action"
)

// Allow refuses actions that change the session itself, which a client keeps: the
// next reconnection would undo them. Instead says what serves, by the name of the
// action, and rest what serves otherwise.
func (e *Errors) Allow(a action.Action, instead map[string]string, rest string) error {
	name := a.ActionName()
	spec, _ := action.Lookup(name)
	if !spec.Session {
		return nil
	}
	return e.Invalid(name, fmt.Errorf("it changes the session, which a Client keeps itself: %s%s", instead[spec.Name], rest))
}
