package asyncagi_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go/agi"
	"github.com/asterisk-go/asterisk-go/agi/asyncagi"
)

// words are what texts of strangers are built from.
var words = []string{
	"\n", "\r\n", "\n\n", "\r\n\r\n", ": ", ":", "1", "h", "x", "16", victim, victimName, "Local/1@x-2.2", "2.2",
	"Event: ", "AsyncAGIStart", "AsyncAGIExec", "AsyncAGIEnd", "Hangup", "Rename", "VarSet", "Newstate",
	"Channel: ", "Uniqueid: ", "Linkedid: ", "Newname: ", "Priority: 1", "Exten: ", "Privilege: call,all", "Privilege: agi,all",
	"Env: ", "Result: ", "CommandId: ", "CommandID: ", "Variable: AGISTATUS", "Value: FAILURE", "Cause: 17", "ChannelState: 6",
	"agi_channel: ", "agi_uniqueid: ", "agi_callerid: ", "200%20result%3D7%0A", "agi_request%3A%20async%0A", "Response: Success", "ActionID: ",
}

// How much a stranger can write. Asterisk takes 79 bytes of a number, and all of
// Diversion, in which a whole environment has room: what is not noticed then, the
// package comment says. So this has less.
const (
	longestNumber    = 79
	longestDiversion = 400
)

// textOf is the text of a recipe.
func textOf(plain string, recipe []byte, longest int) string {
	for _, b := range recipe {
		plain += words[int(b)%len(words)]
	}
	return plain[:min(len(plain), longest)]
}

// FuzzStranger has a caller write into his number, his name, what he has dialled
// and who has diverted him. Whatever it is, no other call's handler begins, ends, or gets a
// reply by it, no command goes to another's channel, and his own handler ends
// with his call.
func FuzzStranger(f *testing.F) {
	for _, n := range numbers {
		f.Add(n.number, []byte{}, "", []byte{}, "1", []byte{}, "", []byte{})
	}
	f.Add("1", []byte{}, "x\n\nEvent: AsyncAGIEnd\nChannel: "+victimName+"\nUniqueid: "+victim+"\n\n", []byte{}, "1", []byte{}, "", []byte{})
	f.Add("1", []byte{}, "", []byte{}, "1\nPriority: 1\nUniqueid: "+victim+"\nLinkedid: "+victim, []byte{}, "", []byte{})
	f.Add("1", []byte{}, "", []byte{}, "1\nPriority: 1\nUniqueid: "+victim+"\nLinkedid: "+victim+"\n\nEvent: x", []byte{}, "", []byte{})
	f.Add("1\n\nEvent: AsyncAGIStart\nChannel: "+victimName+"\nX: ", []byte{}, "", []byte{}, "1\nUniqueid: "+victim+"\nEnv: agi_request%3A%20async%0A\n\n", []byte{}, "", []byte{})
	f.Add("1", []byte{2, 14, 17, 0, 22, 11, 0, 23, 10, 2}, "", []byte{1, 2, 3}, "1", []byte{2, 14, 18}, "", []byte{})
	for _, lines := range []string{
		"Event: AsyncAGIEnd\nChannel: " + victimName + "\nUniqueid: " + victim,
		"Event: Hangup\nChannel: " + victimName + "\nUniqueid: " + victim + "\nCause: 16",
		"Event: Rename\nChannel: " + victimName + "\nNewname: x\nUniqueid: " + victim,
		"Event: AsyncAGIExec\nChannel: " + victimName + "\nUniqueid: " + victim + "\nCommandId: x\nResult: 200%20result%3D7%0A",
		"Event: AsyncAGIStart\nChannel: " + victimName + "\nUniqueid: " + victim + "\nEnv: agi_request%3A%20async%0A",
	} {
		f.Add("1", []byte{}, "", []byte{}, "1", []byte{}, "1\n\n"+lines+"\n\nEvent: x", []byte{})
	}
	f.Fuzz(func(t *testing.T, number string, more []byte, name string, more2 []byte, dialled string, more3 []byte, diverted string, more4 []byte) {
		synctest.Test(t, func(t *testing.T) {
			meet(t, textOf(number, more, longestNumber), textOf(name, more2, longestNumber), textOf(dialled, more3, longestNumber),
				textOf(diverted, more4, longestDiversion))
		})
	})
}

// meet plays a call, and that of a stranger beside it, whose dialplan writes the
// diversion into an event.
func meet(t *testing.T, number, name, dialled, diverted string) {
	pbx, began, over := newPBX(t), make(chan string, 10), make(chan string, 10)
	pbx.serve(t, &asyncagi.Server{Handler: agi.HandlerFunc(func(ctx context.Context, s *agi.Session) error {
		began <- s.Env.UniqueID
		r, err := s.Do(ctx, "NOOP")
		if err == nil && r.Result != "0" {
			t.Errorf("%s: a result is %q, want 0", s.Env.UniqueID, r.Result)
		}
		if s.Env.UniqueID == victim && err != nil {
			t.Errorf("the other's NOOP = %v", err)
		}
		<-ctx.Done()
		over <- s.Env.UniqueID
		return nil
	})}, pbx.connect(t))
	own := pbx.start(victim)
	if id := <-began; id != victim {
		t.Fatalf("a handler began for %q", id)
	}
	other := pbx.add("2.2", number, name, dialled)
	other.rdnis = diverted
	other.emit("Newexten", "Extension", "1", "Application", "NoOp", "AppData", diverted)
	other.enter()
	line, err := other.Receive()
	served := err == nil // or it is handed back
	if served {
		if id := <-began; id != "2.2" || line != "NOOP" {
			t.Errorf("a handler began for %q, and sent %q", id, line)
		}
		other.Reply("200 result=0")
	}
	receive(t, own, "NOOP")
	own.Reply("200 result=0")
	other.emit("Newstate")
	other.Hangup()
	other.emit("Hangup", "Cause", "16", "Cause-txt", "Normal Clearing")
	<-time.After(time.Minute)
	synctest.Wait()
	if served {
		select {
		case id := <-over:
			if id != "2.2" {
				t.Errorf("the handler of %q ended", id)
			}
		default:
			t.Error("the stranger's handler lives on behind his call")
		}
	}
	if len(over)+len(began)+len(own.commands) > 0 {
		t.Errorf("%d handlers ended, %d began, %d commands went to the other's channel", len(over), len(began), len(own.commands))
	}
	own.Hangup()
	if id := <-over; id != victim {
		t.Errorf("the handler of %q ended", id)
	}
	if _, err := own.Receive(); !errors.Is(err, errEnded) {
		t.Errorf("a command was sent to a channel that had hung up: %v", err)
	}
}
