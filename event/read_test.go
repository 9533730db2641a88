package event_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

func TestReadLog(t *testing.T) {
	const log = "Asterisk Call Manager/11.0.0\r\n" +
		"Response: Success\r\nMessage: Authentication accepted\r\n\r\n" +
		"Event: FullyBooted\r\nStatus: Fully Booted\r\n\r\n" +
		"\r\n\r\nNoise\r\n\r\n" +
		"Event: Hangup\nCause: 16\n\n" +
		"Response: Success\r\nEvent: Hangup\r\n\r\n" +
		"Event: New\r\nno colon\r\n\r\n" +
		"Event: OriginateResponse\r\nResponse: Failure\r\nReason: 5\r\n"
	before := time.Now()
	var got []string
	for ev, err := range event.Read(strings.NewReader(log)) {
		if err != nil {
			t.Fatal(err)
		}
		if ev.Received().Before(before) || ev.Received().After(time.Now()) {
			t.Errorf("Received = %v", ev.Received())
		}
		got = append(got, fmt.Sprintf("%T %s", ev, describe(ev)))
	}
	want := []string{"event.FullyBooted FullyBooted 0.1", "event.Hangup Hangup 0.2", "event.Unknown New 0.3", "event.OriginateResponse OriginateResponse 0.4"}
	if !slices.Equal(got, want) {
		t.Errorf("Read\n got %q\nwant %q", got, want)
	}
}

func TestReadGoesOnBehindOversized(t *testing.T) {
	log := "Event: A\n\nEvent: B\nX: " + strings.Repeat("x", 2<<20) + "\n\nEvent: C\n\n"
	var got []string
	for ev, err := range event.Read(strings.NewReader(log)) {
		var limit *transport.LimitError
		switch {
		case errors.As(err, &limit):
			got = append(got, "limit of "+limit.What)
		case err != nil:
			t.Fatal(err)
		default:
			got = append(got, ev.EventName())
		}
	}
	if want := []string{"A", "limit of line", "C"}; !slices.Equal(got, want) {
		t.Errorf("Read = %q, want %q", got, want)
	}
}

// A log that ends within a line says so behind its last event.
func TestReadOfALogThatIsCut(t *testing.T) {
	var got []string
	for ev, err := range event.Read(strings.NewReader("Event: A\n\nEvent: B\nCallerIDNum: 12")) {
		if err != nil {
			got = append(got, err.Error())
			continue
		}
		got = append(got, ev.EventName())
	}
	if want := []string{"A", "B", io.ErrUnexpectedEOF.Error()}; !slices.Equal(got, want) {
		t.Errorf("Read = %q, want %q", got, want)
	}
}

func TestReadYieldsTheErrorOfItsReaderLast(t *testing.T) {
	cause := errors.New("disk gone")
	r := io.MultiReader(strings.NewReader("Event: A\n\nEvent: B\n"), iotest.ErrReader(cause))
	var got []string
	for ev, err := range event.Read(r) {
		if err != nil {
			got = append(got, err.Error())
			if ev != nil {
				t.Errorf("%v comes with an error", ev)
			}
			continue
		}
		got = append(got, ev.EventName())
	}
	if want := []string{"A", cause.Error()}; !slices.Equal(got, want) {
		t.Errorf("Read = %q, want %q", got, want)
	}
}

// An event of a log costs two allocations: its text, and its value in an Event.
func TestReadAllocations(t *testing.T) {
	const events = 1000
	log := strings.Repeat("Event: Newexten\r\nPrivilege: dialplan,all\r\nChannel: PJSIP/1-00000001\r\nUniqueid: 1.1\r\nExtension: 1\r\n\r\n", events)
	got := testing.AllocsPerRun(5, func() {
		for ev, err := range event.Read(strings.NewReader(log)) {
			if err != nil || ev == nil {
				t.Fatal(err)
			}
		}
	})
	if got > 2.2*events {
		t.Errorf("%.1f allocations an event, want at most 2.2", got/events)
	}
}

func TestReadStopsWithTheLoop(t *testing.T) {
	for range event.Read(strings.NewReader("Event: A\n\nEvent: B\n\n")) {
		break
	}
	for range event.Read(strings.NewReader("")) {
		t.Error("an empty log has events")
	}
}

// TestRecorded reads what real servers sent: each type but Rename is there, and
// holds what the wire means.
func TestRecorded(t *testing.T) {
	for _, version := range []string{"16", "22"} {
		seen := make(map[string]bool)
		for _, ev := range recorded(t, version) {
			seen[fmt.Sprintf("%T", ev)] = true
			if _, left := event.DecodeStrict(ev.Fields()); len(left) > 0 || seen["event.Unknown"] {
				t.Errorf("no place for %v of %s", left, ev.EventName())
			}
			checkRecorded(t, ev)
		}
		for _, typ := range []string{"CoreShowChannel", "DialBegin", "DialEnd", "FullyBooted", "Hangup", "NewCallerID", "Newchannel", "Newstate",
			"OriginateResponse", "QueueEntry", "QueueMember", "QueueParams", "Reload", "Shutdown", "Status", "UserEvent", "VarSet"} {
			if !seen["event."+typ] {
				t.Errorf("Asterisk %s sent no %s", version, typ)
			}
		}
	}
}

func checkRecorded(t *testing.T, ev event.Event) {
	t.Helper()
	wire := ev.Fields()
	switch e := ev.(type) {
	case event.NewCallerID:
		if e.CallerIDName != "O'Brien?" || e.CallingPresText != "Presentation Allowed, Not Screened" {
			t.Errorf("NewCallerid = %+v", e)
		}
	case event.DialBegin:
		if e.Dest.Channel != wire.Get("DestChannel") || e.Channel != wire.Get("Channel") || len(e.Dest.ChanVariable) != 2 {
			t.Errorf("DialBegin = %+v", e)
		}
	case event.OriginateResponse:
		if e.Response == "Success" && (e.Reason != event.ReasonAnswer || e.UniqueID == "" || e.CallerIDName != "O'Brien?") {
			t.Errorf("OriginateResponse = %+v", e)
		}
		if e.Response == "Failure" && (e.Reason != event.ReasonFailure || e.UniqueID != "" || e.CallerIDName != "") {
			t.Errorf("OriginateResponse = %+v", e)
		}
	case event.UserEvent:
		if strings.HasPrefix(e.Channel, "fake/") || !slices.Contains(wire.Values("Channel"), "fake/1") && !slices.Contains(wire.Values("Channel"), "fake/2") {
			t.Errorf("UserEvent = %+v", e)
		}
	case event.VarSet:
		if e.Variable == "FOO" && e.Value != `it's "q" \ b` || e.Channel == "none" {
			t.Errorf("VarSet = %+v", e)
		}
	case event.QueueEntry:
		if e.CallerIDName != "O'Brien?" || e.Wait != time.Second || e.Position != 1 {
			t.Errorf("QueueEntry = %+v", e)
		}
	case event.QueueMember:
		if e.LoginTime.IsZero() || !e.LastCall.IsZero() || e.Status != 1 {
			t.Errorf("QueueMember = %+v", e)
		}
	}
}
