package live

import (
	"encoding/json"
	"iter"
	"slices"
	"strings"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

// Variables are channel variables that have a value, in the order of their names: of those that [Config.Variables] asks
// for. They do not change. The zero value has none.
//
// A value is at most 511 bytes, as Asterisk lists no more; what is longer is cut. It is text that a caller may have
// written, if the dialplan has made it of such.
type Variables struct {
	all *[]asterisk.Variable // a pointer, so that a Channel can be compared; nobody writes to it
}

// Get returns the value of a variable, named as in [Config.Variables]; empty for one that is not set.
func (v Variables) Get(name string) string {
	if i, ok := v.find(name); ok {
		return (*v.all)[i].Value
	}
	return ""
}

// All yields names and values.
func (v Variables) All() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for _, one := range v.list() {
			if !yield(one.Name, one.Value) {
				return
			}
		}
	}
}

// IsZero reports whether there are none.
func (v Variables) IsZero() bool { return len(v.list()) == 0 }

// Equal reports whether both have the same names and values.
func (v Variables) Equal(other Variables) bool {
	return v == other || slices.Equal(v.list(), other.list())
}

// String is the variables in one line, without the values of those named like a secret or password.
func (v Variables) String() string {
	var l line
	for name, value := range v.All() {
		l.add(name, show.Value(name, value))
	}
	return strings.TrimPrefix(l.String(), " ")
}

// MarshalJSON writes {"NAME":"value"}, without the values of those named like a secret or password.
func (v Variables) MarshalJSON() ([]byte, error) {
	object := make(map[string]string)
	for name, value := range v.All() {
		object[name] = show.Value(name, value)
	}
	return json.Marshal(object)
}

func (v Variables) list() []asterisk.Variable {
	if v.all == nil {
		return nil
	}
	return *v.all
}

func (v Variables) find(name string) (int, bool) {
	return slices.BinarySearchFunc(v.list(), name, func(one asterisk.Variable, name string) int { return strings.Compare(one.Name, name) })
}

// with returns the variables with another value of one of them. It returns the same if nothing changes.
func (v Variables) with(name, value string) Variables {
	i, there := v.find(name)
	switch {
	case there && v.list()[i].Value == value, !there && value == "":
		return v
	case value == "" && len(v.list()) == 1:
		return Variables{}
	}
	all := slices.Clone(v.list())
	switch {
	case value == "":
		all = slices.Delete(all, i, i+1)
	case there:
		all[i].Value = value
	default:
		all = slices.Insert(all, i, asterisk.Variable{Name: name, Value: value})
	}
	return Variables{&all}
}
