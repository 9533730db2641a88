package ami_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/amitest"
	"github.com/asterisk-go/asterisk-go/event"
)

// words are what texts of strangers are built from.
var words = []string{
	"\n", "\r\n", "\n\n", "\r\n\r\n", ": ", "1", "x", "6", "16", "17", "order-17", "PJSIP/bob-1", "PJSIP/trunk-7", "1.7",
	"Event: ", "OriginateResponse", "Hangup", "HangupRequest", "Rename", "Newchannel", "Newstate", "DialBegin",
	"Channel: ", "Uniqueid: ", "Linkedid: ", "Newname: ", "DestChannel: ", "DestUniqueid: ", "Priority: 1", "Privilege: call,all",
	"Cause: 17", "Cause-txt: x", "ChannelState: 6", "Response: Success", "Response: Failure", "Reason: 4", "Reason: 5", "ActionID: ",
}

// textOf is the text of a recipe: 79 bytes at most, which is what Asterisk
// takes of a number.
func textOf(plain string, recipe []byte) string {
	for _, b := range recipe {
		plain += words[int(b)%len(words)]
	}
	return plain[:min(len(plain), 79)]
}

// FuzzOutcome has a caller write into his number, his name and what he has
// dialled, while a call with a ChannelID that he knows is placed. Whatever it
// is, the outcome, its cause and the channel are those of the call.
func FuzzOutcome(f *testing.F) {
	for _, text := range []string{
		"1\nUniqueid: order-17",
		"1\n\nEvent: Hangup\nChannel: PJSIP/bob-1\nUniqueid: order-17\nCause: 17\n\n",
		"1\n\nEvent: Hangup\nChannel: PJSIP/bob-1\nCause: 17\n\n",
		"1\n\nEvent: HangupRequest\nChannel: PJSIP/bob-1\nUniqueid: order-17\n\n",
		"1\n\nEvent: Newstate\nChannel: PJSIP/bob-1\nChannelState: 6\nUniqueid: order-17\n\n",
		"1\n\nEvent: OriginateResponse\nResponse: Success\nReason: 4\nUniqueid: order-17",
		"1\n\nEvent: Rename\nChannel: PJSIP/bob-1\nNewname: PJSIP/trunk-7\nUniqueid: order-17",
		"1\n\nEvent: DialBegin\nDestChannel: PJSIP/trunk-7\nDestUniqueid: order-17",
		"1\nPriority: 1\nUniqueid: order-17\nLinkedid: order-17",
		"1\nPriority: 1\nUniqueid: order-17\nLinkedid: order-17\n\nEvent: x",
		"1\nPriority:1\nUniqueid:order-17\nLinkedid:1\nCause:17\nCause-txt:x\n\nEvent:x",
	} {
		for way := range byte(4) {
			f.Add(way, text, []byte{}, "x", []byte{}, "1", []byte{})
			f.Add(way, "1", []byte{}, "x", []byte{}, text, []byte{2})
		}
	}
	f.Fuzz(func(t *testing.T, way byte, number string, more []byte, name string, more2 []byte, dialled string, more3 []byte) {
		texts := []string{textOf(number, more), textOf(name, more2), textOf(dialled, more3)}
		synctest.Test(t, func(t *testing.T) { placeBeside(t, way&1 > 0, way&2 > 0, texts) })
	})
}

// placeBeside places a call that rings for 20 s, while a stranger calls: before
// its first event, or behind it. It is rejected, or nobody answers.
func placeBeside(t *testing.T, early, rejected bool, texts []string) {
	var d directory
	conn := scripted(t, func(p *amitest.Peer) {
		d.handle(p)
		a := queued(p)
		d.set("PJSIP/trunk-7", "1.7", "4")
		d.set("PJSIP/bob-1", guessable.ChannelID, "5")
		calls := func() {
			for _, name := range []string{"Newchannel", "NewCallerid", "Newstate", "HangupRequest", "Hangup"} {
				if name == "Hangup" {
					d.remove("PJSIP/trunk-7")
				}
				p.Emit("Event", name, "Privilege", "call,all", "Channel", "PJSIP/trunk-7", "ChannelState", "4", "ChannelStateDesc", "Ring",
					"CallerIDNum", texts[0], "CallerIDName", texts[1], "ConnectedLineNum", "<unknown>", "ConnectedLineName", "<unknown>",
					"Language", "en", "AccountCode", "", "Context", "in", "Exten", texts[2], "Priority", "1", "Uniqueid", "1.7", "Linkedid", "1.7",
					"Cause", "17", "Cause-txt", "User busy")
			}
		}
		if early {
			calls()
		}
		channel(p, a, "Newchannel", "ChannelState", "0")
		channel(p, a, "Newstate", "ChannelState", "5")
		if !early {
			calls()
		}
		time.AfterFunc(20*time.Second, func() {
			if rejected {
				d.remove("PJSIP/bob-1")
				channel(p, a, "Hangup", "Cause", "21")
				result(p, a, "Failure", "0")
			} else {
				result(p, a, "Failure", "3")
			}
		})
	})
	start := time.Now()
	call, err := ami.Originate(t.Context(), conn, guessable)
	if err != nil {
		t.Fatal(err)
	}
	got, err := call.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := ami.Outcome{Result: ami.ResultNoAnswer, Reason: event.ReasonRinging, Channel: "PJSIP/bob-1"}
	if rejected {
		want = ami.Outcome{Result: ami.ResultRejected, Cause: asterisk.CauseCallRejected, Channel: "PJSIP/bob-1"}
	}
	if took := time.Since(start); got != want || took < 20*time.Second || took > 25*time.Second {
		t.Errorf("outcome %+v after %v, want %+v after 20 s", got, took, want)
	}
}
