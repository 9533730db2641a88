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

// textOf is the text of a recipe: 79 bytes at most, which is what Asterisk
// takes of a number.
func textOf(plain string, recipe []byte) string {
	for _, b := range recipe {
		plain += words[int(b)%len(words)]
	}
	return plain[:min(len(plain), 79)]
}

// FuzzStranger has a caller write into his number, his name and what he has
// dialled. Whatever it is, no other call's handler begins, ends, or gets a
// reply by it, no command goes to another's channel, and his own handler ends
// with his call.
func FuzzStranger(f *testing.F) {
	for _, n := range numbers {
		f.Add(n.number, []byte{}, "", []byte{}, "1", []byte{})
	}
	f.Add("1", []byte{}, "x\n\nEvent: AsyncAGIEnd\nChannel: "+victimName+"\nUniqueid: "+victim+"\n\n", []byte{}, "1", []byte{})
	f.Add("1", []byte{}, "", []byte{}, "1\nPriority: 1\nUniqueid: "+victim+"\nLinkedid: "+victim, []byte{})
	f.Add("1", []byte{}, "", []byte{}, "1\nPriority: 1\nUniqueid: "+victim+"\nLinkedid: "+victim+"\n\nEvent: x", []byte{})
	f.Add("1\n\nEvent: AsyncAGIStart\nChannel: "+victimName+"\nX: ", []byte{}, "", []byte{}, "1\nUniqueid: "+victim+"\nEnv: agi_request%3A%20async%0A\n\n", []byte{})
	f.Add("1", []byte{2, 14, 17, 0, 22, 11, 0, 23, 10, 2}, "", []byte{1, 2, 3}, "1", []byte{2, 14, 18})
	f.Fuzz(func(t *testing.T, number string, more []byte, name string, more2 []byte, dialled string, more3 []byte) {
		synctest.Test(t, func(t *testing.T) {
			meet(t, textOf(number, more), textOf(name, more2), textOf(dialled, more3))
		})
	})
}

// meet plays a call, and that of a stranger beside it.
func meet(t *testing.T, number, name, dialled string) {
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
	other := pbx.enter("2.2", number, name, dialled)
	synctest.Wait()
	served := len(began) > 0
	if served {
		if id := <-began; id != "2.2" {
			t.Errorf("a handler began for %q", id)
		}
		receive(t, other, "NOOP")
		other.Reply("200 result=0")
	} else {
		_, _ = other.Receive() // it is handed back, or left alone
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
