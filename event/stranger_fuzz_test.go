package event_test

import (
	"strings"
	"testing"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

// What a stranger can write: a number, a name or a dialled extension; and much
// more into the number that a call was redirected from.
const (
	longestText        = 79
	longestDiversion   = 2000
	diversion          = "CallerIDrdnis"
	optionalKeysOfSome = "TechCause Forward TenantID UserDefType SwapUniqueid BridgeVideoSource Tenantid ChanVariable ActionID"
)

// FuzzStranger writes text that is made of keys, line endings and whole events
// into a field of a recorded event that a stranger can fill. What Asterisk
// writes before that field stays as it is. What stands after it stays, or the
// event is odd; a value that the text made up is never taken for Asterisk's
// without that, unless the text ends the event and looks whole: docs/safety.md.
func FuzzStranger(f *testing.F) {
	var events []event.Event
	for _, version := range []string{"16", "22"} {
		for _, ev := range recorded(f, version) {
			if len(strangersKeysOf(ev)) > 0 {
				events = append(events, ev)
			}
		}
	}
	seeds := []string{"1\nUniqueid: " + victim, "1\r\nUniqueid: " + victim + "\r\n", "1\n\nEvent: x", "1\nSwapUniqueid: " + victim,
		"1\nPriority: 1\nUniqueid: " + victim + "\nLinkedid: " + victim,
		"1\nPriority: 1\nUniqueid: " + victim + "\nLinkedid: " + victim + "\n\nEvent: x",
		"1\r\nPriority:1\r\nUniqueid:9.9\r\nLinkedid:1\r\nCause:16\r\nCause-txt:x\r\n\r\nEvent:x",
		"1\nChannel: " + otherChannel, "1\nActionID: x", "1\n\nEvent: Hangup\nPrivilege: call,all\nUniqueid: " + victim,
		"1\nCallerIDNum: 2\nUniqueid: 3\n", "1\nChanVariable: A=b\nLinkedid: 1",
		"1\r\nTechCause: 404", "1\r\nVariable: DIALSTATUS", "1\r\nForward: Local/9@x", "1\r\nTenantID: evil\r\nUserDefType: PAID"}
	for i := range events {
		for n := range seeds {
			f.Add(i, n, []byte(seeds[n]), false)
		}
		f.Add(i, i, []byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 200, 201, 202, 203}, true)
	}
	f.Fuzz(func(t *testing.T, which, where int, text []byte, words bool) {
		ev := events[abs(which)%len(events)]
		keys := strangersKeysOf(ev)
		key := keys[abs(where)%len(keys)]
		written := string(text)
		if words {
			written = spell(ev, text)
		}
		most := longestText
		if key == diversion {
			most = longestDiversion
		}
		checkStranger(t, ev, key, written[:min(len(written), most)])
	})
}

func abs(n int) int { return n & (1<<31 - 1) }

