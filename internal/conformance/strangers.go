package conformance

import (
	"encoding/base64"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
)

// strangerDialplan gives a caller a number with line breaks in it, as a percent
// sign in a SIP address does.
const strangerDialplan = `
[stranger]
exten => end,1,Set(CALLERID(num)=${BASE64_DECODE(${B64})})
 same => n,Answer()
 same => n,Hangup()
exten => queue,1,Set(CALLERID(num)=${BASE64_DECODE(${B64})})
 same => n,Answer()
 same => n,Queue(empty)
`

// strangers: a number that holds an empty line cuts events, and the items of a
// list. The cut ones are marked, and an item stays ours, whatever ActionID the
// number has.
func (p *place) strangers(t *testing.T) {
	s := p.open(t, "all")
	by := p.conn(t, "")
	defer hangUpAll(t, by)
	for _, number := range []string{"1\n\nx", "1\n\nEvent: Forged", "1\n\nResponse: Success"} {
		if cut := p.cutEvents(t, s, by, number); cut == 0 {
			t.Errorf("no event of a caller with the number %q is marked", number)
		}
	}
	for _, number := range []string{"1\nActionID: x", "1\nActionID: x\n\ny", "1\n\nActionID: x\ny"} {
		p.queueEntry(t, s, by, number)
	}
}

// cutEvents counts those of a call that are marked.
func (p *place) cutEvents(t *testing.T, s, by ami.Session, number string) (cut int) {
	t.Helper()
	sub := s.Subscribe(event.Named("NewCallerid", "Newexten", "Newstate", "Hangup"), nil)
	defer sub.Close()
	stranger(t, by, "end", number)
	for ctx, hangups := deadline(t, 30*time.Second), 0; hangups < 2; {
		ev, err := sub.Next(ctx)
		if err != nil {
			t.Fatalf("waiting for the end of the call of %q: %v", number, err)
		}
		if _, ok := ev.(event.Hangup); ok {
			hangups++
		}
		if ev.Doubt()&event.DoubtCut != 0 {
			cut++
		}
	}
	return cut
}

func (p *place) queueEntry(t *testing.T, s, by ami.Session, number string) {
	t.Helper()
	joined := by.Subscribe(event.Named("QueueCallerJoin"), nil)
	defer joined.Close()
	stranger(t, by, "queue", number)
	if _, err := joined.Next(deadline(t, 20*time.Second)); err != nil {
		t.Fatalf("waiting for the caller %q in the queue: %v", number, err)
	}
	queues, err := ami.Queues(deadline(t, 20*time.Second), s, action.QueueStatus{Queue: "empty"})
	if err != nil || len(queues) == 0 || len(queues[0].Entries) != 1 {
		t.Errorf("Queues = %+v, %v, want one caller, of the number %q", queues, err, number)
	}
	hangUpAll(t, by)
}

func stranger(t *testing.T, by ami.Session, exten, number string) {
	t.Helper()
	do(t, by, action.Originate{Channel: "Local/" + exten + "@stranger", Application: "Wait", Data: "60", Async: true,
		Variables: []asterisk.Variable{{Name: "__B64", Value: base64.StdEncoding.EncodeToString([]byte(number))}}})
}
