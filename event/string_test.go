package event_test

import (
	"fmt"
	"testing"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/event"
)

func TestWords(t *testing.T) {
	for _, test := range []struct {
		value fmt.Stringer
		want  string
	}{
		{asterisk.CauseNormalClearing, "normal clearing"},
		{asterisk.CauseUnset, "not set"},
		{asterisk.Cause(4711), "cause 4711"},
		{asterisk.Cause(-1), "cause -1"},
		{asterisk.ChannelDown, "Down"},
		{asterisk.ChannelPreRing, "Pre-ring"},
		{asterisk.ChannelState(99), "Unknown"},
		{asterisk.ChannelState(-1), "Unknown"},
		{event.ReasonBusy, "busy"},
		{event.OriginateReason(6), "unknown"},
	} {
		if got := test.value.String(); got != test.want {
			t.Errorf("%T(%d) = %q, want %q", test.value, test.value, got, test.want)
		}
	}
}

// The names are those of ChannelStateDesc, so both agree in what was recorded.
func TestChannelStatesAreThoseOfAsterisk(t *testing.T) {
	for _, version := range []string{"16", "22"} {
		n := 0
		for _, ev := range recorded(t, version) {
			if e, ok := ev.(event.Newstate); ok {
				n++
				if e.ChannelState.String() != e.ChannelStateDesc {
					t.Errorf("state %d is %q, Asterisk says %q", e.ChannelState, e.ChannelState, e.ChannelStateDesc)
				}
			}
		}
		if n == 0 {
			t.Errorf("no Newstate was recorded of %s", version)
		}
	}
}