// strangersKeysOf returns the keys of an event that a caller's number, name or
// dialled extension fills.
func strangersKeysOf(ev event.Event) (keys []string) {
	for key := range ev.Fields().All() {
		for _, ending := range []string{"CallerIDNum", "ConnectedLineNum", "Exten", "DialString", "AppData", "Source", "Destination", "CallerIDani", "CallerIDname", diversion} {
			if strings.HasSuffix(key, ending) {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// spell makes words of bytes: keys of the event, separators, values.
func spell(ev event.Event, text []byte) string {
	words := []string{"\n", "\r\n", ": ", ":", "\n\n", "\r\n\r\n", "1", victim, "Event: Hangup", "Event: x", "Privilege: call,all", "SwapUniqueid",
		"ChanVariable", "BridgeVideoSource", "ActionID", "EventList: Complete", "TechCause", "Tenantid", otherChannel}
	for key := range ev.Fields().All() {
		words = append(words, "\n"+key+": ", "\r\n"+key+":")
	}
	for _, key := range strings.Fields(optionalKeysOfSome) {
		words = append(words, "\r\n"+key+": ", "\n"+key+":")
	}
	var b strings.Builder
	for _, c := range text {
		b.WriteString(words[int(c)%len(words)])
	}
	return b.String()
}

func checkStranger(t *testing.T, ev event.Event, key, written string) {
	t.Helper()
	if strings.Contains(written, "\x00") {
		return
	}
	before, rest, _ := strings.Cut(ev.Fields().String(), "\n"+key+":")
	_, behind, _ := strings.Cut(rest, "\n")
	block, cut := firstBlock(before + "\n" + key + ": " + written + "\r\n" + behind)
	got := event.Decode(transport.ParseFields(block))
	if got.EventName() != ev.EventName() {
		t.Fatalf("%s became %s", ev.EventName(), got.EventName())
	}
	wantTyped, err := event.Encode(ev)
	if err != nil {
		return // a type without fields of its own
	}
	gotTyped, err := event.Encode(got)
	if err != nil { // an escaped name that holds what no line can: cut, and marked or whole
		return
	}
	if !cut && ev.EventName() != "UserEvent" {
		checkMadeUp(t, ev, got, gotTyped, written)
		checkCertain(t, ev, got, wantTyped, key, written)
	}
	first := firstStranger(ev)
	for k, want := range wantTyped.All() {
		value := gotTyped.Get(k)
		switch {
		case len(wantTyped.Values(k)) > 1 || strings.Contains(k, "ChanVariable") || k == "Event" || value == want || k == key:
		case fieldPlace(ev, k) < first:
			t.Errorf("%s: %s = %q, want %q: it stands before all strangers' fields, and %q was written into %s", ev.EventName(), k, value, want, written, key)
		case zeroValue(value) && got.Doubt() != 0:
		case got.Doubt() == 0 && !cut:
			t.Errorf("%s: %s = %q, want %q, and nothing is odd: %q in %s", ev.EventName(), k, value, want, written, key)
		case !cut && !zeroValue(value):
			t.Errorf("%s: %s = %q, want %q: %q in %s\n%s", ev.EventName(), k, value, want, written, key, got.Fields())
		}
	}
}

// checkMadeUp looks at the fields that only the text has made: no typed field and
// no question for the key has them, unless the event is odd.
func checkMadeUp(t *testing.T, ev, got event.Event, typed transport.Fields, written string) {
	t.Helper()
	for k := range typed.All() {
		if _, there := ev.Fields().Lookup(k); there || got.Doubt() != 0 {
			continue
		}
		if value := typed.Get(k); !zeroValue(value) {
			t.Errorf("%s: %s = %q, which %q has made up, and nothing is odd", ev.EventName(), k, value, written)
		}
		if value, ok := got.(interface {
			Certain(string) (string, bool)
		}).Certain(k); ok {
			t.Errorf("%s: Certain(%s) = %q, which %q has made up, and nothing is odd", ev.EventName(), k, value, written)
		}
	}
}

// checkCertain holds what is known of each key to what the event was before. What
// has no typed field may be unknown without a mark.
func checkCertain(t *testing.T, ev, got event.Event, typed transport.Fields, key, written string) {
	t.Helper()
	for k, want := range ev.Fields().All() {
		if k == key || k == "Event" || len(ev.Fields().Values(k)) > 1 || ev.EventName() == "UserEvent" || strings.HasPrefix(k, "ChanVariable(") {
			continue
		}
		value, ok := got.(interface {
			Certain(string) (string, bool)
		}).Certain(k)
		_, place := typed.Lookup(k)
		switch there := place && len(got.Fields().Values(k)) > 0; {
		case ok && value != want, !ok && there && got.Doubt() == 0:
			t.Errorf("%s: Certain(%s) = %q, %t, want %q: %q in %s\n%s", ev.EventName(), k, value, ok, want, written, key, got.Fields())
		}
	}
}

// firstStranger is where the first field stands that some stranger may fill.
func firstStranger(ev event.Event) int {
	for k, value := range ev.Fields().All() {
		if strings.HasSuffix(k, "Channel") && strings.HasPrefix(value, "Local/") || strings.HasSuffix(k, "CallerIDNum") || k == "AccountCode" || k == "CallerID" || k == "BridgeName" {
			return fieldPlace(ev, k)
		}
	}
	return 0
}

// fieldPlace is where a key stands on the wire.
func fieldPlace(ev event.Event, key string) int {
	n := 0
	for k := range ev.Fields().All() {
		if k == key {
			return n
		}
		n++
	}
	return n
}

func zeroValue(value string) bool {
	switch value {
	case "", "0", "<unknown>", "unknown", "(null)", "No", "0.000000", "00:00:00":
		return true
	}
	return false
}

// firstBlock is what a reader takes for the event: all up to an empty line.
func firstBlock(text string) (block string, cut bool) {
	reader := transport.NewReader(strings.NewReader(text+"\r\n"), nil)
	b, err := reader.Next()
	if err != nil {
		return text, false
	}
	block = b.Fields().String()
	return block, len(block) < len(text)
}
