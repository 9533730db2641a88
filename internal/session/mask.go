package session

import (
	"fmt"
	"strings"

	"github.com/asterisk-go/asterisk-go/ami/action"
)

// EventMask is the setting of that name: classes of events, "on", "off", or
// nothing, which is all.
type EventMask string

// Off reports whether no events are wanted at all.
func (m EventMask) Off() bool { return m == "off" }

// Check refuses what Asterisk would take for something else.
func (m EventMask) Check(packageName string) error {
	if m == "" || m == "on" || m.Off() {
		return nil
	}
	for name := range strings.SplitSeq(string(m), ",") {
		if action.ParseClass(name) == 0 {
			return fmt.Errorf("%s: Config.EventMask %q: no class of events is called %q; write classes in lower case with commas and no blanks, as \"call,user\"", packageName, string(m), name)
		}
	}
	return nil
}

// Reads reports whether the mask asks for events of the class.
func (m EventMask) Reads(class action.Class) bool {
	if m == "" || m == "on" {
		return true
	}
	for name := range strings.SplitSeq(string(m), ",") {
		if action.ParseClass(name) == class {
			return true
		}
	}
	return false
}
