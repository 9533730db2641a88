package action

import "strings"

// Spec says how an action is answered.
type Spec struct {
	Name string
	// Class is who may run it: a user with any one of these classes in
	// write=. 0 means every user.
	Class Class
	// End is the event that ends its list; empty when there is none, or when
	// the header EventList always says so and more.
	End string
	// Slow says that it may keep Asterisk from reading and sending for long.
	Slow bool
	// Session says that it changes the session it runs in.
	Session bool
}

// Lookup returns how the named action is answered, without regard to case. For
// an unknown action, ok is false and the zero Spec says: not known to be slow,
// a list only where EventList announces one.
func Lookup(name string) (spec Spec, ok bool) {
	if spec, ok = specs[name]; !ok { // nearly always spelled as Asterisk does
		spec, ok = specs[folded[strings.ToLower(name)]]
	}
	return spec, ok
}

// folded has the names of specs by what they are in lower case.
var folded = func() map[string]string {
	names := make(map[string]string, len(specs))
	for name := range specs {
		names[strings.ToLower(name)] = name
	}
	return names
}()
