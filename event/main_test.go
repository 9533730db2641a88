package event_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
	"github.com/asterisk-go/asterisk-go/internal/leak"
	"github.com/asterisk-go/asterisk-go/transport"
)

func TestMain(m *testing.M) { leak.Main(m, lab.Stop) }

// fields makes fields of lines.
func fields(lines ...string) transport.Fields {
	var text bytes.Buffer
	for _, line := range lines {
		text.WriteString(line + "\r\n")
	}
	return transport.ParseFields(text.String())
}

// block is fields as a reader gives them.
func block(lines ...string) transport.Block { return transport.NewBlock(fields(lines...)) }

// recorded reads the events that an Asterisk of this version sent.
func recorded(t testing.TB, version string) []event.Event {
	t.Helper()
	file, err := os.Open("testdata/asterisk-" + version + ".log")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var events []event.Event
	for ev, err := range event.Read(file) {
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, ev)
	}
	return events
}
