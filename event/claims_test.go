package event_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/asterisk-go/asterisk-go/event"
)

// contradictions tells what in an event of a real server is not as the comments
// of its type have it.
func contradictions(ev event.Event) []string {
	oneOf := func(value string, all ...string) []string {
		if slices.Contains(all, value) {
			return nil
		}
		return []string{fmt.Sprintf("%q is none of %s", value, strings.Join(all, ", "))}
	}
	switch e := ev.(type) {
	case event.DialState:
		return oneOf(e.DialStatus, "RINGING", "PROGRESS", "PROCEEDING")
	case event.ContactStatus:
		return oneOf(e.ContactStatus, "Unknown", "Unreachable", "Reachable", "NonQualified", "Removed")
	case event.LocalOptimizationBegin:
		return oneOf(e.DestUniqueID, e.LocalTwo.UniqueID)
	case event.Hold: // of the storm's only phone with that key; a transfer puts a Local channel on hold, too
		if strings.HasPrefix(e.Channel, "PJSIP/") {
			return oneOf(strings.TrimRight(e.Channel, "0123456789abcdef"), "PJSIP/soft-")
		}
	case event.Unhold:
		if strings.HasPrefix(e.Channel, "PJSIP/") {
			return oneOf(strings.TrimRight(e.Channel, "0123456789abcdef"), "PJSIP/soft-")
		}
	}
	return nil
}
