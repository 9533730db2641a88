package stranger_test

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/event"
)

// notTold are the recordings in which events that say nothing odd of themselves are another call's, by their Uniqueid.
// docs/safety.md lists them: an event that is cut with CR LF behind a forged Linkedid has each key once, in Asterisk's
// order and with its line endings. (A session that reads what follows in the same piece tells: event.DoubtCut.)
var notTold = map[string][]string{
	"call-dialled-cut-with-crlf": {"HangupRequest", "Newchannel", "Newstate", "SoftHangupRequest"},
}

// TestTold reads what real servers have sent of strangers' calls, as a program reads a log: an event that a stranger has
// made another call's says that it is odd, but for those that docs/safety.md lists, which do not.
func TestTold(t *testing.T) {
	files, err := filepath.Glob("../conformance/testdata/strangers/*.events")
	if err != nil || len(files) == 0 {
		t.Fatal(len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".events")
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			believed := make(map[string]bool)
			ends := 0
			v := other{}
			for ev, err := range event.Read(bytes.NewReader(text)) {
				if err != nil {
					t.Fatal(err)
				}
				v.know(ev)
				if v.made(ev) && ev.Doubt() == 0 {
					believed[ev.EventName()] = true
				}
				if hangup, ok := ev.(event.Hangup); ok && hangup.Doubt() == 0 && v.uniqueid != "" && hangup.UniqueID == v.uniqueid {
					ends++
				}
			}
			want := notTold[name[:len(name)-len("-16")]]
			if got := slices.Sorted(maps.Keys(believed)); !slices.Equal(got, want) {
				t.Errorf("events of the stranger's channel that pass for the victim's: %v, want %v", got, want)
			}
			if !strings.HasPrefix(name, "security") && ends != 1 {
				t.Errorf("the victim has hung up %d times, want 1", ends)
			}
		})
	}
}

// other is the call that strangers name: that of phone 201.
type other struct{ channel, uniqueid string }

// know takes the first Newchannel of the call.
func (o *other) know(ev event.Event) {
	if e, ok := ev.(event.Newchannel); ok && o.uniqueid == "" && strings.HasPrefix(e.Channel, "PJSIP/201-") {
		o.channel, o.uniqueid = e.Channel, e.UniqueID
	}
}

// identities are the keys by which an event may name a call.
var identities = []string{"Uniqueid", "Linkedid", "DestUniqueid", "DestLinkedid", "SwapUniqueid", "TransfererUniqueid",
	"TransfererLinkedid", "TransfereeUniqueid", "LocalOneUniqueid", "LocalOneLinkedid", "LocalTwoUniqueid", "LocalTwoLinkedid"}

// made reports whether the event names the call and is another channel's.
func (o *other) made(ev event.Event) bool {
	if o.uniqueid == "" {
		return false
	}
	fields := ev.Fields()
	if fields.Get("Channel") == o.channel && fields.Get("Uniqueid") == o.uniqueid {
		return false
	}
	return slices.ContainsFunc(identities, func(key string) bool { return event.Where(key, o.uniqueid).Match(fields) })
}
