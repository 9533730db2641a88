package table

import (
	"fmt"
	"strings"
)

// Kind is how a value of the wire is read: a name, perhaps with arguments, as
// "seconds" or "bool(Yes,No)".
type Kind struct {
	Name string
	Args []string
}

// goTypes has the Go type of every kind, as package event and package action
// spell it.
var goTypes = map[string]string{
	"text":         "string",                // as it is
	"escaped":      "string",                // with the escapes of C
	"assigned":     "asterisk.Variable",     // name=value, with (null) for the value of a variable that is not set
	"int":          "int",                   // decimal
	"int64":        "int64",                 // decimal
	"uint64":       "uint64",                // decimal
	"float":        "float64",               // argument: digits behind the point
	"bool":         "bool",                  // arguments: the words for true and false
	"seconds":      "time.Duration",         // whole
	"decimal":      "time.Duration",         // seconds with a fraction; argument: its digits
	"milliseconds": "time.Duration",         // whole
	"microseconds": "time.Duration",         // whole
	"clock":        "time.Duration",         // 00:01:07
	"unix":         "time.Time",             // seconds since 1970
	"timeval":      "time.Time",             // the same with microseconds
	"datetime":     "time.Time",             // 2026-11-22 10:59:17, of the server's zone
	"iso":          "time.Time",             // 2026-11-22T10:59:16.751+0000
	"cause":        "asterisk.Cause",        // number of Q.850
	"state":        "asterisk.ChannelState", // number
	"device":       "asterisk.DeviceState",  // NOT_INUSE
	"devicenumber": "asterisk.DeviceState",  // 1
	"devicetext":   "asterisk.DeviceState",  // Not in use
	"extension":    "ExtensionState",        // bits
	"dialstatus":   "asterisk.DialStatus",   // ANSWER
	"reason":       "OriginateReason",       // number
	"presentation": "int",                   // 0 (Presentation Allowed, Not Screened)
	"variables":    "[]ChannelVariable",     // ChanVariable(name): a=b
	"entries":      "[]Entry",               // all keys that begin so
	"reports":      "[]RTCPReport",          // Report0SourceSSRC and so on
	"names":        "[]string",              // comma separated
	"assignments":  "[]asterisk.Variable",   // name=value
	"fields":       "[]Field",               // any headers
	"enum":         "",                      // arguments: the values; the type is named for the field
	"switch":       "bool",                  // arguments: the words for true and false; both are sent
	"hand":         "",                      // written by hand
}

// ParseKind reads "name" or "name(argument,argument)".
func ParseKind(text string) (Kind, error) {
	name, rest, ok := strings.Cut(text, "(")
	k := Kind{Name: name}
	if ok {
		args, found := strings.CutSuffix(rest, ")")
		if !found {
			return Kind{}, fmt.Errorf("kind %q lacks its closing parenthesis", text)
		}
		k.Args = strings.Split(args, ",")
	}
	if _, known := goTypes[name]; !known {
		return Kind{}, fmt.Errorf("kind %q is unknown", text)
	}
	return k, nil
}

// GoType is the Go type of a field of that kind.
func (k Kind) GoType() string { return goTypes[k.Name] }

func (k Kind) String() string {
	if k.Args == nil {
		return k.Name
	}
	return k.Name + "(" + strings.Join(k.Args, ",") + ")"
}
