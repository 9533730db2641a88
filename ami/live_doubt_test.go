package ami_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/event"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// strangerDialplan gives a call a number with line breaks in it, and ends it.
const strangerDialplan = `
[stranger]
exten => s,1,Set(CALLERID(num)=${BASE64_DECODE(${B64})})
 same => n,Answer()
 same => n,Hangup()
`

// What a real server writes for a number that holds an empty line is marked: the
// event that it cuts, and each false one behind that is not whole. What is whole
// and false is not (docs/safety.md).
func TestLiveCutEventsAreMarked(t *testing.T) {
	for _, v := range lab.Versions() {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			s := lab.Start(t, v, &lab.Config{Append: map[string]string{"extensions.conf": strangerDialplan}})
			conn := connect(t, s, "all", nil)
			for _, number := range []string{"1\n\nx", "1\r\n\r\nx: y", "1\n\nEvent: Forged", "1\n\nResponse: Success", "1\nActionID: x\n\ny"} {
				cut, clean := strangerCalls(t, conn, number)
				if cut == 0 {
					t.Errorf("number %q: no event is marked", number)
				}
				t.Logf("number %q: %d events marked, %d not", number, cut, clean)
			}
			if got := conn.Stats(); got.Doubtful == 0 {
				t.Errorf("Stats = %+v, want some that are odd", got)
			}
			inStep(t, conn, "strangers", 0)
		})
	}
}

// strangerCalls has somebody of that number call, and counts the events of the
// call with it: those marked as cut, and those not.
func strangerCalls(t *testing.T, conn *ami.Conn, number string) (cut, clean int) {
	t.Helper()
	sub := conn.Subscribe(event.Named("NewCallerid", "Newexten", "Newstate", "Hangup"), nil)
	defer sub.Close()
	do(t, conn, action.Originate{Channel: "Local/s@stranger", Application: "Wait", Data: "1", Async: true,
		Variables: []asterisk.Variable{{Name: "__B64", Value: base64.StdEncoding.EncodeToString([]byte(number))}}})
	first, _, _ := strings.Cut(number, "\n")
	first = strings.TrimSuffix(first, "\r")
	for ctx, hangups := deadline(t, 20*time.Second), 0; hangups < 2; {
		ev, err := sub.Next(ctx)
		if err != nil {
			t.Fatalf("waiting for the end of the call of %q: %v", number, err)
		}
		if _, ok := ev.(event.Hangup); ok {
			hangups++
		}
		if !strings.HasSuffix(ev.Fields().Get("Channel"), ";2") || ev.Fields().Get("CallerIDNum") != first {
			continue
		}
		if ev.Doubt()&event.DoubtCut != 0 {
			cut++
		} else {
			clean++
		}
	}
	return cut, clean
}
