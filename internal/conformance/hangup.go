package conformance

import (
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// hangup: a call whose Local channel was optimized away, and the ChannelID with it, is hung up.
func (p *place) hangup(t *testing.T) {
	s := p.open(t, "all")
	ctx := deadline(t, 60*time.Second)
	for _, loop := range []bool{true, false} {
		ended := s.Subscribe(event.Of[event.Hangup](), nil)
		defer ended.Close()
		call, err := ami.Originate(ctx, s, action.Originate{Channel: "Local/dial-tone@app", Context: "app", Exten: "dial-tone"})
		if err != nil {
			t.Fatal(err)
		}
		over := make(chan error, 1)
		progress := func() {
			for _, err := range call.Progress(ctx) {
				if err != nil {
					over <- err
					return
				}
			}
			over <- nil
		}
		if loop {
			// Ends with the call; the test waits for it.
			go progress()
		}
		if _, err := event.Await(ctx, ended, func(e event.Hangup) bool { return e.UniqueID == call.ChannelID() }); err != nil {
			t.Fatal(err)
		}
		if err := call.Hangup(ctx); err != nil {
			t.Errorf("Hangup, with a loop %t: %v", loop, err)
		}
		if !loop {
			progress()
		}
		if err := <-over; err != nil {
			t.Errorf("Progress after Hangup, with a loop %t: %v", loop, err)
		}
	}
	hangUpAll(t, p.conn(t, "off"))
}
