package ami_test

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/asterisk-go/asterisk-go"
	"github.com/asterisk-go/asterisk-go/ami"
	"github.com/asterisk-go/asterisk-go/ami/action"
	"github.com/asterisk-go/asterisk-go/internal/lab"
)

// extend sets an extension of a context to these applications, each with its data.
func extend(t *testing.T, s ami.Session, context, exten string, applications ...string) {
	t.Helper()
	for i := 0; i < len(applications); i += 2 {
		mustDo(t, s, "DialplanExtensionAdd", "Context", context, "Extension", exten, "Priority", strconv.Itoa(i/2+1),
			"Application", applications[i], "ApplicationData", applications[i+1], "Replace", "yes")
	}
}

// raw is an expression of the dialplan that gives the text, with its line breaks.
func raw(text string) string {
	return "${URIDECODE(" + strings.NewReplacer("+", " ", "%3A", ":").Replace(url.QueryEscape(text)) + ")}"
}

// uniqueID is a ChannelID that nobody has had before.
func uniqueID(name string) string { return fmt.Sprintf("%s-%d", name, time.Now().UnixNano()) }

// A second Originate with the same ChannelID fails, and leaves the first alone.
func TestLiveSameChannelID(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		conn, other := connect(t, s, "all", nil), connect(t, s, "all", silent)
		var group sync.WaitGroup
		defer group.Wait()
		for _, test := range []struct {
			exten string
			want  ami.Result
		}{{"delayed", ami.ResultAnswered}, {"noanswer", ami.ResultNoAnswer}} {
			// Ends with the outcomes; the test waits for it.
			group.Go(func() {
				ctx := deadline(t, 20*time.Second)
				a := action.Originate{Channel: "Local/" + test.exten + "@outcome", Timeout: 3 * time.Second, Application: "Wait", Data: "1", ChannelID: uniqueID("twice")}
				first, err := ami.Originate(ctx, conn, a)
				if err != nil {
					t.Errorf("Originate = %v", err)
					return
				}
				if err := awaitState(ctx, first, other, asterisk.ChannelRinging); err != nil { // else either may be the first for Asterisk
					t.Error(err)
					return
				}
				second, err := ami.Originate(ctx, conn, a)
				if err != nil {
					t.Errorf("the second Originate = %v", err)
					return
				}
				if got, err := second.Wait(ctx); got.Result != ami.ResultRejected || err != nil {
					t.Errorf("%s: the second's outcome is %v, %v, want rejected", test.exten, got, err)
				}
				if err := second.Hangup(ctx); err != nil {
					t.Errorf("%s: the second's Hangup = %v", test.exten, err)
				}
				if got, err := first.Wait(ctx); got.Result != test.want || err != nil {
					t.Errorf("%s: the first's outcome is %v, %v, want %s", test.exten, got, err, test.want)
				}
			})
		}
	})
}

// A call that another channel picks up is answered.
func TestLivePickedUp(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		conn, other := connect(t, s, "all", nil), connect(t, s, "all", nil)
		for i := range 6 {
			ctx := deadline(t, 20*time.Second)
			call, err := ami.Originate(ctx, conn, action.Originate{Channel: "Local/noanswer@outcome", Application: "Wait", Data: "1"})
			if err != nil {
				t.Fatal(err)
			}
			if err := awaitState(ctx, call, other, asterisk.ChannelRinging); err != nil {
				t.Fatal(err)
			}
			name, err := other.Do(ctx, action.Getvar{Channel: call.ChannelID(), Variable: "CHANNEL(channame)"})
			if err != nil {
				t.Fatal(err)
			}
			exten := fmt.Sprintf("pick-%d-%d", i, time.Now().UnixNano())
			extend(t, other, "identity", exten, "PickupChan", name.Get("Value"), "Wait", "1")
			if _, err := ami.Originate(ctx, other, action.Originate{Channel: "Local/" + exten + "@identity", Application: "Wait", Data: "1"}); err != nil {
				t.Fatal(err)
			}
			if got, err := call.Wait(ctx); !got.Answered() || got.Channel == "" || err != nil {
				t.Errorf("outcome %+v, %v, want answered, with a channel", got, err)
			}
		}
	})
}

