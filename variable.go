package asterisk

import (
	"encoding/json"
	"fmt"

	"github.com/asterisk-go/asterisk-go/internal/show"
)

// Variable is a channel variable with its value, or a function of the dialplan,
// as HASH(h,Alert-Info) or PJSIP_HEADER(add,X-Account); where an action says so,
// a header of SIP.
//
// Of one that is to be set on a new channel, a name that begins with an
// underscore is inherited by the next channel, with two by all. A name that is
// empty or holds an equals sign, where Asterisk would end it, can't be set.
type Variable struct{ Name, Value string }

// Format prints the variable for any verb of fmt, but no value under a name like
// secret or password.
func (v Variable) Format(s fmt.State, verb rune) { show.Print(s, verb, v.shown()) }

// MarshalJSON writes the variable as Format prints it.
func (v Variable) MarshalJSON() ([]byte, error) { return json.Marshal(v.shown()) }

func (v Variable) shown() any {
	type plain Variable
	v.Value = show.Value(v.Name, v.Value)
	return plain(v)
}
