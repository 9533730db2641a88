package event_test

import (
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// In what real servers said while a stranger called with another call's
// Uniqueid in his number, no event gives that Uniqueid with his channel, unless
// something is odd about it, or it is a case that can't be told.
func TestRecordedStrangers(t *testing.T) {
	files, err := filepath.Glob("../internal/conformance/testdata/strangers/*.events")
	if err != nil || len(files) < 50 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".events")
		t.Run(name, func(t *testing.T) {
			untold := 0
			for _, forged := range forgeries(t, file) {
				if forged.Doubt() == 0 {
					untold++
					if untold == 1 {
						t.Logf("%s looks whole:\n%s", forged.EventName(), forged.Fields())
					}
				}
			}
			want := cannotBeTold[strings.TrimSuffix(strings.TrimSuffix(name, "-16"), "-22")]
			if (untold > 0) != want {
				t.Errorf("%d forged events look whole, want some: %t", untold, want)
			}
		})
	}
}

// cannotBeTold are the recordings with forged events that nothing is odd about,
// as docs/safety.md says.
var cannotBeTold = map[string]bool{"call-dialled-cut-with-crlf": true}

// forgeries returns the events that give the victim's Uniqueid with a channel
// that is not its own. The victim's channel is the first of phone 201.
func forgeries(t *testing.T, file string) (forged []event.Event) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	channel, uniqueid := "", ""
	for reader := transport.NewReader(f, nil); ; {
		b, err := reader.Next()
		if err == io.EOF || err == io.ErrUnexpectedEOF { // the recording ends where the call did
			return forged
		}
		if err != nil {
			t.Fatal(err)
		}
		if key, _ := b.First(); key != "Event" {
			continue
		}
		ev := event.Decode(b.Fields())
		name, id := textOf(ev, "Channel"), textOf(ev, "Uniqueid")
		if channel == "" && strings.HasPrefix(name, "PJSIP/201-") {
			channel, uniqueid = name, id
		}
		if id == uniqueid && id != "" && name != channel {
			forged = append(forged, ev)
		}
	}
}

// textOf returns the typed field of that name, "" where there is none.
func textOf(ev event.Event, name string) string {
	if field := fieldOf(ev, name); field.IsValid() && field.Kind() == reflect.String {
		return field.String()
	}
	return ""
}