// The name of the channel is there although OriginateResponse overtakes Newchannel.
func TestLiveOutcomeHasTheChannel(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		conn := connect(t, s, "all", nil)
		var group sync.WaitGroup
		defer group.Wait()
		for range 100 {
			// Ends with the outcome; the test waits for it.
			group.Go(func() {
				call, err := ami.Originate(deadline(t, 20*time.Second), conn, action.Originate{Channel: "Local/answer-short@outcome", Application: "Wait", Data: "0.1"})
				if err != nil {
					t.Errorf("Originate = %v", err)
					return
				}
				if got, err := call.Wait(deadline(t, 20*time.Second)); !got.Answered() || !strings.HasPrefix(got.Channel, "Local/answer-short@outcome-") || err != nil {
					t.Errorf("outcome %+v, %v, want answered, with a channel", got, err)
				}
			})
		}
	})
}

// A caller who writes the ChannelID of a call into the events of his own does
// not change what becomes of it.
func TestLiveOutcomeIsOurOwn(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		conn, other := connect(t, s, "all", nil), connect(t, s, "all", nil)
		ctx := deadline(t, 30*time.Second)
		id := uniqueID("o")
		call, err := ami.Originate(ctx, conn, action.Originate{Channel: "Local/noanswer@outcome", Timeout: 12 * time.Second, Application: "Wait", Data: "1", ChannelID: id})
		if err != nil {
			t.Fatal(err)
		}
		if err := awaitState(ctx, call, other, asterisk.ChannelRinging); err != nil {
			t.Fatal(err)
		}
		name, err := other.Do(ctx, action.Getvar{Channel: id, Variable: "CHANNEL(channame)"})
		if err != nil {
			t.Fatal(err)
		}
		extend(t, other, "attacked", "_X.", "Hangup", "17")
		for i, attack := range []struct{ application, data string }{
			{"Set", "CALLERID(num)=" + raw("1\nUniqueid: "+id)},
			{"Set", "CALLERID(name)=" + raw("1\nUniqueid: "+id)},
			{"Set", "CALLERID(num)=" + raw("1\n\nEvent: Hangup\nChannel: "+name.Get("Value")+"\nUniqueid: "+id+"\nCause: 17")},
			{"Set", "CALLERID(num)=" + raw("1\n\nEvent: Hangup\nChannel: "+name.Get("Value"))},
			{"Goto", "attacked," + raw("1\nPriority: 1\nUniqueid: "+id+"\nLinkedid: "+id) + ",1"},
			{"Goto", "attacked," + raw("1\nPriority:1\nUniqueid:"+id+"\nLinkedid:1\nCause:17\nCause-txt:x\n\nEvent:x") + ",1"},
		} {
			exten := fmt.Sprintf("a%d-%d", i, time.Now().UnixNano())
			extend(t, other, "attack", exten, attack.application, attack.data, "Goto", "attacked,1"+strconv.Itoa(i)+",1")
			attacker, err := ami.Originate(ctx, other, action.Originate{Channel: "Local/" + exten + "@attack", Application: "Wait", Data: "5"})
			if err != nil {
				t.Fatal(err)
			}
			if got, err := attacker.Wait(ctx); got.Result != ami.ResultBusy || err != nil {
				t.Errorf("the attacker's outcome is %+v, %v, want busy", got, err)
			}
		}
		if got, err := call.Wait(ctx); got.Result != ami.ResultNoAnswer || err != nil {
			t.Errorf("outcome %+v, %v, want no answer", got, err)
		}
	})
}

// The longest Timeout is one that Asterisk takes.
func TestLiveLongestTimeout(t *testing.T) {
	lab.Each(t, func(t *testing.T, s *lab.Server) {
		ctx := deadline(t, 20*time.Second)
		call, err := ami.Originate(ctx, connect(t, s, "all", nil), action.Originate{Channel: "Local/delayed@outcome", Timeout: 1<<63 - 1, Application: "Wait", Data: "0.1"})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := call.Wait(ctx); !got.Answered() || err != nil {
			t.Errorf("outcome %+v, %v, want answered", got, err)
		}
	})
}
