package event

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/internal/show"
)

// Variables are channel variables in the order in which Asterisk sent them. In
// JSON they are as on the wire, ["name=value"], without the values of those named
// like a secret or password.
type Variables []asterisk.Variable

// Get returns the value of the variable of a name, whose case counts, or "" if it
// is not among them. Of two with one name the first counts.
func (v Variables) Get(name string) string {
	for i := range v {
		if v[i].Name == name {
			return v[i].Value
		}
	}
	return ""
}

// MarshalJSON is described at [Variables].
func (v Variables) MarshalJSON() ([]byte, error) {
	lines := make([]string, len(v))
	for i := range v {
		lines[i] = v[i].Name + "=" + show.Value(v[i].Name, v[i].Value)
	}
	return json.Marshal(lines)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (v *Variables) UnmarshalJSON(data []byte) error {
	var lines []string
	if err := json.Unmarshal(data, &lines); err != nil {
		return err
	}
	*v = nil
	for _, line := range lines {
		*v = append(*v, assigned(line))
	}
	return nil
}

// variablesOf returns the variables of all fields that have the key of the first,
// nil for none.
func variablesOf(text string) Variables {
	if text == "" {
		return nil
	}
	first, _, _ := cutField(text)
	all := make(Variables, 0, 2) // where there is one, there are more
	for text != "" {
		key, value, rest := cutField(text)
		if strings.EqualFold(key, first) {
			all = append(all, assigned(value))
		}
		text = rest
	}
	return all
}

// assignedOf is variablesOf for what has (null) as the value of a variable that is
// not set (main/manager.c, generate_status).
func assignedOf(text string) Variables {
	all := variablesOf(text)
	for i := range all {
		if all[i].Value == "(null)" {
			all[i].Value = ""
		}
	}
	return all
}

// assigned takes name=value apart.
func assigned(line string) asterisk.Variable {
	name, value, _ := strings.Cut(line, "=")
	return asterisk.Variable{Name: name, Value: value}
}

// ChannelVariable is a variable of one of the channels that an event is about.
type ChannelVariable struct {
	Channel string // name of the channel
	asterisk.Variable
}

// Format prints the variable for any verb of fmt, without the value under a name
// like secret or password.
func (v ChannelVariable) Format(s fmt.State, verb rune) {
	type plain struct{ Channel, Name, Value string }
	show.Print(s, verb, plain{v.Channel, v.Name, show.Value(v.Name, v.Value)})
}

// MarshalJSON writes the variable as an object of Channel, Name and Value, without
// the value under a name like secret or password.
func (v ChannelVariable) MarshalJSON() ([]byte, error) {
	type plain struct{ Channel, Name, Value string }
	return json.Marshal(plain{v.Channel, v.Name, show.Value(v.Name, v.Value)})
}

// addVariable takes fields as "ChanVariable(PJSIP/1-00000001): name=value".
func addVariable(all *[]ChannelVariable, key, value string) bool {
	rest, ok := strings.CutPrefix(key, channelVariablePrefix)
	if !ok {
		return false
	}
	*all = append(*all, ChannelVariable{strings.TrimSuffix(rest, ")"), assigned(value)})
	return true
}
