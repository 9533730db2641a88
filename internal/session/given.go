package session

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/transport"
)

// Given returns the action, or for one that is nil an action that can't be sent:
// its Encode fails.
func Given(a action.Action) action.Action {
	if a == nil {
		return nilAction{"(nil)"}
	}
	if v := reflect.ValueOf(a); v.Kind() == reflect.Pointer && v.IsNil() {
		return nilAction{fmt.Sprintf("(nil %T)", a)}
	}
	return a
}

type nilAction struct{ name string }

var errNilAction = errors.New("the action is nil")

func (a nilAction) ActionName() string            { return a.name }
func (nilAction) Encode(*transport.Builder) error { return errNilAction }
