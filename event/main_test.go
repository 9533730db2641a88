package event_test

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/transport"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if left := leaked(); left != "" && code == 0 {
		fmt.Fprintf(os.Stderr, "leaked goroutines:\n%s\n", left)
		code = 1
	}
	os.Exit(code)
}

// leaked returns the stacks of goroutines of this module that do not end soon.
func leaked() string {
	deadline := time.Now().Add(2 * time.Second)
	for {
		stacks := make([]byte, 1<<20)
		stacks = stacks[:runtime.Stack(stacks, true)]
		var left []byte
		for i, stack := range bytes.Split(stacks, []byte("\n\n")) {
			if i > 0 && bytes.Contains(stack, []byte("asterisk-go/event")) { // the first is this one
				left = append(append(left, stack...), "\n\n"...)
			}
		}
		if len(left) == 0 || time.Now().After(deadline) {
			return string(left)
		}
		runtime.Gosched()
	}
}

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
